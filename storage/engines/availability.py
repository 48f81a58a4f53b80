"""Keeps whether the database can be used, and logs one line when it cannot any more and one when it can
again."""

from __future__ import annotations

from bot.availability import Availability

KNOWN_SECONDS = 0.5
"""How long a unit for which somebody waits is tried during a known outage: enough to find out that it is
over."""


class DatabaseAvailability:
    """Why the database cannot be used (``reason``), or None while it can. Safe to use from any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._outage = Availability(gone="database_unavailable", back="database_back")
        self._is_of_writing = False

    def failed(self, reason: str, *, writing: bool) -> None:
        """Note that a unit failed, which was to write if ``writing``, else to read. ``reason`` names codes,
        never values; the first one of an outage is kept."""
        self._is_of_writing |= writing
        if self.reason is None:
            self.reason = reason
        self._outage.failed(reason=reason)

    def worked(self, *, wrote: bool) -> None:
        """Note that a unit was carried out. If a unit that was to write has failed, the outage ends only with
        the first committed change: a database that cannot be written can often still be read."""
        if self.reason is None or (self._is_of_writing and not wrote):
            return
        self._outage.worked()
        self.reason, self._is_of_writing = None, False

    def patience(self, seconds: float | None) -> float | None:
        """How many seconds a unit may wait now that may otherwise wait for ``seconds`` (None: for ever)."""
        return seconds if seconds is None or self.reason is None else min(seconds, KNOWN_SECONDS)
