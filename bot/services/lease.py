"""A unit of work done under a task's lease."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.jobs.task import Task
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction

T = TypeVar("T")

LEASE_SECONDS = 180.0
"""Longer than the longest single effect (a paid call may be answered after two minutes) plus a margin."""

LONGEST_PAUSE_SECONDS = 5.0
"""How often, in the end, a database that is away is tried again for a fact that only we know."""


class Leased:
    """Runs units of one claimed task; each first proves that the lease is still ours and extends it."""

    def __init__(self, store: Store, task: Task) -> None:
        self._store = store
        self.task = task

    async def write(self, unit: Callable[[Transaction], T]) -> T:
        """Raises StaleLease when another worker took the task over: then nothing of ``unit`` remains."""

        def fenced(tx: Transaction) -> T:
            tx.tasks.keep(self.task, lease_seconds=LEASE_SECONDS)
            return unit(tx)

        return await self._store.write(fenced)

    async def insist(self, unit: Callable[[Transaction], T]) -> T:
        """As ``write``, but waits for a database that is away: for what an effect has told only us."""
        return await insist(self.write, unit)

    async def finish(self) -> None:
        await self._store.write(lambda tx: tx.tasks.finish(self.task))

    async def again(self, delay: float, *, attempts: int = 0) -> None:
        """Due again in ``delay`` seconds, with a clean slate of attempts: waiting is not failing."""
        await self._store.write(lambda tx: tx.tasks.reschedule(self.task, delay=delay, attempts=attempts))


async def insist(
    write: Callable[[Callable[[Transaction], T]], Awaitable[T]], unit: Callable[[Transaction], T]
) -> T:
    """``write(unit)``, again and again while the database is away. Giving up would turn a known outcome
    into an unknown one, so only the end of the process ends this."""
    pause = 0.1
    while True:
        try:
            return await write(unit)
        except StoreUnavailable:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
