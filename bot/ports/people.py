"""Who people are and how they are reached about money."""

from __future__ import annotations

from typing import Protocol

from bot.domain.alert import Alert
from bot.domain.budget import ScopePeriod
from bot.domain.concern import Concern
from bot.domain.draft import Draft
from bot.domain.limits import Role


class People(Protocol):
    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        """What somebody is in this workspace; None when it cannot be found out now. ``fresh`` asks again,
        else an answer of today will do. Never raises."""
        ...

    async def admins(self, team_id: str) -> frozenset[str] | None:
        """The workspace's owners and admins; None when it cannot be found out now. Never raises."""
        ...

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        """The members of a user group, as ``role``; None when it cannot be found out, also for good."""
        ...


class Office(Protocol):
    """How decisions about money reach people. Each method is one visible effect and raises TryLater,
    CannotPost, GivenUp or OutcomeUnknown."""

    async def admins(self, team_id: str) -> tuple[str, ...]:
        """The workspace's owners and admins, as people to write to."""
        ...

    async def petition(self, draft: Draft, to: str, *, zone: str) -> tuple[str, str]:
        """Ask one admin, privately, or the admins' channel about one ask: (conversation, ts) of the card.
        ``zone`` is the IANA zone that dates are said in."""
        ...

    async def update_petition(self, draft: Draft, card: tuple[str, str], *, zone: str) -> None:
        """Bring a card up to date: the price now asked for, or the outcome in place of its buttons. Safe to
        repeat."""
        ...

    async def decided(self, draft: Draft) -> None:
        """Tell the asker what became of the request, privately."""
        ...

    async def alert(self, alert: Alert, row: ScopePeriod, user_id: str) -> None:
        """Tell one person, privately, how full a budget is."""
        ...

    async def concern(self, concern: Concern, user_id: str) -> None:
        """Tell one admin, privately, what should not wait until they look."""
        ...

    async def send_file(self, team_id: str, user_id: str, name: str, data: bytes) -> None:
        """Send one person a file, privately."""
        ...
