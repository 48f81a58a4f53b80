"""Whether somebody belongs to the workspace that pays: people of others may look on in shared channels, and
not spend. In an organisation a person of a sister workspace may belong to ours as well (Slack reference
2.6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.domain.budget.limits import Role
from bot.ports.people import People
from handlers.incoming.interactions import BELONGS, team_of
from handlers.incoming.message_events import Us


class Belonging:
    """Asks Slack about people whom a request names as another workspace's, in organisations only."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def __call__(self, us: Us, user_id: str, teams: Collection[str]) -> bool:
        """Whether the person, whom the request places in ``teams``, belongs to our workspace. Waits for Slack
        for a moment at most, and never raises; who cannot be looked up belongs only if nothing says
        otherwise.
        """
        if set(teams) <= {us.team_id}:
            return True
        if us.enterprise_id is None:
            return False
        role = await self._people.role(us.team_id, user_id)
        if role is None:
            return set(teams) <= {us.team_id, us.enterprise_id}
        return role is not Role.OUTSIDER

    async def note(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt passes arguments by name
    ) -> BoltResponse:
        """Note for ``is_ours`` whether the person who pressed something belongs to our workspace."""
        team = team_of(body)
        if team is not None:
            us = Us(str(context.team_id), str(context.bot_user_id), context.enterprise_id)
            context[BELONGS] = await self(us, str(body["user"].get("id")), {team})
        return await next()
