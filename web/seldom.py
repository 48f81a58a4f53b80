"""Log lines that anybody outside can cause, kept few: the log must not grow as fast as strangers knock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from aiohttp.http_exceptions import HttpProcessingError

PAUSE_SECONDS = 10.0
"""At most one line of a kind in this time."""


class Seldom:
    """Says when the next line of its kind is due. ``now`` is a monotonic clock in seconds."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._next = float("-inf")
        self._left_out = 0

    def due(self) -> int | None:
        """How many lines were left out since the last one, if one is due now; else None, and one more is
        left out."""
        if (now := self._now()) < self._next:
            self._left_out += 1
            return None
        left_out, self._left_out = self._left_out, 0
        self._next = now + PAUSE_SECONDS
        return left_out


class AcceptErrors(logging.Filter):
    """For asyncio's logger: one short line in a while when no connection can be accepted.

    asyncio logs such an error, traceback included, for each place of the backlog, and tries again every
    second (web reference 3).
    """

    def __init__(self, seldom: Seldom) -> None:
        super().__init__()
        self._seldom = seldom

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged; an accept error becomes one line."""
        if not str(record.msg).startswith("socket.accept()"):
            return True
        left_out = self._seldom.due()
        if left_out is None:
            return False
        error = record.exc_info[1] if record.exc_info else None
        why = error.strerror if isinstance(error, OSError) else "out of resources"
        record.msg = f"no connection can be accepted: {why}; left out since the last line: {left_out}"
        record.args, record.exc_info, record.exc_text = (), None, None
        return True


def quiet_accept_errors() -> None:
    """Put the filter on asyncio's logger. Safe to repeat."""
    logger = logging.getLogger("asyncio")
    if not any(isinstance(each, AcceptErrors) for each in logger.filters):
        logger.addFilter(AcceptErrors(Seldom()))


def protocol_logger() -> logging.Logger:
    """A logger for aiohttp that leaves out the error of every request that is not HTTP: anybody can send
    one."""
    logger = logging.getLogger("web.server")
    if not logger.filters:
        logger.addFilter(_is_about_us)
    return logger


def _is_about_us(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
