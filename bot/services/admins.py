"""Who may decide about money: checked at the moment of the decision, never taken from a button."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.limits import Role
from bot.domain.problem import Problem
from bot.errors import AskRefused
from bot.ports.people import People


class Admins:
    """The people named in the settings, always; and the workspace's owners and admins while Slack can be
    asked. Guests, bots and people of other workspaces only if the settings name them."""

    def __init__(self, *, named: Collection[str], people: People | None) -> None:
        self._named = frozenset(named)
        self._people = people

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(sorted(self._named))

    async def is_admin(self, team_id: str, user_id: str) -> bool:
        if user_id in self._named:
            return True
        if self._people is None:
            return False
        return await self._people.role(team_id, user_id, fresh=True) is Role.ADMIN

    async def require(self, team_id: str, user_id: str) -> None:
        """Raises AskRefused NOT_ALLOWED (reason ``not_admin``)."""
        if not await self.is_admin(team_id, user_id):
            raise AskRefused(Problem.NOT_ALLOWED, reason="not_admin")
