"""The time by which the current request must be answered.

The deadline belongs to the request, not to the services: it is kept in the context of the asyncio task that
serves the request. Code that waits for something outside (the database, Slack) asks here how long it may
wait. Background work has no deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DATABASE_SECONDS = 0.5
"""What is left of a request's time for the database when the waiting for others is over."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def answer_within(seconds: float | None) -> Iterator[None]:
    """Set the deadline for what runs inside to ``seconds`` from now, unless an earlier one is set already.
    None removes the deadline, for background work that a request starts. May be nested."""
    outer = _deadline.get()
    if seconds is None:
        until = None
    else:
        own = asyncio.get_running_loop().time() + seconds
        until = own if outer is None else min(own, outer)
    token = _deadline.set(until)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Seconds until the deadline, never below 0; None when there is no deadline."""
    until = _deadline.get()
    return None if until is None else max(0.0, until - asyncio.get_running_loop().time())


def patience(hurried: float, unhurried: float) -> float:
    """How long to wait for something outside, in seconds: ``hurried`` while a request has to be answered by a
    deadline, and less where that leaves no time for the database; else ``unhurried``."""
    left = seconds_left()
    return unhurried if left is None else max(0.0, min(hurried, left - DATABASE_SECONDS))
