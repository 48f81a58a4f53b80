"""Who may decide about money: checked at the moment of the decision, never taken from a button."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from bot.domain.budget.limits import Role
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.ports.people import People


class Admins:
    """Knows who the budget admins are: the people ``named`` in the settings, the members of the user group
    ``group``, and the workspace's owners and admins.

    The named are admins always, also while Slack is away. Group and role never make an admin of a guest, a
    bot, a deleted account or a person of another workspace; and while Slack cannot be asked only the named
    are.
    """

    def __init__(self, *, named: Collection[str], people: People, group: str | None = None) -> None:
        self._named = frozenset(named)
        self._people = people
        self._group = group

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(sorted(self._named))

    async def is_admin(self, team_id: str, user_id: str, *, fresh: bool = True) -> bool:
        """Whether somebody is known to be a budget admin. With ``fresh`` False, for what is only shown, an
        older answer from Slack may be used. Never raises."""
        return await self._knows(team_id, user_id, fresh=fresh) is True

    async def _knows(self, team_id: str, user_id: str, *, fresh: bool) -> bool | None:
        """Whether somebody is a budget admin; None while it cannot be found out."""
        if user_id in self._named:
            return True
        role, members = await asyncio.gather(
            self._people.role(team_id, user_id, fresh=fresh), self._members(team_id, fresh=fresh)
        )
        if role is None:
            return None
        return role is Role.ADMIN or (role is Role.MEMBER and user_id in members)

    async def require(self, team_id: str, user_id: str) -> None:
        """Raises AskRefused NotAllowed for whoever is no budget admin now, or not known to be one."""
        match await self._knows(team_id, user_id, fresh=True):
            case None:
                raise AskRefused(NotAllowed(NotAllowedReason.ROLE_UNKNOWN))
            case False:
                raise AskRefused(NotAllowed(NotAllowedReason.NOT_ADMIN))

    async def is_sole(self, team_id: str, user_id: str) -> bool:
        """Whether this person is certainly the only budget admin; False while that cannot be found out."""
        owners, members = await asyncio.gather(
            self._people.admins(team_id), self._members(team_id, fresh=True)
        )
        return owners is not None and self._named | owners | members == {user_id}

    async def to_ask(self, team_id: str) -> tuple[str, ...]:
        """The people to whom requests and notices are sent: the named and the group's members. Empty when
        nobody was chosen: then the caller turns to the workspace's owners and admins."""
        return tuple(sorted(self._named | await self._members(team_id, fresh=False)))

    async def _members(self, team_id: str, *, fresh: bool) -> frozenset[str]:
        if self._group is None:
            return frozenset()
        return await self._people.group(team_id, self._group, fresh=fresh) or frozenset()
