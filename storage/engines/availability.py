"""Whether the database can be used: one log line when it cannot any more, one when it can again."""

from __future__ import annotations

from bot.availability import Availability

KNOWN_SECONDS = 0.5
"""How long a waiting person's unit is tried while an outage is known: enough to find out that it is over."""


class DatabaseAvailability:
    """Why the database cannot be used (``reason``), or None while it can. Safe to use from any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._outage = Availability(gone="database_unavailable", back="database_back")
        self._is_of_writing = False

    def failed(self, reason: str, *, writing: bool) -> None:
        """A unit was refused, one that was to write or one that was to read. ``reason`` names codes, never
        values; the first one of an outage is kept."""
        self._is_of_writing |= writing
        if self.reason is None:
            self.reason = reason
        self._outage.failed(reason=reason)

    def worked(self, *, wrote: bool) -> None:
        """A unit was carried out. A database that cannot be written can often still be read: such an outage
        ends with the first change that is committed."""
        if self.reason is None or (self._is_of_writing and not wrote):
            return
        self._outage.worked()
        self.reason, self._is_of_writing = None, False

    def patience(self, seconds: float | None) -> float | None:
        """How long a unit that may wait for ``seconds`` is to wait now."""
        return seconds if seconds is None or self.reason is None else min(seconds, KNOWN_SECONDS)
