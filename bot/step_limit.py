"""How long a step of the worker may take, without what it waits for and cannot hurry.

The limit belongs to the step: it is kept in the context of the asyncio task that runs it. Code that waits
for its turn, or for a database that is away, says so with ``uncounted``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar


class StepLimit:
    """The limit of one step. While anything of the step waits uncounted, its time stands still."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self._timeout = timeout
        self._waiting = 0
        self._left = 0.0

    @property
    def expired(self) -> bool:
        """Whether the step was cancelled because it took too long."""
        return self._timeout.expired()

    def stop_counting(self) -> None:
        self._waiting += 1
        until = self._timeout.when()
        if self._waiting == 1 and until is not None and not self.expired:
            self._left = until - asyncio.get_running_loop().time()
            self._timeout.reschedule(None)

    def go_on_counting(self) -> None:
        self._waiting -= 1
        if self._waiting == 0 and not self.expired:
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._left)


_limit: ContextVar[StepLimit | None] = ContextVar("step_limit", default=None)


@asynccontextmanager
async def limited_to(seconds: float) -> AsyncIterator[StepLimit]:
    """Cancel what runs inside after ``seconds`` and raise TimeoutError; uncounted waits come on top."""
    async with asyncio.timeout(seconds) as timeout:
        limit = StepLimit(timeout)
        token = _limit.set(limit)
        try:
            yield limit
        finally:
            _limit.reset(token)


@contextmanager
def uncounted() -> Iterator[None]:
    """The time that is spent inside is not the step's own. May be nested, and used outside of a step."""
    limit = _limit.get()
    if limit is None:
        yield
        return
    limit.stop_counting()
    try:
        yield
    finally:
        limit.go_on_counting()
