"""Places at the provider are given in turn, exactly, however many look at once; on both engines."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.ports import Transaction
from bot.services.lease import QUEUED_LEASE_SECONDS
from bot.services.pipeline.fair_queue import FairQueue
from storage.store import SqlStore
from tests.contract.samples import START, a_job
from tests.support.databases import SetClock

LIGHT = [f"L{number}" for number in range(9)]


@dataclass
class Hall:
    """Some replicas' submit steps over one database, without a provider."""

    store: SqlStore
    clock: SetClock
    turns: FairQueue
    starts: list[tuple[str, str, datetime]] = field(default_factory=list)
    """(person, job, when its turn was): the times are in the order of the turns."""
    most: Counter[str] = field(default_factory=Counter)

    async def ask(self, user: str, count: int, *, stage: TaskKind = TaskKind.SUBMIT) -> None:
        def unit(tx: Transaction) -> None:
            for number in range(count):
                job = a_job(f"{user}-{number:03}", user_id=user, place=Place("T1", "C1"), created_at=tx.now)
                tx.jobs.add(job)
                tx.tasks.add(stage, team_id="T1", job_id=job.id, subject=f"{job.id}-0")

        await self.store.write(unit)

    async def claim(self, kind: TaskKind = TaskKind.SUBMIT, limit: int = 4) -> list[Task]:
        return await self.store.write(
            lambda tx: tx.tasks.claim(kind, owner="r", limit=limit, lease_seconds=QUEUED_LEASE_SECONDS)
        )

    async def look(self, task: Task) -> None:
        def unit(tx: Transaction) -> tuple[str, str, datetime] | str | None:
            job = tx.jobs.get(task.job_id)
            assert job is not None
            if job.status is not Status.QUEUED:  # it was hurried while it was in hand, and has begun
                tx.tasks.finish(task)
                return None
            called = self.turns.call(tx, job)
            if not called.may_begin:
                tx.tasks.reschedule(task, delay=called.wait, attempts=0)
                return called.hurry
            tx.jobs.save(job.evolve(status=Status.SUBMITTING))
            tx.tasks.finish(task)
            assert called.turn is not None
            return job.user_id, job.id, called.turn.at

        found = await self.store.write(unit)
        if isinstance(found, tuple):
            self.starts.append(found)
        elif found is not None:
            await self.store.write(lambda tx: tx.tasks.wake(TaskKind.SUBMIT, found))

    async def round(self) -> None:
        """Two replicas look at once, as workers do: until nothing is due. Then a moment goes by."""
        while any(batches := await asyncio.gather(self.claim(), self.claim())):
            await asyncio.gather(*(self.look(task) for batch in batches for task in batch))
        running = Counter(job.user_id for job in await self.running())
        self.most |= running
        self.most["all"] = max(self.most["all"], running.total())
        self.clock.move(1)

    async def running(self) -> list:  # type: ignore[type-arg]
        return await self.store.read(lambda tx: tx.jobs.newest(limit=1000, status="submitting"))

    async def end(self, job_id: str) -> None:
        def unit(tx: Transaction) -> None:
            job = tx.jobs.get(job_id)
            assert job is not None
            tx.jobs.save(job.evolve(status=Status.FAILED))

        await self.store.write(unit)


async def test_one_heavy_and_nine_light_people_take_turns(store: SqlStore, clock: SetClock) -> None:
    hall = Hall(store, clock, FairQueue(InFlight(user=3, workspace=4)))
    dice = random.Random(20)
    await hall.ask("H", 200)
    for _ in range(4):
        await hall.round()
    assert hall.most == {"H": 3, "all": 3}
    came = clock.now()
    for user in LIGHT:
        await hall.ask(user, 2)

    for _ in range(60):
        await hall.round()
        for job in dice.sample(await hall.running(), k=1):
            await hall.end(job.id)
        if {user for user, _, _ in hall.starts} >= set(LIGHT):
            break

    starts = sorted((when, user) for user, _, when in hall.starts)
    for light in LIGHT:
        began = next(when for when, user in starts if user == light)
        between = Counter(user for when, user in starts if came <= when < began)
        assert max(between.values(), default=0) <= 1, (light, between)
    assert hall.most["H"] == 3
    assert hall.most["all"] == 4


async def test_a_light_persons_announcement_is_not_behind_two_hundred(
    store: SqlStore, clock: SetClock
) -> None:
    hall = Hall(store, clock, FairQueue(InFlight(user=3, workspace=4)))
    await hall.ask("H", 200, stage=TaskKind.ANNOUNCE)
    clock.move(1)
    await hall.ask("L", 1, stage=TaskKind.ANNOUNCE)
    clock.move(1)

    claimed = await hall.claim(TaskKind.ANNOUNCE, limit=2)

    assert {task.job_id for task in claimed} == {"H-000", "L-000"}


async def test_who_is_still_being_announced_keeps_the_place(store: SqlStore, clock: SetClock) -> None:
    """Two asks of A, one running; B's is about to be ready: the one free place is B's, not A's second."""
    hall = Hall(store, clock, FairQueue(InFlight(user=3, workspace=2)))
    await hall.ask("A", 2)
    await hall.ask("B", 1, stage=TaskKind.ANNOUNCE)
    clock.move(1)
    first = await hall.claim(limit=1)
    await hall.look(first[0])
    (announcing,) = await hall.claim(TaskKind.ANNOUNCE)
    assert [user for user, _, _ in hall.starts] == ["A"]

    for task in await hall.claim():
        await hall.look(task)
    assert [user for user, _, _ in hall.starts] == ["A"]

    clock.move(30)  # whoever announces B is slow or dead: nobody waits for it any longer
    for task in await hall.claim():
        await hall.look(task)
    assert [user for user, _, _ in hall.starts] == ["A", "A"]
    assert announcing.job_id == "B-000"


async def test_a_turn_given_back_is_as_if_it_had_not_been(store: SqlStore) -> None:
    def lines(tx: Transaction) -> dict[str, datetime]:
        return dict(tx.queue.line("T1", lease_seconds=QUEUED_LEASE_SECONDS).served)

    first = await store.write(lambda tx: tx.queue.serve("T1", "U1"))
    again = await store.write(lambda tx: tx.queue.serve("T1", "U2"))
    assert again.at == first.at + timedelta(microseconds=1), "one clock tick, two turns"
    second = await store.write(lambda tx: tx.queue.serve("T1", "U1"))
    assert second.before == first.at == START

    await store.write(lambda tx: tx.queue.give_back(second))
    assert await store.read(lines) == {"U1": first.at, "U2": again.at}
    await store.write(lambda tx: tx.queue.give_back(second))
    assert await store.read(lines) == {"U1": first.at, "U2": again.at}
    await store.write(lambda tx: tx.queue.give_back(again))
    assert (await store.read(lines))["U2"] < START
