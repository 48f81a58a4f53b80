"""Welcoming a conversation or a person, once ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.money import Money
from bot.ports.people import Card


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people read in a channel, and whether it is the one that everybody is in."""

    members: int
    is_general: bool


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a welcome tells: ``channel_id`` is the channel that the bot joined, None for a person's own
    direct messages. ``drafts`` cost ``price`` together."""

    channel_id: str | None
    drafts: int
    price: Money


class Greeter(Protocol):
    """Posts welcomes. Both methods raise TryLater, CannotPost, GivenUp or OutcomeUnknown."""

    async def crowd(self, channel_id: str) -> Crowd:
        """Who reads in a channel. Only reads."""
        ...

    async def greet(self, message: OutboxMessage, greeting: Greeting) -> Card:
        """Post the welcome. Not safe to repeat: look for it first (``Notifier.find``)."""
        ...
