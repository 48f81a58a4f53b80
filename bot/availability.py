"""Logs once that something went away and once that it is back, however often it is tried in between."""

from __future__ import annotations

import logging

import structlog

_log = structlog.get_logger(__name__)


class Availability:
    """Counts failures in a row: ``patience`` of them are an outage, and one success ends it.

    ``gone`` and ``back`` are the log events of the two changes; ``level`` is the first one's. Safe to use
    from any thread.
    """

    def __init__(self, *, gone: str, back: str, patience: int = 1, level: int = logging.ERROR) -> None:
        self._gone = gone
        self._back = back
        self._patience = patience
        self._level = level
        self._failures = 0

    @property
    def ongoing(self) -> bool:
        """Whether there is an outage now."""
        return self._failures >= self._patience

    def failed(self, **facts: object) -> None:
        """Count one more failure. Log it with ``facts`` if it makes an outage of them.

        ``facts`` are our own words (a status, a kind of error), never another side's text.
        """
        was_ongoing = self.ongoing
        self._failures += 1
        if self.ongoing and not was_ongoing:
            _log.log(self._level, self._gone, **facts)

    def worked(self, **facts: object) -> None:
        """Forget the failures. Log with ``facts`` that an outage is over, if there was one."""
        if self.ongoing:
            _log.info(self._back, failures=self._failures, **facts)
        self._failures = 0
