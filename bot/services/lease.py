"""A unit of work done under a task's lease."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.jobs.task import UP_TO_THE_CALL, Task, TaskKind
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from bot.step_limit import uncounted

T = TypeVar("T")

LEASE_SECONDS = 60.0
"""How long a task stays leased. The worker extends it while the step runs, so it ends only when the process
or the database is gone."""

QUEUED_LEASE_SECONDS = 180.0
"""That of the steps up to the paid call. It outlives the call, which may be answered after two minutes, also
where the lease cannot be extended meanwhile: what came of it is known nowhere else. The fair queue tells from
it when such a step was claimed."""

LONGEST_PAUSE_SECONDS = 5.0
"""The longest pause between two tries to write to a database that is away."""


def lease_of(kind: TaskKind) -> float:
    """How long a task of this kind is leased, in seconds."""
    return QUEUED_LEASE_SECONDS if kind in UP_TO_THE_CALL else LEASE_SECONDS


class Leased:
    """Runs units of work for one claimed task. Each unit first proves that the lease is still ours, and
    extends it."""

    def __init__(self, store: Store, task: Task) -> None:
        self._store = store
        self.task = task

    async def write(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` in one transaction under the lease and return its result.

        Raises StaleLease when another worker took the task over, and StoreUnavailable; then nothing of
        ``unit`` remains.
        """

        def fenced(tx: Transaction) -> T:
            tx.tasks.keep(self.task, lease_seconds=lease_of(self.task.kind))
            return unit(tx)

        return await self._store.write(fenced)

    async def insist(self, unit: Callable[[Transaction], T]) -> T:
        """As ``write``, but waits while the database is away. For recording the outcome of an effect, which
        is known nowhere else. Raises StaleLease as ``write`` does."""
        return await insist(self.write, unit)

    async def finish(self) -> None:
        """End the task. Raises StaleLease when another worker took it over."""
        await self._store.write(lambda tx: tx.tasks.finish(self.task))

    async def again(self, delay: float, *, attempts: int = 0) -> None:
        """Make the task due again in ``delay`` seconds and set its count of failed attempts to ``attempts``:
        0, as waiting is not failing. Raises StaleLease when another worker took the task over."""
        await self._store.write(lambda tx: tx.tasks.reschedule(self.task, delay=delay, attempts=attempts))


async def insist(
    write: Callable[[Callable[[Transaction], T]], Awaitable[T]], unit: Callable[[Transaction], T]
) -> T:
    """Repeat ``write(unit)`` while it raises StoreUnavailable, and return its result. Every other error ends
    it. There is no limit of tries: giving up would turn a known outcome into an unknown one.
    So the time does not count as the step's own."""
    pause = 0.1
    with uncounted():
        while True:
            try:
                return await write(unit)
            except StoreUnavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
