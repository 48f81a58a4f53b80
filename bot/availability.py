"""Logs once that something outside became unavailable and once that it is back, however often it is tried in
between."""

from __future__ import annotations

import logging

import structlog

_log = structlog.get_logger(__name__)


class Availability:
    """Counts failures in a row: ``patience`` of them are an outage, and one success ends it.

    ``gone`` is the log event when an outage begins, logged at ``level``; ``back`` is the event when it ends,
    logged at INFO. May be called from any thread.
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
        """Count one more failure. If an outage begins with it, log that with ``facts``.

        ``facts`` are the bot's own values (a status, a kind of error), never text that another side sent.
        """
        was_ongoing = self.ongoing
        self._failures += 1
        if self.ongoing and not was_ongoing:
            _log.log(self._level, self._gone, **facts)

    def worked(self, **facts: object) -> None:
        """Set the count of failures to 0. If there was an outage, log with ``facts`` that it is over."""
        if self.ongoing:
            _log.info(self._back, failures=self._failures, **facts)
        self._failures = 0
