"""A unit of a step is done under the lease, or not at all."""

import pytest

from bot.domain.jobs.task import Task, TaskKind
from bot.errors import StaleLease
from bot.ports import Transaction
from bot.services.lease import LEASE_SECONDS, Leased
from storage.store import SqlStore
from tests.contract.samples import a_job
from tests.support.databases import SetClock


async def claimed(store: SqlStore, owner: str) -> Task:
    def unit(tx: Transaction) -> Task:
        if tx.jobs.get("J1") is None:
            tx.jobs.add(a_job())
            tx.tasks.add(TaskKind.POLL, team_id="T1", job_id="J1")
        (task,) = tx.tasks.claim(TaskKind.POLL, owner=owner, limit=1, lease_seconds=60.0)
        return task

    return await store.write(unit)


async def test_whoever_has_lost_the_lease_writes_nothing(store: SqlStore, clock: SetClock) -> None:
    mine = Leased(store, await claimed(store, "me"))
    clock.move(61.0)
    theirs = await claimed(store, "somebody else")

    with pytest.raises(StaleLease):
        await mine.write(lambda tx: tx.key_values.put("written by", "me"))

    assert await store.read(lambda tx: tx.key_values.get("written by")) is None
    await Leased(store, theirs).write(lambda tx: tx.key_values.put("written by", "somebody else"))
    assert await store.read(lambda tx: tx.key_values.get("written by")) == "somebody else"


async def test_each_unit_extends_the_lease(store: SqlStore, clock: SetClock) -> None:
    mine = Leased(store, await claimed(store, "me"))
    clock.move(59.0)

    await mine.write(lambda tx: None)

    due = await store.read(lambda tx: tx.tasks.next_due([TaskKind.POLL]))
    assert due is not None
    assert (due - clock.now()).total_seconds() == LEASE_SECONDS


async def test_whoever_has_lost_the_lease_neither_finishes_nor_puts_off(
    store: SqlStore, clock: SetClock
) -> None:
    mine = Leased(store, await claimed(store, "me"))
    clock.move(61.0)
    theirs = await claimed(store, "somebody else")

    with pytest.raises(StaleLease):
        await mine.finish()
    with pytest.raises(StaleLease):
        await mine.again(5.0)

    await Leased(store, theirs).finish()
    assert await store.read(lambda tx: tx.tasks.next_due([TaskKind.POLL])) is None
