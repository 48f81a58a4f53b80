"""Processes on one database tell each other that they live; what a dead one leased is taken over soon."""

from __future__ import annotations

import pytest

from bot.domain.jobs.task import Task, TaskKind
from bot.errors import StaleLease
from bot.services.operations.heartbeat import BEAT_SECONDS, DEAD_SECONDS, AmongReplicas
from storage.store import SqlStore
from tests.support.databases import SetClock


class Replica:
    """One process, with a clock of its own that runs like the database's."""

    def __init__(self, store: SqlStore, clock: SetClock, owner: str) -> None:
        self.store, self.owner = store, owner
        self.heart = AmongReplicas(store=store, owner=owner, now=lambda: clock.now().timestamp())

    async def claim(self) -> list[Task]:
        return await self.store.write(
            lambda tx: tx.tasks.claim(TaskKind.POLL, owner=self.owner, limit=9, lease_seconds=60.0)
        )


@pytest.fixture
async def pair(store: SqlStore, clock: SetClock) -> tuple[Replica, Replica]:
    """Two processes, the first of which has a task in hand."""
    first, second = (Replica(store, clock, name) for name in ("first", "second"))
    await store.write(lambda tx: tx.tasks.add(TaskKind.POLL, team_id="T1", job_id="J1"))
    await first.heart.beat()
    await second.heart.beat()
    return first, second


async def test_a_dead_processs_task_is_due_within_half_a_minute_and_its_late_write_is_refused(
    store: SqlStore, clock: SetClock, pair: tuple[Replica, Replica]
) -> None:
    first, second = pair
    (held,) = await first.claim()
    waited = 0.0

    while not await second.heart.beat():
        clock.move(BEAT_SECONDS)
        waited += BEAT_SECONDS
        assert waited < 30, "the lease would have ended after a minute"

    (taken,) = await second.claim()
    assert (taken.job_id, taken.starts) == ("J1", 2)
    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.tasks.finish(held))


async def test_a_living_process_keeps_what_it_holds(clock: SetClock, pair: tuple[Replica, Replica]) -> None:
    first, second = pair
    await first.claim()

    for _ in range(20):
        clock.move(BEAT_SECONDS)
        assert await first.heart.beat() == await second.heart.beat() == 0


async def test_an_absence_of_the_database_kills_nobody(
    clock: SetClock, pair: tuple[Replica, Replica]
) -> None:
    """Nobody could say that they live; whoever looks first afterwards must not take the others for dead."""
    first, second = pair
    await first.claim()

    clock.move(10 * DEAD_SECONDS)
    assert await second.heart.beat() == 0
    clock.move(BEAT_SECONDS)
    assert await first.heart.beat() == await second.heart.beat() == 0
    for _ in range(4):
        clock.move(BEAT_SECONDS)
        assert await first.heart.beat() == await second.heart.beat() == 0


async def test_a_process_that_comes_back_at_the_last_moment_is_not_buried(
    store: SqlStore, clock: SetClock, pair: tuple[Replica, Replica]
) -> None:
    first, _ = pair
    (held,) = await first.claim()
    seen = await store.read(lambda tx: tx.workers.all()["first"])
    clock.move(DEAD_SECONDS)
    await first.heart.beat()

    assert await store.write(lambda tx: tx.workers.bury("first", seen)) == 0
    await store.write(lambda tx: tx.tasks.finish(held))
