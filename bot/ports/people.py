"""Who people are and how they are reached about money."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Role
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.threshold import Alert
from bot.domain.requests.pending_request import PendingRequest

Card = tuple[str, str]
"""Where a message is: (conversation, ts)."""


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


class Notifier(Protocol):
    """How decisions about money reach people. Each method is one visible effect and raises TryLater,
    CannotPost, GivenUp or OutcomeUnknown. What takes a ``OutboxMessage`` posts it, not safe to repeat before
    ``find`` was asked."""

    async def admins(self, team_id: str) -> tuple[str, ...]:
        """The workspace's owners and admins, as people to write to."""
        ...

    async def approval_request(self, message: OutboxMessage, pending: PendingRequest, *, zone: str) -> Card:
        """Ask one admin, privately, or the admins' channel about one ask. ``zone`` is the IANA zone that
        dates are said in."""
        ...

    async def update_approval_request(self, pending: PendingRequest, card: Card, *, zone: str) -> None:
        """Bring a card up to date: the price now asked for, or the outcome in place of its buttons. Safe to
        repeat."""
        ...

    async def decided(self, message: OutboxMessage, pending: PendingRequest) -> Card:
        """Tell the asker what became of the request, privately."""
        ...

    async def alert(self, message: OutboxMessage, alert: Alert, row: ScopePeriod) -> Card:
        """Tell one person, privately, how full a budget is."""
        ...

    async def admin_notice(self, message: OutboxMessage, admin_notice: AdminNotice) -> Card:
        """Tell one admin, privately, what should not wait until they look."""
        ...

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        """Where a letter is that was posted after ``since``, if it was; None also where nobody lets us look.
        Only reads."""
        ...

    async def send_file(self, team_id: str, user_id: str, name: str, data: bytes, /) -> None:
        """Send one person a file, privately."""
        ...
