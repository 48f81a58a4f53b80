"""Jobs: what goes in comes out, and is found by key, thread, age and state."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.domain.jobs.job import Job, SetMember, Status
from bot.domain.place import Place
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.samples import START, a_full_job, a_job
from tests.support.databases import SetClock


def test_full_sample_leaves_no_field_at_its_default() -> None:
    job = a_full_job()

    assert [f.name for f in fields(Job) if getattr(job, f.name) in (None, (), f.default)] == []


async def test_job_with_every_field_comes_back_equal(store: SqlStore) -> None:
    job = a_full_job()

    await store.write(lambda tx: tx.jobs.add(job))

    assert await store.read(lambda tx: tx.jobs.get("J1")) == job


async def test_job_with_no_optional_field_comes_back_equal(store: SqlStore) -> None:
    job = a_job()

    await store.write(lambda tx: tx.jobs.add(job))

    assert await store.read(lambda tx: tx.jobs.get("J1")) == job


async def test_job_unknown_is_none(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.jobs.get("J9")) is None
    assert await store.read(lambda tx: tx.jobs.by_request_key("key-J9")) is None


async def test_job_is_found_by_its_request_key(store: SqlStore) -> None:
    await store.write(lambda tx: tx.jobs.add(a_job("J1")))
    await store.write(lambda tx: tx.jobs.add(a_job("J2")))

    found = await store.read(lambda tx: tx.jobs.by_request_key("key-J2"))

    assert found == a_job("J2")


async def test_job_with_a_taken_request_key_is_refused(store: SqlStore) -> None:
    await store.write(lambda tx: tx.jobs.add(a_job("J1")))

    with pytest.raises(ValueError, match="request_key"):
        await store.write(lambda tx: tx.jobs.add(a_job("J2", request_key="key-J1")))

    assert await store.read(lambda tx: tx.jobs.get("J2")) is None


async def test_save_writes_every_mutable_field_and_the_time(store: SqlStore, clock: SetClock) -> None:
    await store.write(lambda tx: tx.jobs.add(a_job()))
    clock.move(60)
    changed = replace(a_full_job(), request_key="key-J1", created_at=START)

    await store.write(lambda tx: tx.jobs.save(changed))

    saved = await store.read(lambda tx: tx.jobs.get("J1"))
    assert saved == replace(changed, updated_at=START + timedelta(seconds=60))


async def test_save_never_changes_key_and_birth(store: SqlStore) -> None:
    await store.write(lambda tx: tx.jobs.add(a_job()))

    await store.write(
        lambda tx: tx.jobs.save(a_job(request_key="another", created_at=START + timedelta(days=1)))
    )

    saved = await store.read(lambda tx: tx.jobs.get("J1"))
    assert saved is not None
    assert (saved.request_key, saved.created_at) == ("key-J1", START)


async def test_save_removes_the_secret_reply_link(store: SqlStore) -> None:
    await store.write(lambda tx: tx.jobs.add(a_full_job()))

    await store.write(lambda tx: tx.jobs.save(replace(a_full_job(), reply_url=None, failure=None, cost=None)))

    saved = await store.read(lambda tx: tx.jobs.get("J1"))
    assert saved is not None
    assert (saved.reply_url, saved.failure, saved.cost) == (None, None, None)


async def test_save_of_an_unknown_job_fails_loudly(store: SqlStore) -> None:
    with pytest.raises(LookupError):
        await store.write(lambda tx: tx.jobs.save(a_job("J9")))


async def test_newest_first_and_no_more_than_asked(store: SqlStore) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(5):
            tx.jobs.add(a_job(f"J{number}", created_at=START + timedelta(seconds=number)))

    await store.write(fill)

    newest = await store.read(lambda tx: tx.jobs.newest(limit=3))

    assert [job.id for job in newest] == ["J4", "J3", "J2"]


async def test_newest_narrows_by_status_team_and_person(store: SqlStore) -> None:
    def fill(tx: Transaction) -> None:
        tx.jobs.add(a_job("J1"))
        tx.jobs.add(a_job("J2", status=Status.FAILED))
        tx.jobs.add(a_job("J3", user_id="U2"))
        tx.jobs.add(a_job("J4", place=Place("T2", "C1")))

    await store.write(fill)

    async def ids(**narrow: str) -> set[str]:
        return {job.id for job in await store.read(lambda tx: tx.jobs.newest(**narrow))}

    assert await ids() == {"J1", "J2", "J3", "J4"}
    assert await ids(status="failed") == {"J2"}
    assert await ids(team_id="T2") == {"J4"}
    assert await ids(team_id="T1", user_id="U2") == {"J3"}
    assert await ids(team_id="T1", user_id="U1", status="queued") == {"J1"}


async def test_in_thread_is_that_thread_only_oldest_first(store: SqlStore) -> None:
    thread = Place("T1", "C1", "17.1")

    def fill(tx: Transaction) -> None:
        tx.jobs.add(a_job("J1", place=thread, created_at=START + timedelta(seconds=9)))
        tx.jobs.add(a_job("J2", place=thread))
        tx.jobs.add(a_job("J3", place=Place("T1", "C1", "17.2")))
        tx.jobs.add(a_job("J4", place=Place("T1", "C2", "17.1")))
        tx.jobs.add(a_job("J5", place=Place("T2", "C1", "17.1")))
        tx.jobs.add(a_job("J6", place=Place("T1", "C1")))

    await store.write(fill)

    assert [job.id for job in await store.read(lambda tx: tx.jobs.in_thread(thread))] == ["J2", "J1"]
    assert await store.read(lambda tx: tx.jobs.in_thread(Place("T1", "C1"))) == []


@pytest.mark.parametrize(
    "changes",
    [{"estimate": a_job().estimate * -1}, {"cost": a_job().estimate * -1}],
    ids=["estimate", "cost"],
)
async def test_negative_amounts_are_refused_by_the_database(
    store: SqlStore, changes: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="_micros"):
        await store.write(lambda tx: tx.jobs.add(a_job(**changes)))


async def test_jobs_of_a_set_come_in_the_order_of_their_positions(store: SqlStore) -> None:
    def member(position: int) -> SetMember:
        return SetMember("J1", position, 3, f"number {position}", "a {red,blue,green} fox")

    for ident, position in (("J3", 3), ("J1", 1), ("J2", 2)):
        await store.write(lambda tx, i=ident, p=position: tx.jobs.add(replace(a_job(i), member=member(p))))
    await store.write(lambda tx: tx.jobs.add(a_job("J4")))

    found = await store.read(lambda tx: tx.jobs.in_set("J1"))

    assert [(job.id, job.shown_by, job.leads_set) for job in found] == [
        ("J1", "J1", True),
        ("J2", "J1", False),
        ("J3", "J1", False),
    ]
    assert await store.read(lambda tx: tx.jobs.in_set("J4")) == []
