"""The status message is edited at most every ten seconds while a job runs, and at once at its end."""

from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, Job, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import RETRACTED
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.errors import CannotPost
from bot.ports import JobView, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.delivery.status_message import UpdateStatus
from bot.services.pipeline.announce import REPORT_SECONDS
from bot.services.pipeline.place_in_line import PlaceInLine
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission
from tests.support.collaborators import NO_LIMIT, accounts_with
from tests.support.databases import SetClock


def updating(store: SqlStore, conversation: Any, accounts: Accounts) -> UpdateStatus:
    line = PlaceInLine(store, NO_LIMIT)
    return UpdateStatus(store=store, conversation=conversation, accounts=accounts, place_in_line=line)


class Edits:
    """The message as Slack has it: every edit that reached it."""

    def __init__(self) -> None:
        self.seen: list[Status] = []
        self.deleted: list[str | None] = []
        self.has_answers = False

    async def update_status(self, view: JobView) -> str | None:
        self.seen.append(view.job.status)
        return str(view.job.status)

    async def has_replies(self, _job: Job) -> bool:
        return self.has_answers

    async def retract(self, job: Job) -> None:
        self.deleted.append(job.status_ts)


class NoMessage(Edits):
    """It cannot be edited."""

    async def update_status(self, view: JobView) -> None:
        return None


class Bench:
    def __init__(self, store: SqlStore) -> None:
        self.store, self.edits = store, Edits()
        conversation: Any = self.edits
        self.step = updating(store, conversation, accounts_with())

    async def becomes(self, status: Status, **changes: Any) -> None:
        def unit(tx: Transaction) -> None:
            job = tx.jobs.get("J1")
            if job is None:
                tx.jobs.add(a_job(delivery=Delivery.ANNOUNCED, status_ts="1.0", status=status))
            else:
                tx.jobs.save(job.evolve(status=status, **changes))
            tx.tasks.add(TaskKind.UPDATE_STATUS, team_id="T1", job_id="J1")

        await self.store.write(unit)

    async def work(self) -> None:
        """Every step that is due."""
        kind = TaskKind.UPDATE_STATUS
        while due := await self.store.write(
            lambda tx: tx.tasks.claim(kind, owner="me", limit=5, lease_seconds=60.0)
        ):
            for task in due:
                await self.step.run(task)


async def test_changes_close_together_are_one_edit(store: SqlStore, clock: SetClock) -> None:
    bench = Bench(store)
    await bench.becomes(Status.QUEUED)
    await bench.work()
    for status in (Status.SUBMITTING, Status.RUNNING):
        clock.move(1.0)
        await bench.becomes(status)
        await bench.work()
    assert bench.edits.seen == [Status.QUEUED], "nothing more within ten seconds"

    clock.move(REPORT_SECONDS)
    await bench.work()

    assert bench.edits.seen == [Status.QUEUED, Status.RUNNING]


async def test_the_end_is_shown_at_once(store: SqlStore, clock: SetClock) -> None:
    bench = Bench(store)
    await bench.becomes(Status.RUNNING)
    await bench.work()
    clock.move(1.0)

    await bench.becomes(Status.UNKNOWN)
    await bench.work()

    assert bench.edits.seen == [Status.RUNNING, Status.UNKNOWN]
    assert await store.read(lambda tx: tx.tasks.next_due([TaskKind.UPDATE_STATUS])) is None


async def test_a_failure_that_cannot_be_shown_is_told_once(store: SqlStore) -> None:
    bench = Bench(store)
    gone: Any = NoMessage()
    gone.has_answers = True
    bench.step = updating(store, gone, accounts_with())
    failed = {"failure": Failure(Problem.PROVIDER_FAILED), "reply_url": "https://hooks.slack.com/x"}

    async def told() -> int:
        claimed = await store.write(
            lambda tx: tx.tasks.claim(TaskKind.NOTIFY_ASKER, owner="me", limit=5, lease_seconds=60.0)
        )
        for task in claimed:
            await store.write(lambda tx, done=task: tx.tasks.finish(done))
        return len(claimed)

    await bench.becomes(Status.RUNNING)
    await bench.becomes(Status.FAILED, **failed)
    await bench.work()
    assert await told() == 1
    job = await store.read(lambda tx: tx.jobs.get("J1"))
    assert job is not None
    assert job.reply_url is not None, "it is the way to tell them"

    await bench.becomes(Status.FAILED)
    await bench.work()
    assert await told() == 0


