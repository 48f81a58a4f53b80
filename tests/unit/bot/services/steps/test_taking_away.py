"""Deleting pictures, withdrawing jobs, and the deletions that follow."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import DELETED, RETRACTED, SHEET, Posting, PostingKind
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PictureGone
from bot.errors import TryLater
from bot.services.steps.delete_picture import DeletePicture
from bot.services.steps.take_back import TakeBack, delete_message, take_back_message
from bot.services.steps.withdraw import Withdraw
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import a_worker, accounts_with
from tests.support.databases import SetClock
from tests.unit.bot.services.steps.steps_kit import (
    THREAD,
    Talk,
    admins,
    an_act,
    claimed,
    drawn,
    the_job,
    the_pictures,
)

DIRECT = Place("T1", "DU1", None, is_private=True)
USED = "use:J1:3:C1:1.0"


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock) -> None:
        self.store, self.clock, self.talk = store, clock, Talk()
        talk: Any = self.talk
        self.accounts = accounts_with()
        self.delete = DeletePicture(store=store, admins=admins(), wake=lambda: None)
        self.withdraw = Withdraw(
            store=store, conversation=talk, accounts=self.accounts, admins=admins(), wake=lambda: None
        )
        self.worker = a_worker(store, steps={TaskKind.TAKE_BACK: TakeBack(store=store, conversation=talk)})

    async def work(self) -> None:
        for _ in range(4):
            await self.worker.run_once()
            self.clock.move(60)

    async def used(self, number: int = 3) -> None:
        """The picture is shown alone, too."""

        def unit(tx: Any) -> None:
            posting = Posting(USED, PostingKind.USE, "J1", number, THREAD, "U2", tx.now, ts="5.5")
            tx.postings.add(posting)

        await self.store.write(unit)

    async def running(self, status: Status = Status.RUNNING, **changes: Any) -> None:
        def unit(tx: Any) -> None:
            fields = {"place": THREAD, "status_ts": "1.0", "delivery": Delivery.ANNOUNCED} | changes
            job = a_job(status=status, **fields)
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            sent = SubmissionState.RUNNING if status is Status.RUNNING else SubmissionState.PLANNED
            tx.submissions.add(a_submission(state=sent))

        await self.store.write(unit)


@pytest.fixture
def bench(store: SqlStore, clock: SetClock) -> Bench:
    return Bench(store, clock)


async def test_one_picture_goes_with_its_file_its_messages_and_the_sheet_that_shows_it(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.used()

    await bench.delete(an_act(3))
    await bench.work()

    states = await the_pictures(bench.store)
    assert [state for state in states.values() if state is PictureState.LOST] == [PictureState.LOST]
    assert states["PJ13"] is PictureState.LOST
    picture = await bench.store.read(lambda tx: tx.pictures.get("PJ13"))
    assert picture is not None
    assert (picture.failure, picture.file_id) == (DELETED, None)
    assert sorted(bench.talk.files_deleted) == ["FJ13", "FJ1sheet"]
    assert bench.talk.deleted == [("C1", "5.5")], "the message of the others stays"
    assert len(await claimed(bench.store, TaskKind.UPDATE_STATUS)) == 1
    assert (await the_job(bench.store)).cost is not None, "what it cost stays spent"


async def test_all_of_them_go_with_the_message(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.used()

    await bench.delete(an_act(SHEET))
    await bench.work()

    assert set((await the_pictures(bench.store)).values()) == {PictureState.LOST}
    assert sorted(bench.talk.deleted) == [("C1", "1.0"), ("C1", "1.1"), ("C1", "5.5")]
    assert sorted(bench.talk.files_deleted) == [*(f"FJ1{n}" for n in range(1, 5)), "FJ1sheet"]
    assert (await the_job(bench.store)).shown == RETRACTED


async def test_the_last_of_several_takes_the_message_with_it(bench: Bench) -> None:
    await drawn(bench.store, missing=[1, 2, 4])

    await bench.delete(an_act(3))
    await bench.work()

    assert ("C1", "1.1") in bench.talk.deleted
    assert (await the_job(bench.store)).shown == RETRACTED


async def test_what_is_deleted_is_gone_and_can_be_deleted_no_more(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.delete(an_act(3))

    with pytest.raises(AskRefused) as refused:
        await bench.delete(an_act(3))

    assert isinstance(refused.value.refusal, PictureGone)


@pytest.mark.parametrize(("user", "may"), [("U1", True), ("UADMIN", True), ("U2", False)])
async def test_only_the_asker_and_admins_may_delete(bench: Bench, user: str, *, may: bool) -> None:
    await drawn(bench.store)
    if may:
        await bench.delete(an_act(3, user=user))
    else:
        with pytest.raises(AskRefused) as refused:
            await bench.delete(an_act(3, user=user))
        assert refused.value.refusal == NotAllowed(NotAllowedReason.NOT_YOURS, "J1", "U1")

    assert (PictureState.LOST in (await the_pictures(bench.store)).values()) is may


@pytest.mark.parametrize("act", [an_act(1, job="J9"), an_act(1, team_id="T2")])
async def test_of_another_workspace_nothing_is_found(bench: Bench, act: Any) -> None:
    await drawn(bench.store)
    for step in (bench.delete, bench.withdraw):
        with pytest.raises(AskRefused) as refused:
            await step(act)
        assert isinstance(refused.value.refusal, PictureGone)


async def test_a_job_that_is_drawn_leaves_the_conversation_for_its_askers_own_messages(bench: Bench) -> None:
    await bench.running()

    job = await bench.withdraw(an_act())
    again = await bench.withdraw(an_act())
    await bench.work()

    assert job.status is Status.RUNNING, "the order cannot be taken back"
    assert (job.place, job.status_ts, job.shown) == (DIRECT, None, None)
    assert again == job
    assert bench.talk.deleted == [("C1", "1.0")]
    hold = await bench.store.read(lambda tx: tx.ledger.hold("J1"))
    assert hold is not None
    assert hold.state.value == "held"


async def test_of_which_nothing_was_sent_is_cancelled_free(bench: Bench) -> None:
    await bench.running(Status.QUEUED)

    job = await bench.withdraw(an_act())

    assert (job.status, job.place) == (Status.CANCELLED, THREAD)
    hold = await bench.store.read(lambda tx: tx.ledger.hold("J1"))
    assert hold is not None
    assert hold.state.value == "released"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.SUCCEEDED}, NotAllowedReason.ENDED),
        ({"status": Status.FAILED}, NotAllowedReason.ENDED),
        ({"delivery": Delivery.DELIVERING}, NotAllowedReason.ENDED),
        ({"user_id": "U9"}, NotAllowedReason.NOT_YOURS),
    ],
)
async def test_what_cannot_be_withdrawn_stays(
    bench: Bench, changes: dict[str, Any], reason: NotAllowedReason
) -> None:
    await bench.running(**({"status": Status.RUNNING} | changes))

    with pytest.raises(AskRefused) as refused:
        await bench.withdraw(an_act())

    asker = "U9" if reason is NotAllowedReason.NOT_YOURS else ""
    assert refused.value.refusal == NotAllowed(reason, "J1", asker)
    assert (await the_job(bench.store)).place == THREAD


async def test_an_admin_withdraws_to_the_askers_messages_not_to_their_own(bench: Bench) -> None:
    await bench.running()

    assert (await bench.withdraw(an_act(user="UADMIN"))).place == DIRECT


@pytest.mark.parametrize(
    ("thread", "has_replies", "deleted"),
    [(None, False, True), (None, True, False), ("1.0", True, False), ("0.5", True, True)],
    ids=["root", "root with replies", "root of its own thread with replies", "in a thread of others"],
)
async def test_a_root_in_whose_thread_people_wrote_is_closed_not_deleted(
    bench: Bench, thread: str | None, *, has_replies: bool, deleted: bool
) -> None:
    bench.talk.has_answers = has_replies
    job = a_job(place=Place("T1", "C1", thread), status_ts="1.0")
    await bench.store.write(lambda tx: tx.jobs.add(job))
    await bench.store.write(lambda tx: take_back_message(tx, job, "1.0"))

    await bench.work()

    assert bench.talk.deleted == ([("C1", "1.0")] if deleted else [])
    assert bench.talk.closed == ([] if deleted else ["1.0"])


async def test_a_deletion_that_cannot_be_done_now_is_done_later(bench: Bench) -> None:
    bench.talk.errors = [TryLater("away")]
    job = a_job()
    await bench.store.write(lambda tx: tx.jobs.add(job))
    await bench.store.write(lambda tx: delete_message(tx, job, Place("T1", "C2", "7.0"), "7.7"))

    await bench.work()

    assert bench.talk.deleted == [("C2", "7.7")]
    assert await claimed(bench.store, TaskKind.TAKE_BACK) == []
