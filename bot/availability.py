"""Says once that something went away and once that it is back, whatever happens in between."""

from __future__ import annotations

import structlog

_log = structlog.get_logger(__name__)


class Availability:
    """A row of ``patience`` failures is an outage; one success ends it. One log line for each change."""

    def __init__(self, *, gone: str, back: str, patience: int = 1) -> None:
        self._gone = gone
        self._back = back
        self._patience = patience
        self._failures = 0

    @property
    def ongoing(self) -> bool:
        return self._failures >= self._patience

    def failed(self, **facts: object) -> None:
        """One more failure. ``facts`` are ours (a status, a kind), never another side's text."""
        self._failures += 1
        if self._failures == self._patience:
            _log.warning(self._gone, **facts)

    def worked(self) -> None:
        if self.ongoing:
            _log.info(self._back, failures=self._failures)
        self._failures = 0
