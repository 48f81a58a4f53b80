"""The background worker: claims due tasks from the database and runs the step for each one's kind.

A waiting job is a row and nothing in memory, so recovery after a crash is the ordinary claim.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Mapping
from functools import partial

import structlog

from bot.domain.jobs.task import HEAVY, Task, TaskKind
from bot.errors import StaleLease, StoreUnavailable
from bot.ports import Store, Transaction
from bot.services.lease import lease_of
from bot.services.operations.connections import Connections
from bot.services.operations.heartbeat import BEAT_SECONDS, Heartbeat
from bot.step_runner import StepRunner

log = structlog.get_logger(__name__)

CAPACITY: Mapping[TaskKind, int] = {
    TaskKind.INTAKE: 4,
    TaskKind.PREPARE: 2,  # a decoded picture may take hundreds of megabytes
    TaskKind.ANNOUNCE: 8,
    TaskKind.SUBMIT: 4,  # bounds the unknown outcomes of one crash (performance reference 2.5)
    TaskKind.POLL: 16,
    TaskKind.DELIVER: 6,
    TaskKind.UPDATE_STATUS: 6,
    TaskKind.SETTLE_UNKNOWN: 4,
    TaskKind.CLEAN_UP: 2,
    TaskKind.NOTIFY_ASKER: 4,
    TaskKind.SHOW_PICTURE: 4,
    TaskKind.TAKE_BACK: 2,
    TaskKind.ALERT: 1,
    TaskKind.HOUSEKEEPING: 1,
    TaskKind.APPROVAL_REQUEST: 2,
    TaskKind.EXPORT: 1,
    TaskKind.WELCOME: 1,
}
"""How many steps of each kind may run at the same time in this process."""

IDLE_SECONDS = 1.0
"""The longest sleep: another replica may have added work, which wakes only its own worker."""

GIVE_BACK_SECONDS = 0.8
"""How long cancelling the running steps may take when ``run`` is cancelled, and then giving their leases back
as well."""

OUTRUN_SECONDS = 0.05
"""The pause after another replica has claimed everything that was due."""

EXTENDED_EVERY = 4
"""At every fourth heartbeat the leases of running steps are extended: three times before one would end."""


class Worker:
    """Runs the steps of due tasks until it is stopped.

    Whoever adds work sets ``woken``: then the worker looks for due tasks at once. ``owner`` is the name under
    which this process leases tasks.
    """

    def __init__(
        self,
        *,
        store: Store,
        runner: StepRunner,
        owner: str,
        woken: asyncio.Event,
        connections: Connections,
        heartbeat: Heartbeat,
        capacity: Mapping[TaskKind, int] = CAPACITY,
    ) -> None:
        self._store = store
        self._connections = connections
        self._runner = runner
        self._owner = owner
        self._heartbeat = heartbeat
        self._capacity = capacity
        self._suspects_wait = False
        self._running: dict[TaskKind, dict[asyncio.Task[None], Task]] = {kind: {} for kind in runner.kinds}
        self._woken = woken
        self._stopping = False

    @property
    def owner(self) -> str:
        """The name under which this process leases tasks. It is random for each process: a process that
        reused a dead one's name would take that one's leases for its own."""
        return self._owner

    async def ready(self) -> str | None:
        """None while the worker takes work, else why it does not: a probe for ``/readyz``."""
        return "stopping" if self._stopping else None

    def stop(self) -> None:
        """Claim no more tasks; ``run`` returns once the running steps have ended. Safe to repeat."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Claim and run due tasks until ``stop``. It raises only unexpected errors, after which the process
        must end. When it is cancelled while it waits for the running steps, it cancels them and gives their
        leases back."""
        await self._beat()  # before the first claim: else nobody would miss this process
        beating = asyncio.create_task(self._go_on_beating(), name="heartbeat")
        try:
            await self._work()
        finally:
            beating.cancel()

    async def _work(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                await self._resume_returned()
                pause = await self._until_next()
                if pause <= 0:
                    pause = 0.0 if await self._claim() else OUTRUN_SECONDS
            except StoreUnavailable:
                pause = IDLE_SECONDS
            if pause > 0:
                await self._sleep(pause)
        try:
            await self.drain()
        except asyncio.CancelledError:
            await self._abandon()
            raise

    async def _go_on_beating(self) -> None:
        for beats in itertools.count(1):
            await asyncio.sleep(BEAT_SECONDS)
            await self._beat(extends=beats % EXTENDED_EVERY == 0)

    async def _beat(self, *, extends: bool = False) -> None:
        """Say that this process lives, and with ``extends`` extend the leases of the steps that run."""
        try:
            if await self._heartbeat.beat():
                self._woken.set()
            running = self._in_hand()
            if extends and running:
                await self._store.write(partial(_extend, running=running))
        except StoreUnavailable as away:
            log.warning("no_heartbeat", reason=str(away))
        except Exception:
            log.exception("heartbeat_failed")  # the steps go on, and the next beat may work

    def _in_hand(self) -> list[Task]:
        return [task for steps in self._running.values() for task in steps.values()]

    async def _resume_returned(self) -> None:
        """Make due at once the tasks that wait for a workspace that is connected again."""
        if self._connections.has_returned:
            await self._store.write(self._connections.hurry)
            self._connections.resumed()

    async def run_once(self) -> int:
        """Claim what is due now, as far as the capacity goes, wait until all running steps have ended, and
        return how many tasks were claimed."""
        started = await self._claim()
        await self.drain()
        return started

    async def drain(self) -> None:
        """Wait until the running steps have ended. No request is cancelled: they time out by themselves."""
        while pending := [task for tasks in self._running.values() for task in tasks]:
            await asyncio.wait(pending)

    async def _abandon(self) -> None:
        """Cancel the running steps and give their leases back, so that another process continues at once. Its
        steps begin by reconciling, as after a crash."""
        steps = {step: task for steps in self._running.values() for step, task in steps.items()}
        for step in steps:
            step.cancel()
        await asyncio.wait(steps, timeout=GIVE_BACK_SECONDS)

        def unit(tx: Transaction) -> None:
            for step, task in steps.items():
                if step.done() and step.cancelled():
                    with contextlib.suppress(StaleLease):
                        tx.tasks.reschedule(task, delay=0.0, attempts=task.attempts, error="stopped")

        with contextlib.suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                await self._store.write(unit)

    def _free(self) -> dict[TaskKind, int]:
        """How many more steps of each kind may begin. While a suspect runs, or waits until it is alone, none
        of those that handle pictures."""
        free = {kind: self._capacity[kind] - len(tasks) for kind, tasks in self._running.items()}
        heavy = [task for kind in HEAVY for task in self._running.get(kind, {}).values()]
        closed = any(task.starts > 1 for task in heavy) or (bool(heavy) and self._suspects_wait)
        return {kind: count for kind, count in free.items() if count > 0 and not (closed and kind in HEAVY)}

    async def _claim(self) -> int:
        free = self._free()
        alone = not any(self._running.get(kind) for kind in HEAVY)

        def claim(tx: Transaction, kind: TaskKind, limit: int, *, suspects: bool | None = None) -> list[Task]:
            return tx.tasks.claim(
                kind, owner=self._owner, limit=limit, lease_seconds=lease_of(kind), suspects=suspects
            )

        waits = self._suspects_wait

        def unit(tx: Transaction) -> tuple[list[Task], bool]:
            light = [kind for kind in free if kind not in HEAVY]
            heavy = [kind for kind in free if kind in HEAVY]
            claimed = [task for kind in light for task in claim(tx, kind, free[kind])]
            if waits or tx.tasks.has_suspects(heavy):
                if not alone:
                    return claimed, True
                for kind in heavy:
                    if suspect := claim(tx, kind, 1, suspects=True):
                        return claimed + suspect, False
            return claimed + [task for kind in heavy for task in claim(tx, kind, free[kind])], False

        claimed, self._suspects_wait = await self._store.write(unit)
        for task in claimed:
            step = asyncio.create_task(self._runner.run(task), name=f"{task.kind}:{task.job_id}")
            self._running[task.kind][step] = task
            step.add_done_callback(self._forget)
        return len(claimed)

    def _forget(self, step: asyncio.Task[None]) -> None:
        for steps in self._running.values():
            steps.pop(step, None)
        self._suspects_wait = False
        self._woken.set()

    async def _until_next(self) -> float:
        """Seconds until the next task is due of those kinds that have free capacity. The other kinds need no
        timer: the end of any step wakes the worker."""
        kinds = self._free().keys()

        def unit(tx: Transaction) -> float:
            due = tx.tasks.next_due(kinds)
            return IDLE_SECONDS if due is None else (due - tx.now).total_seconds()

        return min(IDLE_SECONDS, await self._store.read(unit))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return


def _extend(tx: Transaction, *, running: list[Task]) -> None:
    """Extend the leases of these tasks. One that somebody else has taken is left to its step."""
    for task in running:
        with contextlib.suppress(StaleLease):
            tx.tasks.keep(task, lease_seconds=lease_of(task.kind))
