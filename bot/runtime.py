"""Start and stop order, signals, supervised tasks.

A duty that dies takes the process down visibly: a bot that only acknowledges is worse than none.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10.0
"""How long the steps in hand may take after SIGTERM; what is left is found through its lease."""


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
    async with assembling as app:
        return await supervise(app, stop)


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
