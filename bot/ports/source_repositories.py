"""What edits start from, as the services see it stored. Same rules as in ``storage``."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.requests.source import IncomingMessage, Source


class Sources(Protocol):
    def add(self, source: Source) -> None: ...

    def of_job(self, job_id: str) -> list[Source]:
        """By ordinal."""
        ...

    def save(self, source: Source) -> None: ...


class Inbox(Protocol):
    """Messages that may be asks, one row each, however often and in whatever order they were delivered."""

    def receive(self, heard: IncomingMessage) -> IncomingMessage:
        """Merge a delivery into its row, made on first use; what is known now."""
        ...

    def get(self, key: str) -> IncomingMessage | None: ...

    def forget(self, key: str) -> bool:
        """Its author deleted it: its words are dropped, and it stays known as deleted. False when it is not
        known. Safe to repeat."""
        ...


class PublishedSources(Protocol):
    """Published bytes, readable by every replica."""

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        """Keep until ``expires_at``. Safe to repeat: the last one counts. Drops what has expired."""
        ...

    def get(self, source_id: str) -> tuple[bytes, str] | None:
        """(data, mimetype), or None when it is unknown, removed or expired."""
        ...

    def remove(self, source_id: str) -> None:
        """Safe to repeat."""
        ...
