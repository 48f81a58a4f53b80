"""Sets: several orders of one ask that begin, are cancelled and end together; on both engines."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from dataclasses import replace

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import (
    ORDINALS,
    Delivery,
    Job,
    Picture,
    PictureState,
    Status,
    Submission,
    SubmissionState,
)
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.ask import Ask, ask_from_data, ask_to_data
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BudgetExceeded, NotAllowed, NotAllowedReason
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.variations import Variation, gathered
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.job_pictures import owner_of, pictures_of
from bot.services.job_sets import set_of, share_delivery, show_news
from bot.services.job_view import shown_view, view_of
from bot.services.pipeline.announce import plan_submissions
from bot.services.pipeline.outcome import Outcome
from bot.services.requests.admission import Terms
from bot.services.requests.cancel import Cancel
from bot.services.requests.start_job import StartJob
from storage.engine import open_store
from storage.store import SqlStore
from tests.contract.samples import dollars
from tests.support.collaborators import Members, TrustedClock
from tests.support.databases import SetClock

_IDS = itertools.count()
WORDS = "a {red,blue,green} fox"
VARIATIONS = tuple(
    Variation(
        colour,
        PictureRequest(Kind.GENERATE, f"a {colour} fox", Size(1024, 1024), Quality.LOW, Format.PNG, 2),
    )
    for colour in ("red", "blue", "green")
)
ASK = Ask(
    request_key="T1:press:1",
    place=Place("T1", "C1"),
    user_id="U1",
    request=gathered(WORDS, VARIATIONS),
    agreed=Money(60_000),
    reply_url="https://hooks.example/once",
    variations=VARIATIONS,
)


class Desk:
    """Starts, ends and cancels sets in one database."""

    def __init__(self, store: SqlStore, *, user: str = "10") -> None:
        self.store = store
        self.accounts = Accounts(Limits(workspace=dollars("50"), user=dollars(user)), TrustedClock())
        self.start = StartJob(
            store=store,
            prices=PriceTable.load(),
            accounts=self.accounts,
            new_id=lambda: f"id{next(_IDS):08}",
            new_source_id=lambda: f"source{next(_IDS)}",
            wake=lambda: None,
            terms=Terms(confirm_above=None),
            people=Members(),
        )
        self.cancel = Cancel(store=store, accounts=self.accounts, admins=Admins(named=[], people=Members()))

    async def jobs(self) -> list[Job]:
        accepted = await self.start(ASK)
        return await self.store.read(lambda tx: set_of(tx, accepted.job))

    async def planned(self) -> list[Job]:
        """The set, announced, with one submission a job."""
        jobs = await self.jobs()

        def unit(tx: Transaction) -> None:
            for job in jobs:
                tx.jobs.save(job.evolve(delivery=Delivery.ANNOUNCED, place=Place("T1", "C1", "17.1")))
                plan_submissions(tx, job, [2])

        await self.store.write(unit)
        return await self.store.read(lambda tx: set_of(tx, jobs[0]))

    async def sends(self, job: Job) -> None:
        def unit(tx: Transaction) -> None:
            tx.jobs.get(job.id)
            (submission,) = tx.submissions.of_job(job.id)
            tx.submissions.save(replace(submission, state=SubmissionState.SUBMITTING))
            Outcome(self.accounts).conclude(tx, job.id)

        await self.store.write(unit)

    async def ends(self, job: Job, state: SubmissionState, pictures: int = 0) -> None:
        await self.sends(job)

        def unit(tx: Transaction) -> None:
            tx.jobs.get(job.id)
            (submission,) = tx.submissions.of_job(job.id)
            failure = Failure(Problem.MODERATED) if state is SubmissionState.FAILED else None
            tx.submissions.save(replace(submission, state=state, failure=failure))
            for index in range(pictures):
                tx.pictures.add(_picture(job, submission, index))
            Outcome(self.accounts).conclude(tx, job.id)

        await self.store.write(unit)

    async def check(self) -> None:
        assert not audit(await self.store.read(ledger_snapshot))


def _picture(job: Job, submission: Submission, index: int) -> Picture:
    ordinal = submission.ordinal * ORDINALS + index
    return Picture(
        f"{job.id}-{index}", job.id, submission.id, ordinal, PictureState.FOUND, "https://pictures.example/1"
    )


def test_an_ask_with_variations_comes_back_equal_from_plain_data() -> None:
    assert ask_from_data(ask_to_data(ASK)) == ASK
    plain = replace(ASK, variations=())
    old = ask_to_data(plain)
    del old["variations"]
    assert ask_from_data(old) == plain


async def test_each_order_is_a_job_with_a_hold_of_its_own_and_the_first_leads(store: SqlStore) -> None:
    desk = Desk(store)

    jobs = await desk.jobs()
    again = await desk.start(ASK)

    assert [job.request.prompt for job in jobs] == ["a red fox", "a blue fox", "a green fox"]
    assert {job.shown_by for job in jobs} == {jobs[0].id}
    assert [job.leads_set for job in jobs] == [True, False, False]
    assert [job.member and (job.member.position, job.member.label) for job in jobs] == [
        (1, "red"),
        (2, "blue"),
        (3, "green"),
    ]
    assert [job.reply_url for job in jobs] == [ASK.reply_url, None, None], "a secret, kept once"
    assert (again.is_new, again.job.id) == (False, jobs[0].id)
    holds = [await store.read(lambda tx, job=job: tx.ledger.hold(job.id)) for job in jobs]
    assert [hold and hold.estimate.micros for hold in holds] == [20_000] * 3
    await desk.check()


async def test_a_set_begins_whole_or_not_at_all_and_says_what_was_left(store: SqlStore) -> None:
    desk = Desk(store, user="0.05")

    with pytest.raises(BudgetExceeded) as caught:
        await desk.jobs()

    refusal = caught.value.refusal
    assert (refusal.price.micros, refusal.left.micros) == (60_000, 50_000)
    assert await store.read(lambda tx: tx.jobs.newest()) == []
    await desk.check()


async def test_pictures_are_numbered_through_the_set_and_keep_their_numbers(store: SqlStore) -> None:
    desk = Desk(store)
    first, second, third = await desk.planned()
    await desk.ends(first, SubmissionState.SUCCEEDED, 2)
    await desk.ends(second, SubmissionState.FAILED)
    await desk.ends(third, SubmissionState.SUCCEEDED, 2)

    def unit(tx: Transaction) -> list[tuple[int, str, int]]:
        for job in (first, third):
            for picture in tx.pictures.of_job(job.id):
                tx.pictures.save(replace(picture, state=PictureState.SHARED, file_id=f"F{picture.id}"))
        lead = tx.jobs.get(first.id)
        assert lead is not None
        numbers = pictures_of(tx, lead)
        return [(n, *_named(*owner_of(tx, lead, n))) for n in numbers]

    assert await store.write(unit) == [
        (1, first.id, 1),
        (2, first.id, 2),
        (5, third.id, 1),
        (6, third.id, 2),
    ]
    view = await store.read(lambda tx: shown_view(tx, third))
    assert [view.job_of(number).id for number in (1, 2, 3, 5, 6)] == [
        first.id, first.id, second.id, third.id, third.id,
    ]  # fmt: skip
    assert (view.job.id, view.job.request.prompt, view.job.request.n) == (first.id, WORDS, 6)
    assert (view.job.status, view.job.cost) == (Status.SUCCEEDED, Money(40_000))
    own = await store.read(lambda tx: view_of(tx, third))
    assert (own.job.request.n, len(own.pictures)) == (2, 2)
    await desk.check()


def _named(job: Job, number: int) -> tuple[str, int]:
    return job.id, number


async def test_what_is_in_doubt_is_all_that_is_kept_aside(store: SqlStore) -> None:
    desk = Desk(store)
    first, second, third = await desk.planned()
    await desk.ends(first, SubmissionState.SUCCEEDED, 2)
    await desk.ends(second, SubmissionState.UNKNOWN)
    drawing = await store.read(lambda tx: shown_view(tx, third).job)
    await desk.ends(third, SubmissionState.FAILED)

    whole = await store.read(lambda tx: shown_view(tx, third).job)

    assert (drawing.status, drawing.estimate) == (Status.RUNNING, Money(60_000))
    assert (whole.status, whole.cost, whole.estimate) == (Status.UNKNOWN, None, Money(20_000))


async def test_it_is_delivered_once_nothing_more_is_drawn_and_by_its_first_job(store: SqlStore) -> None:
    desk = Desk(store)
    first, second, third = await desk.planned()

    async def deliveries() -> list[str]:
        def unit(tx: Transaction) -> list[str]:
            due = tx.tasks.claim(TaskKind.DELIVER, owner="w", limit=9, lease_seconds=1.0)
            for task in due:
                tx.tasks.reschedule(task, delay=0.0, attempts=0)
            return [task.job_id for task in due]

        return await store.write(unit)

    await desk.ends(second, SubmissionState.SUCCEEDED, 2)
    await desk.ends(first, SubmissionState.FAILED)
    assert await deliveries() == [], "the third is still to come"
    await desk.ends(third, SubmissionState.FAILED)
    assert await deliveries() == [first.id]


async def test_jobs_that_end_at_the_same_moment_are_not_forgotten(store: SqlStore) -> None:
    desk = Desk(store)
    jobs = await desk.planned()

    await asyncio.gather(*(desk.ends(job, SubmissionState.SUCCEEDED, 2) for job in jobs))

    due = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.DELIVER, owner="w", limit=9, lease_seconds=1.0)
    )
    assert [task.job_id for task in due] == [jobs[0].id]
    await desk.check()


async def test_who_holds_one_job_of_a_set_holds_them_all(
    store: SqlStore, database_url: str, clock: SetClock
) -> None:
    """Also for another process, which a thread with an event loop and a store of its own stands for."""
    first, _, third = await Desk(store).jobs()
    order: list[str] = []
    held = threading.Event()

    def slow(tx: Transaction) -> None:
        tx.jobs.get(third.id)
        held.set()
        time.sleep(0.3)
        order.append("third")

    async def elsewhere() -> None:
        other = open_store(database_url, clock=clock)
        try:
            await other.write(slow)
        finally:
            await other.close()

    def quick(tx: Transaction) -> None:
        tx.jobs.get(first.id)
        order.append("first")

    begun = asyncio.create_task(asyncio.to_thread(asyncio.run, elsewhere()))
    await asyncio.to_thread(held.wait)
    await store.write(quick)
    await begun

    assert order == ["third", "first"]


async def test_cancel_takes_back_all_or_says_that_it_is_too_late(store: SqlStore) -> None:
    desk = Desk(store)
    first, second, _ = await desk.planned()

    await desk.sends(second)
    with pytest.raises(AskRefused) as caught:
        await desk.cancel("T1", first.id, "U1")
    assert caught.value.refusal == NotAllowed(NotAllowedReason.TOO_LATE, first.id)
    jobs = await store.read(lambda tx: set_of(tx, first))
    assert [job.status for job in jobs] == [Status.QUEUED, Status.SUBMITTING, Status.QUEUED]

    await desk.ends(second, SubmissionState.FAILED)
    cancelled = await desk.cancel("T1", second.id, "U1")
    assert cancelled.id == first.id, "as its message shows it"
    jobs = await store.read(lambda tx: set_of(tx, first))
    assert [job.status for job in jobs] == [Status.CANCELLED, Status.FAILED, Status.CANCELLED]
    assert cancelled.estimate == Money(60_000)
    await desk.check()


async def test_all_have_the_delivery_of_the_first(store: SqlStore) -> None:
    desk = Desk(store)
    first, *_ = await desk.planned()

    def unit(tx: Transaction) -> list[Job]:
        lead = tx.jobs.get(first.id)
        assert lead is not None
        delivered = lead.evolve(delivery=Delivery.DELIVERED, result_ts="17.9", status_ts="17.1")
        tx.jobs.save(delivered)
        for _ in range(2):
            share_delivery(tx, delivered)
            show_news(tx, delivered)
        return set_of(tx, delivered)

    jobs = await store.write(unit)
    assert {(job.delivery, job.result_ts) for job in jobs} == {(Delivery.DELIVERED, "17.9")}
    assert [job.status_ts for job in jobs] == ["17.1", None, None], "one message"
