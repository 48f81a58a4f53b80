"""Previews and postings: what goes in comes out, in order."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.domain.jobs.job import PictureState
from bot.domain.jobs.shown import SHEET, Posting, PostingKind, Preview
from bot.domain.place import Place
from storage.store import SqlStore
from tests.contract.samples import START, a_job

THREAD = Place("T1", "C1", "1700000000.000100", is_private=True)
SHEET_OF_ONE = Preview("J1", SHEET, PictureState.FETCHED, "ab" * 32, 5_000_000_000, 1440, 1452)
USED = Posting("use:J1:2", PostingKind.USE, "J1", 2, THREAD, "U1", START)


@pytest.fixture
async def with_job(store: SqlStore) -> SqlStore:
    for job_id in ("J1", "J2"):
        await store.write(lambda tx, job_id=job_id: tx.jobs.add(a_job(job_id)))
    return store


async def test_a_preview_comes_back_and_is_overwritten(with_job: SqlStore) -> None:
    other = replace(SHEET_OF_ONE, number=1)
    full = replace(
        SHEET_OF_ONE,
        state=PictureState.TICKETED,
        sha256="cd" * 32,
        size_bytes=7,
        width=8,
        height=9,
        file_id="F1",
        upload_url="https://files.example/up",
    )
    assert all(getattr(full, f.name) is not None for f in fields(Preview))

    for preview in (other, SHEET_OF_ONE, full):
        await with_job.write(lambda tx, preview=preview: tx.previews.put(preview))

    assert await with_job.read(lambda tx: tx.previews.of_job("J1")) == [full, other]
    assert await with_job.read(lambda tx: tx.previews.of_job("J2")) == []


async def test_a_posting_comes_back_by_id_job_and_thread(with_job: SqlStore) -> None:
    later = replace(
        USED, id="undo:1", kind=PostingKind.UNDO, job_id="J2", created_at=START + timedelta(seconds=1)
    )
    elsewhere = replace(USED, id="share:1", kind=PostingKind.SHARE, place=Place("T1", "C2"), line="look")
    for posting in (later, USED, elsewhere):
        await with_job.write(lambda tx, posting=posting: tx.postings.add(posting))

    assert await with_job.read(lambda tx: tx.postings.get("use:J1:2")) == USED
    assert await with_job.read(lambda tx: tx.postings.get("use:J9:2")) is None
    assert await with_job.read(lambda tx: tx.postings.of_job("J1")) == [elsewhere, USED]
    assert await with_job.read(lambda tx: tx.postings.in_thread(THREAD)) == [USED, later]
    assert await with_job.read(lambda tx: tx.postings.in_thread(Place("T1", "C2"))) == []


async def test_a_posting_is_saved_with_every_field(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.postings.add(USED))
    full = replace(
        USED,
        place=Place("T1", "C2", "1700000009.000100", is_private=False),
        ts="1700000001.000100",
        line="this one",
        intent_at=START,
        user_id="U2",
    )
    await with_job.write(lambda tx: tx.postings.save(full))
    assert await with_job.read(lambda tx: tx.postings.get(USED.id)) == full
    with pytest.raises(LookupError):
        await with_job.write(lambda tx: tx.postings.save(replace(full, id="other")))
