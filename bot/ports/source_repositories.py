"""Stored sources of edits and incoming messages, as the services see them.

The rules of ``bot.ports.store`` hold here too: all methods are synchronous and run inside one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, Source
from bot.ports.conversation import MessageReaction


class Sources(Protocol):
    """The pictures and masks that edits start from."""

    def add(self, source: Source) -> None: ...

    def of_job(self, job_id: str) -> list[Source]:
        """A job's sources, in the order of their ordinals."""
        ...

    def save(self, source: Source) -> None:
        """Overwrite the source's existing row."""
        ...


class Inbox(Protocol):
    """Messages that may be asks, one row each, however often and in whatever order they were delivered."""

    def receive(self, message: IncomingMessage) -> IncomingMessage:
        """Merge a delivery into its message's row, which the first delivery creates, and return the merged
        message. Safe to repeat."""
        ...

    def get(self, key: str) -> IncomingMessage | None: ...

    def forget(self, key: str) -> bool:
        """Erase the text of a message that its author deleted, and mark the message as deleted. False when
        the message is not known. Safe to repeat."""
        ...

    def in_thread(self, place: Place) -> list[IncomingMessage]:
        """The messages that were written in the thread of ``place``, oldest first; none without a thread."""
        ...

    def reactions(self, key: str) -> frozenset[MessageReaction]:
        """The reactions that the bot has put on the message; none when it is not known."""
        ...

    def keep_reactions(self, key: str, reactions: frozenset[MessageReaction]) -> None:
        """Record what the message carries now. Does nothing when it is not known. Safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class PublishedSource:
    """``size`` in bytes."""

    size: int
    mimetype: str


class PublishedSources(Protocol):
    """The bytes of published sources, readable by every replica."""

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        """Keep the bytes until ``expires_at``, in place of any that this id had. Also removes all sources
        that have expired. Safe to repeat."""
        ...

    def describe(self, source_id: str) -> PublishedSource | None:
        """What it is; None when it is unknown, removed or expired."""
        ...

    def piece(self, source_id: str, number: int) -> bytes:
        """One of its pieces, the first of which is 0: all of them, up to one that is empty, are its bytes.
        Empty, too, when it is unknown, removed or expired. With it a slow reader of a large source takes
        little memory."""
        ...

    def remove(self, source_id: str) -> None:
        """Remove the bytes. Safe to repeat, also for unknown ids."""
        ...
