"""Whether the database can be used: one log line when it cannot any more, one when it can again."""

from __future__ import annotations

import structlog

log = structlog.get_logger(__name__)


class Trouble:
    """What keeps a database from being used, and since how many units. Safe to use from any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._failures = 0

    def failed(self, reason: str) -> None:
        """A unit was refused. ``reason`` names codes, never values."""
        self._failures += 1
        if self.reason is None:
            self.reason = reason
            log.error("database_unavailable", reason=reason)

    def worked(self) -> None:
        """A unit was carried out."""
        if self.reason is not None:
            log.info("database_back", failures=self._failures)
            self.reason, self._failures = None, 0