@pytest.mark.parametrize("opened", [True, False])
async def test_a_message_that_is_gone_calls_off_only_what_its_thread_began_with(
    store: SqlStore, opened: bool
) -> None:
    class Gone:
        async def update_status(self, view: JobView) -> None:
            if view.job.status is Status.QUEUED:
                raise CannotPost("message_not_found")

    conversation: Any = Gone()
    accounts = accounts_with()

    def unit(tx: Transaction) -> None:
        place = Place("T1", "C1", "1.0" if opened else "0.5")
        job = a_job(place=place, delivery=Delivery.ANNOUNCED, status_ts="1.0", created_at=tx.now)
        tx.jobs.add(job)
        accounts.reserve(tx, job)
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id="T1", job_id="J1")

    bench = Bench(store)
    bench.step = updating(store, conversation, accounts)
    await store.write(unit)
    await bench.work()

    job = await store.read(lambda tx: tx.jobs.get("J1"))
    assert job is not None
    assert job.status is (Status.CANCELLED if opened else Status.QUEUED)


async def test_pictures_need_no_word_about_a_message_that_is_gone(store: SqlStore) -> None:
    bench = Bench(store)
    gone: Any = NoMessage()
    bench.step = updating(store, gone, accounts_with())
    await bench.becomes(Status.SUCCEEDED)
    await bench.work()

    assert await store.read(lambda tx: tx.tasks.next_due([TaskKind.NOTIFY_ASKER])) is None


@pytest.mark.parametrize("status_only", [True, False])
async def test_a_root_that_ended_in_vain_is_deleted_unless_people_replied(
    store: SqlStore, *, status_only: bool
) -> None:
    bench = Bench(store)
    bench.edits.has_answers = not status_only
    await bench.becomes(Status.RUNNING)
    await bench.becomes(Status.FAILED, failure=Failure(Problem.MODERATED))
    await bench.work()
    await bench.becomes(Status.FAILED)
    await bench.work()

    job = await store.read(lambda tx: tx.jobs.get("J1"))
    assert job is not None
    assert bench.edits.deleted == (["1.0"] if status_only else []), "and once"
    assert bench.edits.seen == ([] if status_only else [Status.FAILED] * 2)
    assert job.shown == (RETRACTED if status_only else str(Status.FAILED))
    assert len(await _told(store)) == 1, "the asker hears of it privately, once"


async def test_a_working_message_that_ended_in_vain_is_deleted_whoever_wrote_in_its_thread(
    store: SqlStore,
) -> None:
    bench = Bench(store)
    bench.edits.has_answers = True
    await bench.becomes(Status.RUNNING, place=Place("T1", "C1", "0.5"))
    await bench.becomes(Status.FAILED, failure=Failure(Problem.MODERATED), place=Place("T1", "C1", "0.5"))
    await bench.work()

    assert bench.edits.deleted == ["1.0"]


async def test_who_cancelled_is_not_told_again(store: SqlStore) -> None:
    bench = Bench(store)
    await bench.becomes(Status.QUEUED)
    await bench.becomes(Status.CANCELLED, failure=Failure(Problem.CANCELLED))
    await bench.work()

    assert bench.edits.deleted == ["1.0"]
    assert await _told(store) == []


@pytest.mark.parametrize("has_blocks", [True, False])
async def test_a_working_message_goes_when_the_result_has_its_own_words_and_buttons(
    store: SqlStore, *, has_blocks: bool
) -> None:
    bench = Bench(store)

    def unit(tx: Transaction) -> None:
        tx.submissions.add(a_submission(state=SubmissionState.SUCCEEDED))
        tx.pictures.add(a_picture(state=PictureState.SHARED, file_id="F1"))

    thread = Place("T1", "C1", "0.5")
    await bench.becomes(Status.RUNNING)
    await store.write(unit)
    await bench.becomes(
        Status.SUCCEEDED, place=thread, delivery=Delivery.DELIVERING, result_has_blocks=has_blocks
    )
    await bench.work()

    job = await store.read(lambda tx: tx.jobs.get("J1"))
    assert job is not None
    assert job.delivery is Delivery.DELIVERED
    assert bench.edits.deleted == (["1.0"] if has_blocks else [])
    assert bench.edits.seen == ([] if has_blocks else [Status.SUCCEEDED])


async def _told(store: SqlStore) -> list[Task]:
    kind = TaskKind.NOTIFY_ASKER
    return list(await store.write(lambda tx: tx.tasks.claim(kind, owner="me", limit=5, lease_seconds=60.0)))
