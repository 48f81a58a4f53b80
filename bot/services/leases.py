"""A unit of work done under a task's lease."""

from collections.abc import Callable
from typing import TypeVar

from bot.domain.task import Task
from bot.ports import Store, Transaction

T = TypeVar("T")

LEASE_SECONDS = 180.0
"""Longer than the longest single effect (a paid call may be answered after two minutes) plus a margin."""


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

    async def finish(self) -> None:
        await self._store.write(lambda tx: tx.tasks.finish(self.task))

    async def again(self, delay: float) -> None:
        """Due again in ``delay`` seconds, with a clean slate of attempts: waiting is not failing."""
        await self._store.write(lambda tx: tx.tasks.reschedule(self.task, delay=delay, attempts=0))
