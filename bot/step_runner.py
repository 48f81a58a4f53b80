"""Runs one step of the worker and decides what becomes of its task."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import structlog

from bot.domain.jobs.polling import backoff
from bot.domain.jobs.task import Task, TaskKind
from bot.errors import NotUnderstood, OutcomeUnknown, StaleLease, StoreUnavailable, TryLater, WorkspaceGone
from bot.ports import Store, Transaction
from bot.services.operations.connections import GONE, Connections
from bot.services.parked import say_stuck
from bot.step_limit import limited_to

log = structlog.get_logger(__name__)

MOST_DEATHS = 3
"""How often a process may die while it has a task in hand. At the claim after that the task is given up."""

DEADLINE_SECONDS: Mapping[TaskKind, float] = {
    **dict.fromkeys(TaskKind, 45.0),
    TaskKind.PREPARE: 60.0,
    TaskKind.SUBMIT: 150.0,  # a paid call may be answered after two minutes
    TaskKind.DELIVER: 120.0,
    TaskKind.EXPORT: 300.0,
    TaskKind.HOUSEKEEPING: 300.0,
}
"""How long a step may take, without what it waits for uncounted. After that it is cancelled, which counts as
a fault, and its place is free."""

MAX_ATTEMPTS = 8
"""How many faults (unexpected errors, answers that are not understood) a task may have before it is parked,
visibly, with the last of them."""


class Step(Protocol):
    """What the worker does for one kind of task."""

    async def run(self, task: Task) -> None:
        """Do the task's one effect, then finish or reschedule the task.

        The worker runs it again later after TryLater (with its subclass WorkspaceGone), OutcomeUnknown and
        StoreUnavailable. It drops it after StaleLease, as somebody else has the task now. NotUnderstood and
        any other error count as a fault: the task is run again later, and parked after MAX_ATTEMPTS faults.
        """
        ...


class StepRunner:
    """Runs the step of a claimed task. ``jitter`` gives numbers in [0, 1) that spread repeated attempts.
    ``give_up`` is the unit that ends a task with which the process has died MOST_DEATHS times."""

    def __init__(
        self,
        *,
        store: Store,
        steps: Mapping[TaskKind, Step],
        jitter: Callable[[], float],
        connections: Connections,
        give_up: Callable[[Transaction, Task], None],
    ) -> None:
        self._store = store
        self._steps = steps
        self._jitter = jitter
        self._connections = connections
        self._give_up = give_up

    @property
    def kinds(self) -> Collection[TaskKind]:
        """The kinds of tasks that can be run."""
        return self._steps.keys()

    async def run(self, task: Task) -> None:
        """Run the task's step. No error of the step leaves this method: the task is rescheduled or parked,
        or, when the database cannot be written to, left until its lease ends."""
        bound = structlog.contextvars.bound_contextvars(
            team=task.team_id, job=task.job_id, task=str(task.kind)
        )
        with bound:
            if (rest := self._connections.wait(task.kind, task.team_id)) > 0:
                await self._put_back(task, GONE, after=rest + self._jitter(), is_fault=False)
                return
            if task.starts > MOST_DEATHS:
                await self._end_poison(task)
                return
            try:
                await self._run_limited(task)
            except StaleLease:
                log.info("lease_lost")
            except WorkspaceGone as gone:
                await self._put_back(task, GONE, after=gone.after, is_fault=False)
            except NotUnderstood as strange:
                log.warning("answer_not_understood", reason=str(strange), attempt=task.faults + 1)
                await self._put_back(task, str(strange), after=strange.after, is_fault=True)
            except (TryLater, OutcomeUnknown) as later:
                after = later.after if isinstance(later, TryLater) else None
                await self._put_back(task, str(later), after=after, is_fault=False)
            except StoreUnavailable as error:
                await self._put_back(task, str(error), after=None, is_fault=False)
            except Exception as error:
                log.exception("step_failed", attempt=task.attempts + 1)
                reason = f"{type(error).__name__}: {error}"[:500]
                await self._put_back(task, reason, after=None, is_fault=True)

    async def _run_limited(self, task: Task) -> None:
        """Raises what the step raises, and TimeoutError when it takes too long."""
        limit = None
        try:
            async with limited_to(DEADLINE_SECONDS[task.kind]) as limit:
                await self._steps[task.kind].run(task)
        except TimeoutError as error:
            if limit is not None and limit.expired:
                raise TimeoutError("deadline") from error
            raise

    async def _end_poison(self, task: Task) -> None:
        """End a task with which the process keeps dying."""
        log.error("process_died", deaths=task.starts - 1)
        try:
            await self._store.write(lambda tx: self._give_up(tx, task))
        except (StaleLease, StoreUnavailable) as left:
            log.warning("task_left_to_its_lease", reason=type(left).__name__)

    async def _put_back(self, task: Task, reason: str, *, after: float | None, is_fault: bool) -> None:
        delay = after
        if delay is None:
            delay = backoff(task.attempts, base=1.0, cap=60.0, jitter=self._jitter())
        parks = is_fault and task.faults + 1 >= MAX_ATTEMPTS
        try:
            if parks:
                await self._store.write(lambda tx: _park(tx, task, reason))
                log.error("task_parked", reason=reason)
            else:
                await self._store.write(
                    lambda tx: tx.tasks.reschedule(
                        task, delay=delay, attempts=task.attempts + 1, error=reason, is_fault=is_fault
                    )
                )
        except StaleLease:
            log.info("lease_lost")
        except StoreUnavailable:
            log.warning("task_left_to_its_lease", reason=reason)


def _park(tx: Transaction, task: Task, reason: str) -> None:
    tx.tasks.park(task, reason)
    say_stuck(tx, task)
