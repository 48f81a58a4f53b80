"""Whether the database can be used: one log line when it cannot any more, one when it can again."""

from __future__ import annotations

import structlog

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 0.5
"""The patience of whoever waits in person while trouble is known: enough to find out that it is over."""


class DatabaseAvailability:
    """What keeps a database from being used, and since how many units. Safe to use from any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._failures = 0
        self._is_of_writing = False

    def failed(self, reason: str, *, writing: bool) -> None:
        """A unit was refused, one that was to write or one that was to read. ``reason`` names codes, never
        values."""
        self._failures += 1
        self._is_of_writing |= writing
        if self.reason is None:
            self.reason = reason
            log.error("database_unavailable", reason=reason)

    def worked(self, *, wrote: bool) -> None:
        """A unit was carried out. A database that cannot be written can often still be read: such trouble
        ends with the first change that is committed."""
        if self.reason is None or (self._is_of_writing and not wrote):
            return
        log.info("database_back", failures=self._failures)
        self.reason, self._failures, self._is_of_writing = None, 0, False

    def patience(self, seconds: float | None) -> float | None:
        """How long a unit that has so much patience is to wait now."""
        return seconds if seconds is None or self.reason is None else min(seconds, KNOWN_SECONDS)
