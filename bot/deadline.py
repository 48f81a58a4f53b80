"""Until when somebody waits for the answer to the current request.

The deadline belongs to the request, not to the services: it is kept in the context of the task that serves
the request, and whatever waits for something outside (the database, Slack) asks here how long it may.
Background work has no deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def answer_within(seconds: float | None) -> Iterator[None]:
    """Set the deadline for what runs inside; an earlier one that is already set stays. None: no deadline,
    for background work that a request starts."""
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
    """Seconds until the deadline, never below 0; None where nobody waits."""
    until = _deadline.get()
    return None if until is None else max(0.0, until - asyncio.get_running_loop().time())
