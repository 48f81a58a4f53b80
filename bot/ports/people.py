"""Looking people up in the workspace, and sending them messages about money."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Role
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.threshold import Alert
from bot.domain.requests.pending_request import PendingRequest

Card = tuple[str, str]
"""The address of a posted message: (conversation, ts)."""


class People(Protocol):
    """Looks up what people are in their workspace. No method raises."""

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        """What somebody is in this workspace; None when it cannot be found out now. With ``fresh`` it is
        looked up again; otherwise an answer of the last day may be returned. Never raises."""
        ...

    async def admins(self, team_id: str) -> frozenset[str] | None:
        """The user ids of the workspace's owners and admins; None when they cannot be found out now. Never
        raises."""
        ...

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        """The user ids of a user group's members; None when they cannot be found out now, or never can (no
        such group). ``fresh`` as in ``role``. Never raises."""
        ...


class Notifier(Protocol):
    """Sends people messages about money. Each method is one visible effect and raises TryLater, CannotPost,
    GivenUp or OutcomeUnknown.

    A method that posts an ``OutboxMessage`` is not safe to repeat: call ``find`` first.
    """

    async def admins(self, team_id: str) -> tuple[str, ...]:
        """The user ids of the workspace's owners and admins, to send messages to. Only reads."""
        ...

    async def approval_request(self, message: OutboxMessage, pending: PendingRequest, *, zone: str) -> Card:
        """Post the card by which one admin (privately) or the admins' channel is asked to approve a pending
        request. Dates in it are written in ``zone``, an IANA zone."""
        ...

    async def update_approval_request(self, pending: PendingRequest, card: Card, *, zone: str) -> None:
        """Update a posted card: it shows the current price, or the outcome in place of the buttons. Safe to
        repeat."""
        ...

    async def decided(self, message: OutboxMessage, pending: PendingRequest) -> Card:
        """Tell the asker privately how their pending request was decided."""
        ...

    async def alert(self, message: OutboxMessage, alert: Alert, row: ScopePeriod) -> Card:
        """Tell one person privately how full a budget is."""
        ...

    async def admin_notice(self, message: OutboxMessage, admin_notice: AdminNotice) -> Card:
        """Send one admin an admin notice privately."""
        ...

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        """Find this message if it was posted after ``since``. None when it was not, and also when the bot may
        not read that conversation. Only reads."""
        ...

    async def send_file(self, team_id: str, user_id: str, name: str, path: Path, /) -> None:
        """Send one person the file at ``path`` privately, as ``name``. Not safe to repeat: each call posts it
        again."""
        ...
