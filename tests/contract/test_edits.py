"""Sources, the inbox and published sources, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, Source, SourceRef, SourceRole
from bot.ports import PublishedSource
from storage.repositories.published_sources import PIECE_BYTES
from storage.store import SqlStore
from tests.contract.samples import START, a_job
from tests.support.databases import SetClock

HEARD = IncomingMessage(
    Place("T1", "C1", "1.0"), "2.0", "U1", "make it blue", is_mention=False, is_direct=False
)
A, B = SourceRef(file_id="FA", name="a.png"), SourceRef(file_id="FB", name="größe.heic")


async def test_a_source_comes_back_as_it_was_saved(store: SqlStore) -> None:
    first = Source("s1", "J1", 0, SourceRole.AUTO, file_id="F1", name="größe.png")
    second = Source("s2", "J1", 1, SourceRole.MASK, picture_id="P1")
    seen = replace(first, role=SourceRole.PICTURE, url="https://x/1", width=640, height=480)

    await store.write(lambda tx: tx.jobs.add(a_job("J1")))
    await store.write(lambda tx: [tx.sources.add(second), tx.sources.add(first)])
    await store.write(lambda tx: tx.sources.save(seen))

    assert await store.read(lambda tx: tx.sources.of_job("J1")) == [seen, second]
    assert await store.read(lambda tx: tx.sources.of_job("J2")) == []


async def test_deliveries_of_one_message_are_merged_in_any_order(store: SqlStore) -> None:
    mention = replace(HEARD, is_mention=True)
    with_files = replace(HEARD, files=(A, B))

    for order in ((mention, with_files), (with_files, mention)):
        ts = f"{order.index(mention)}.5"
        for heard in (replace(delivery, ts=ts) for delivery in order):
            merged = await store.write(lambda tx, heard=heard: tx.inbox.receive(heard))

        assert merged.is_mention
        assert merged.files == (A, B)
        assert await store.read(lambda tx, key=merged.key: tx.inbox.get(key)) == merged


async def test_a_file_that_comes_twice_is_one_source(store: SqlStore) -> None:
    await store.write(lambda tx: tx.inbox.receive(replace(HEARD, files=(A,))))

    merged = await store.write(lambda tx: tx.inbox.receive(replace(HEARD, files=(B, A))))

    assert merged.files == (A, B)


async def test_the_same_message_heard_at_once_is_one_row(store: SqlStore) -> None:
    refs = [SourceRef(file_id=f"F{i}") for i in range(20)]

    await asyncio.gather(
        *(store.write(lambda tx, ref=ref: tx.inbox.receive(replace(HEARD, files=(ref,)))) for ref in refs)
    )

    merged = await store.read(lambda tx: tx.inbox.get(HEARD.key))
    assert merged is not None
    assert {ref.file_id for ref in merged.files} == {ref.file_id for ref in refs}


async def test_a_task_may_be_about_a_message_that_is_no_job_yet(store: SqlStore) -> None:
    await store.write(lambda tx: tx.tasks.add(TaskKind.INTAKE, team_id="T1", job_id="", subject=HEARD.key))

    (task,) = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.INTAKE, owner="o", limit=5, lease_seconds=60)
    )

    assert (task.job_id, task.subject) == ("", HEARD.key)


async def test_a_published_source_is_kept_until_it_expires_or_is_removed(
    store: SqlStore, clock: SetClock
) -> None:
    data = bytes(range(256)) * 4096
    now = await store.read(lambda tx: tx.now)

    for unit in (
        lambda tx: tx.published_sources.put("kept", data, "image/png", now + timedelta(hours=1)),
        lambda tx: tx.published_sources.put("kept", data + b"2", "image/jpeg", now + timedelta(hours=1)),
        lambda tx: tx.published_sources.put("over", b"old", "image/png", now - timedelta(seconds=1)),
        lambda tx: tx.published_sources.put("gone", b"x", "image/png", now + timedelta(hours=1)),
        lambda tx: tx.published_sources.remove("gone"),
        lambda tx: tx.published_sources.remove("never"),
    ):
        await store.write(unit)

    names = ("kept", "over", "gone", "never")
    found = await store.read(lambda tx: [tx.published_sources.describe(name) for name in names])
    assert found == [PublishedSource(len(data) + 1, "image/jpeg"), None, None, None]


async def test_a_published_source_is_read_in_pieces(store: SqlStore) -> None:
    data = bytes(range(256)) * (2 * PIECE_BYTES // 256) + b"the end"
    now = await store.read(lambda tx: tx.now)
    await store.write(
        lambda tx: tx.published_sources.put("kept", data, "image/png", now + timedelta(hours=1))
    )

    async def pieces(name: str) -> list[bytes]:
        return await store.read(lambda tx: [tx.published_sources.piece(name, number) for number in range(4)])

    parts = await pieces("kept")
    assert [len(part) for part in parts] == [PIECE_BYTES, PIECE_BYTES, 7, 0]
    assert b"".join(parts) == data
    assert await pieces("never") == [b""] * 4
    await store.write(
        lambda tx: tx.published_sources.put("over", data, "image/png", now - timedelta(seconds=1))
    )
    assert await pieces("over") == [b""] * 4


async def test_a_published_source_is_replaced_by_a_shorter_one(store: SqlStore) -> None:
    now = await store.read(lambda tx: tx.now)
    for data in (b"long" * PIECE_BYTES, b"short", b""):
        await store.write(
            lambda tx, data=data: tx.published_sources.put(
                "kept", data, "image/png", now + timedelta(hours=1)
            )
        )

        found = await store.read(lambda tx: tx.published_sources.describe("kept"))
        assert found == PublishedSource(len(data), "image/png")
        assert (
            await store.read(lambda tx: tx.published_sources.piece("kept", 1))
            == data[PIECE_BYTES:][:PIECE_BYTES]
        )


async def test_jobs_remember_the_message_that_asked(store: SqlStore) -> None:
    job = a_job("J1", ask_ts="2.0", created_at=START)

    await store.write(lambda tx: tx.jobs.add(job))

    found = await store.read(lambda tx: tx.jobs.get("J1"))
    assert found is not None
    assert found.ask_ts == "2.0"
