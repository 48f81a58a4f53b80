"""Runs an assembled app: the order of start and stop, signals, supervised tasks.

When one duty ends by itself the whole process ends with an error. A bot that goes on acknowledging requests
without working on them would be worse than none.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, Protocol, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

DRAIN_SECONDS = 7.0
"""How long the steps under way may take after SIGTERM, so that the process ends within ten seconds. What has
not ended by then is cancelled; ``Worker.run`` puts it back, or another start finds it through its lease."""


class Runnable(Protocol):
    """An assembled app: its duties run until ``stop``, which lets them end by themselves."""

    @property
    def duties(self) -> Mapping[str, Callable[[], Awaitable[None]]]: ...

    async def stop(self) -> None:
        """Stop taking work; every duty returns soon after."""
        ...


async def run_until_signalled(assembling: AbstractAsyncContextManager[Runnable]) -> int:
    """Assemble, run all duties, and end on SIGTERM or SIGINT (0) or when a duty dies (1)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        app = await _unless(stop, stack.enter_async_context(assembling))
        return 0 if app is None else await supervise(app, stop)


async def _unless(stop: asyncio.Event, starting: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``starting``; None when ``stop`` is set first, as a start may wait for Slack for long."""
    start, stopping = asyncio.create_task(starting), asyncio.create_task(stop.wait())
    await asyncio.wait({start, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if start.done():
        return start.result()
    start.cancel()
    await asyncio.gather(start, return_exceptions=True)
    log.info("stopped", reason="before it had started")
    return None


async def supervise(app: Runnable, stop: asyncio.Event) -> int:
    """Run ``app``'s duties until ``stop`` is set or one of them ends. Returns the exit code."""
    tasks = {asyncio.create_task(_run(duty), name=name) for name, duty in app.duties.items()}
    stopping = asyncio.create_task(stop.wait(), name="signal")
    log.info("started", duties=sorted(app.duties))
    done, _ = await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
    died = [task for task in done if task is not stopping]
    for task in died:
        log.error("duty_ended", duty=task.get_name(), exc_info=task.exception())
    stopping.cancel()
    log.info("stopping")
    await app.stop()
    _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        log.warning("duty_still_busy", duty=task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    log.info("stopped")
    return 1 if died else 0


async def _run(duty: Callable[[], Awaitable[None]]) -> None:
    await duty()
