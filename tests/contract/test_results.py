"""Submissions, pictures and memos: what goes in comes out, in order."""

from datetime import timedelta

import pytest

from bot.domain.jobs.job import PictureState, SubmissionState
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.samples import START, a_job, a_picture, a_submission

FULL_SUBMISSION = a_submission(
    ordinal=3,
    n=2,
    state=SubmissionState.RUNNING,
    dialect="images",
    provider_task_id="task-1",
    amount=Money(40_001),
    failure=Failure(Problem.TIMED_OUT),
    polls=7,
    reorders=2,
    intent_at=START + timedelta(microseconds=1),
    submitted_at=START + timedelta(seconds=1),
    first_processing_at=START + timedelta(seconds=2),
    last_pending_poll_at=START + timedelta(seconds=3),
    done_seen_at=START + timedelta(seconds=4),
)
FULL_PICTURE = a_picture(
    ordinal=2,
    state=PictureState.TICKETED,
    sha256="ab" * 32,
    size_bytes=5_000_000_000,
    width=1024,
    height=1536,
    format="png",
    file_id="F1",
    upload_url="https://files.example/up",
    failure=Failure(Problem.RESULT_GONE, "404"),
    alt_text="a fox that looks back",
)


@pytest.fixture
async def with_job(store: SqlStore) -> SqlStore:
    await store.write(lambda tx: tx.jobs.add(a_job("J1")))
    await store.write(lambda tx: tx.jobs.add(a_job("J2")))
    return store


async def test_submission_comes_back_equal(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.submissions.add(FULL_SUBMISSION))

    assert await with_job.read(lambda tx: tx.submissions.get("S1")) == FULL_SUBMISSION
    assert await with_job.read(lambda tx: tx.submissions.get("S9")) is None


async def test_submission_save_writes_every_field_and_empties_them(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.submissions.add(a_submission()))

    await with_job.write(lambda tx: tx.submissions.save(FULL_SUBMISSION))
    full = await with_job.read(lambda tx: tx.submissions.get("S1"))
    await with_job.write(lambda tx: tx.submissions.save(a_submission()))
    empty = await with_job.read(lambda tx: tx.submissions.get("S1"))

    assert (full, empty) == (FULL_SUBMISSION, a_submission())


async def test_submissions_of_a_job_come_by_ordinal(with_job: SqlStore) -> None:
    def fill(tx: Transaction) -> None:
        tx.submissions.add(a_submission("S2", ordinal=10))
        tx.submissions.add(a_submission("S1", ordinal=9))
        tx.submissions.add(a_submission("S3", job_id="J2"))

    await with_job.write(fill)

    assert [s.id for s in await with_job.read(lambda tx: tx.submissions.of_job("J1"))] == ["S1", "S2"]
    assert [s.id for s in await with_job.read(lambda tx: tx.submissions.all())] == ["S1", "S2", "S3"]


async def test_submission_without_its_job_is_refused(store: SqlStore) -> None:
    with pytest.raises(ValueError, match="forbids"):
        await store.write(lambda tx: tx.submissions.add(a_submission()))


async def test_submission_unknown_cannot_be_saved(with_job: SqlStore) -> None:
    with pytest.raises(LookupError):
        await with_job.write(lambda tx: tx.submissions.save(a_submission("S9")))


async def test_picture_comes_back_equal(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.submissions.add(a_submission()))
    await with_job.write(lambda tx: tx.pictures.add(FULL_PICTURE))

    assert await with_job.read(lambda tx: tx.pictures.get("P1")) == FULL_PICTURE
    assert await with_job.read(lambda tx: tx.pictures.get("P9")) is None


async def test_picture_save_writes_every_field_and_empties_them(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.submissions.add(a_submission()))
    await with_job.write(lambda tx: tx.pictures.add(a_picture()))

    await with_job.write(lambda tx: tx.pictures.save(FULL_PICTURE))
    full = await with_job.read(lambda tx: tx.pictures.get("P1"))
    await with_job.write(lambda tx: tx.pictures.save(a_picture()))
    empty = await with_job.read(lambda tx: tx.pictures.get("P1"))

    assert (full, empty) == (FULL_PICTURE, a_picture())


async def test_pictures_of_a_job_come_by_ordinal(with_job: SqlStore) -> None:
    def fill(tx: Transaction) -> None:
        tx.submissions.add(a_submission())
        tx.pictures.add(a_picture("P2", ordinal=1))
        tx.pictures.add(a_picture("P1", ordinal=0))

    await with_job.write(fill)

    assert [p.id for p in await with_job.read(lambda tx: tx.pictures.of_job("J1"))] == ["P1", "P2"]
    assert await with_job.read(lambda tx: tx.pictures.of_job("J2")) == []


async def test_picture_with_a_taken_place_in_its_job_is_refused(with_job: SqlStore) -> None:
    await with_job.write(lambda tx: tx.submissions.add(a_submission()))
    await with_job.write(lambda tx: tx.pictures.add(a_picture("P1")))

    with pytest.raises(ValueError, match="ordinal"):
        await with_job.write(lambda tx: tx.pictures.add(a_picture("P2")))


async def test_picture_unknown_cannot_be_saved(with_job: SqlStore) -> None:
    with pytest.raises(LookupError):
        await with_job.write(lambda tx: tx.pictures.save(a_picture("P9")))


async def test_memo_is_kept_and_replaced(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.key_values.get("dialect")) is None

    await store.write(lambda tx: tx.key_values.put("dialect", "jobs"))
    await store.write(lambda tx: tx.key_values.put("dialect", "images"))

    assert await store.read(lambda tx: tx.key_values.get("dialect")) == "images"
