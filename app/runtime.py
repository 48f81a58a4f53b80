"""Runs an assembled app: the order of start and stop, signals, supervised tasks.

When one duty ends by itself the whole process ends with an error. A bot that goes on acknowledging requests
without working on them would be worse than none.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import FrameType
from typing import Any, Protocol, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

DRAIN_SECONDS = 11.0
"""How long the duties may take to end after SIGTERM: the steps and requests under way. What has not ended by
then is cancelled; ``Worker.run`` puts it back, or another start finds it through its lease."""

END_SECONDS = 14.0
"""After this the process is ended whatever hangs in it: a picture that is being decoded, a file system that
does not answer, a loop that never ends. A start finds everything in the database, as after a crash."""

CUT_OFF = 1
"""The exit code of a process that had to be ended before everything in it had."""


class Runnable(Protocol):
    """An assembled app: its duties run until ``stop``, which lets them end by themselves."""

    @property
    def duties(self) -> Mapping[str, Callable[[], Awaitable[None]]]: ...

    async def stop(self) -> None:
        """Stop taking work; every duty returns soon after."""
        ...


async def run_until_signalled(assembling: AbstractAsyncContextManager[Runnable]) -> int:
    """Assemble, run all duties, and end on SIGTERM or SIGINT (0) or when a duty dies (1). The process ends
    END_SECONDS after either, whatever hangs, and at once at a second signal (CUT_OFF)."""
    stop, last_resort = asyncio.Event(), _LastResort()
    _listen_to_signals(stop, last_resort)
    async with AsyncExitStack() as stack:
        app = await _unless(stop, stack.enter_async_context(assembling))
        return 0 if app is None else await supervise(app, stop, last_resort=last_resort)


def _listen_to_signals(stop: asyncio.Event, last_resort: Callable[[], None]) -> None:
    """Set ``stop`` at the first signal. The handlers are the interpreter's and not the loop's: they also run
    while a callback holds the loop up."""
    loop = asyncio.get_running_loop()
    heard: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > 1:
            os._exit(CUT_OFF)
        last_resort()  # also if the loop never gets to it
        if not loop.is_closed():  # else only threads are left
            loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


class _LastResort:
    """Once called, ends the process END_SECONDS later, with a word on standard error about where each thread
    hangs. A thread outside the interpreter does it: nothing can hold that up, and no thread of ours has to
    end first. Safe to repeat: the first call counts."""

    def __init__(self) -> None:
        self._is_ready = False

    def __call__(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            faulthandler.dump_traceback_later(END_SECONDS, exit=True)


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


async def supervise(app: Runnable, stop: asyncio.Event, *, last_resort: Callable[[], None]) -> int:
    """Run ``app``'s duties until ``stop`` is set or one of them ends; then ``last_resort`` is called, in case
    others do not. Returns the exit code."""
    tasks = {asyncio.create_task(_run(duty), name=name) for name, duty in app.duties.items()}
    stopping = asyncio.create_task(stop.wait(), name="signal")
    log.info("started", duties=sorted(app.duties))
    done, _ = await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
    died = [task for task in done if task is not stopping]
    for task in died:
        log.error("duty_ended", duty=task.get_name(), exc_info=task.exception())
    stopping.cancel()
    last_resort()
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
