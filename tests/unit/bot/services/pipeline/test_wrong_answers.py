"""What comes instead of a paid picture, once or always: it is fetched again, and in the end it is lost."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import DELETED, SHEET, Preview
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format
from bot.errors import GivenUp, NotUnderstood, TryLater, Unreachable
from bot.ports import Done, JobView, PictureFacts, Transaction, UploadTicket
from bot.services.abilities import MessageAbilities
from bot.services.delivery.deliver import Deliver
from bot.services.delivery.fetch_results import FETCH_TRIES, FetchResults
from bot.services.delivery.previews import Previews
from bot.services.operations.retry_jobs import RetryJobs, TakenUp
from bot.step_runner import MAX_ATTEMPTS
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission
from tests.support.collaborators import a_worker
from tests.support.databases import SetClock

COST = Money(11_000)
FLOOR = 6.0
PAGE = GivenUp(Failure(Problem.RESULT_UNUSABLE, "the result is a web page"))
GONE = GivenUp(Failure(Problem.RESULT_GONE, "HTTP 404 for the result"))
AWAY = TryLater("HTTP 503 for the result")


class Host:
    """The provider and its results: says, for each link, what comes instead of the picture and how often."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.instead: dict[str, list[Exception]] = {}
        self.asked: list[str] = []
        self.links: tuple[str, ...] = ()
        self.poll_error: Exception | None = None
        self.polls: list[datetime] = []

    async def download(self, url: str, to: Path) -> int:
        self.asked.append(url)
        if waiting := self.instead.get(url):
            raise waiting.pop(0)
        await asyncio.to_thread(to.write_bytes, url.encode())
        return len(url)

    async def poll(self, _task_id: str, _dialect: str) -> Done:
        self.polls.append(self.clock.now())
        if self.poll_error is not None:
            raise self.poll_error
        return Done(self.links, None)


class Thread:
    """A conversation that takes everything; ``look_error`` is what it says when it is looked at."""

    def __init__(self) -> None:
        self.posts: list[list[str]] = []
        self.look_errors: list[Exception] = []

    async def ticket(self, _view: JobView, picture: Picture | Preview, *, described: bool) -> UploadTicket:
        assert not described, "that it works is not proven here"
        name = picture.id if isinstance(picture, Picture) else f"preview-{picture.number}"
        return UploadTicket(f"F-{name}", "https://upload.example")

    async def upload(self, _ticket: UploadTicket, _path: Path) -> None:
        return

    async def share(self, view: JobView, *, with_blocks: bool) -> bool:
        assert with_blocks is not view.is_root
        items: list[Picture | Preview] = [*view.previews, *view.pictures]
        files = [one.file_id for one in items if one.state is PictureState.UPLOADED]
        self.posts.append([str(file_id).removeprefix("F-") for file_id in files])
        return True

    async def is_shared(self, _job: Job, picture: Picture | Preview) -> bool:
        if self.look_errors:
            raise self.look_errors.pop(0)
        return any(str(picture.file_id).removeprefix("F-") in post for post in self.posts)

    async def message_of(self, _job: Job, _file_id: str) -> str:
        return "2.2"


class Disk:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.unusable = 0
        """So many of the files that are looked at next are no pictures."""

    def path(self, _job: Job, picture: Picture) -> Path:
        return self._folder / picture.id

    async def inspect(self, _path: Path) -> PictureFacts:
        if self.unusable:
            self.unusable -= 1
            raise PAGE
        return PictureFacts(Format.PNG, 1024, 1024, 64, "0" * 64)

    def preview_path(self, _job: Job, number: int) -> Path:
        return self._folder / f"preview-{number}"

    def forget(self, _job: Job) -> None:
        return


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock, folder: Path) -> None:
        self.store, self.clock = store, clock
        self.host, self.thread, self.disk = Host(clock), Thread(), Disk(folder)
        disk: Any = self.disk
        host: Any = self.host
        thread: Any = self.thread
        fetch = FetchResults(provider=host, spool=disk, poll_floor=FLOOR)
        step = Deliver(
            store=store,
            conversation=thread,
            spool=disk,
            fetch=fetch,
            previews=Previews(spool=disk, fetch=fetch),
            abilities=MessageAbilities(store),
        )
        self.worker = a_worker(
            store,
            steps={TaskKind.DELIVER: step},
            jitter=1.0,
        )

    async def made(self, *names: str) -> None:
        """A job whose pictures are made and paid."""

        def unit(tx: Transaction) -> None:
            tx.jobs.add(
                a_job(
                    status=Status.SUCCEEDED,
                    delivery=Delivery.ANNOUNCED,
                    status_ts="1.1",
                    cost=COST,
                    created_at=tx.now,
                )
            )
            tx.submissions.add(
                a_submission(
                    state=SubmissionState.SUCCEEDED, n=len(names), provider_task_id="t", dialect="jobs"
                )
            )
            for ordinal, name in enumerate(names):
                tx.pictures.add(a_picture(name, ordinal=ordinal))
            tx.tasks.add(TaskKind.DELIVER, team_id="T1", job_id="J1")

        await self.store.write(unit)

    def answers(self, name: str, *errors: Exception) -> None:
        self.host.instead[f"https://results.example/{name}.png"] = list(errors)

    async def work(self, minutes: float) -> None:
        """All that is due in so long, each when it is due."""
        end = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < end:
            await self.worker.run_once()
            due = await self.store.read(lambda tx: tx.tasks.next_due([TaskKind.DELIVER]))
            self.clock.time = min(due or end, end)

    async def found(self) -> tuple[Job, dict[str, PictureState]]:
        def unit(tx: Transaction) -> tuple[Job, Sequence[Picture]]:
            job = tx.jobs.get("J1")
            assert job is not None
            return job, tx.pictures.of_job("J1")

        job, pictures = await self.store.read(unit)
        assert job.cost == COST, "settled stays settled"
        return job, {picture.id: picture.state for picture in pictures}


@pytest.fixture
def bench(store: SqlStore, clock: SetClock, tmp_path: Path) -> Bench:
    return Bench(store, clock, tmp_path)


@pytest.mark.parametrize("wrong", [PAGE, GONE])
async def test_one_wrong_answer_is_no_end(bench: Bench, wrong: GivenUp) -> None:
    await bench.made("P1")
    bench.answers("P1", wrong)

    await bench.work(minutes=0.2)

    assert (await bench.found())[1] == {"P1": PictureState.SHARED}
    assert bench.thread.posts == [["P1"]]


async def test_one_task_is_asked_about_once_a_pass_and_never_below_the_floor(bench: Bench) -> None:
    began = bench.clock.now()
    await bench.made("P1", "P2", "P3")
    for name in ("P1", "P2", "P3"):
        bench.answers(name, *[GONE] * 1000)

    await bench.work(minutes=5)

    polls = [began, *bench.host.polls]
    assert len(polls) == FETCH_TRIES - 1
    assert min(later - sooner for sooner, later in itertools.pairwise(polls)).total_seconds() >= FLOOR


async def test_a_file_that_is_no_picture_is_fetched_anew(bench: Bench) -> None:
    await bench.made("P1")
    bench.disk.unusable = 1

    await bench.work(minutes=0.2)

    assert (await bench.found())[1] == {"P1": PictureState.SHARED}
    assert len(bench.host.asked) == 2


@pytest.mark.parametrize("wrong", [PAGE, GONE])
async def test_what_is_never_a_picture_ends_within_minutes(bench: Bench, wrong: GivenUp) -> None:
    await bench.made("P1")
    bench.answers("P1", *[wrong] * 1000)
    bench.host.poll_error = TryLater("no word of the task (HTTP 400)")

    await bench.work(minutes=2)
    assert (await bench.found())[1] == {"P1": PictureState.FOUND}
    await bench.work(minutes=3)

    job, states = await bench.found()
    assert states == {"P1": PictureState.LOST}
    assert (job.delivery, job.failure) == (Delivery.UNDELIVERABLE, wrong.failure)
    assert len(bench.host.asked) == FETCH_TRIES <= MAX_ATTEMPTS
    assert await bench.store.read(lambda tx: tx.tasks.parked()) == []


async def test_a_long_outage_uses_up_no_try(bench: Bench) -> None:
    await bench.made("P1")
    bench.answers("P1", *[AWAY] * 30, PAGE)

    await bench.work(minutes=40)

    assert (await bench.found())[1] == {"P1": PictureState.SHARED}


async def test_a_link_that_is_gone_is_asked_for_anew_when_the_provider_is_back(bench: Bench) -> None:
    await bench.made("P1")
    bench.answers("P1", *[GONE] * 1000)
    bench.host.poll_error = Unreachable("nobody there")
    await bench.work(minutes=10)
    bench.host.poll_error, bench.host.links = None, ("https://results.example/renewed.png",)

    await bench.work(minutes=2)

    assert (await bench.found())[1] == {"P1": PictureState.SHARED}
    assert bench.host.asked[-1] == "https://results.example/renewed.png"


async def test_of_two_pictures_both_are_tried_and_what_came_is_posted(bench: Bench) -> None:
    await bench.made("P1", "P2")
    bench.answers("P1", *[PAGE] * 1000)
    bench.answers("P2", PAGE, PAGE)

    await bench.work(minutes=5)

    job, states = await bench.found()
    assert states == {"P1": PictureState.LOST, "P2": PictureState.SHARED}
    assert bench.thread.posts == [["P2"]]
    assert job.failure == PAGE.failure
    assert job.delivery is not Delivery.UNDELIVERABLE


async def test_lost_pictures_can_be_taken_up_again(bench: Bench) -> None:
    await bench.made("P1", "P2")
    bench.answers("P1", *[PAGE] * FETCH_TRIES)
    await bench.work(minutes=5)

    taken = await RetryJobs(bench.store)("J1")

    assert taken == TakenUp(pictures=1)
    job, _ = await bench.found()
    assert (job.delivery, job.failure) == (Delivery.DELIVERING, None)
    await bench.work(minutes=0.2)
    assert (await bench.found())[1] == {"P1": PictureState.SHARED, "P2": PictureState.SHARED}
    assert bench.thread.posts == [["P2"], ["P1"]], "each once"
    assert not await RetryJobs(bench.store)("J1"), "nothing is left to take up"


async def test_a_deleted_picture_is_never_taken_up_again(bench: Bench) -> None:
    await bench.made("P1", "P2")
    await bench.work(minutes=0.2)

    def delete(tx: Transaction) -> None:
        (first, _) = tx.pictures.of_job("J1")
        tx.pictures.save(replace(first, state=PictureState.LOST, failure=DELETED, file_id=None))

    await bench.store.write(delete)

    assert not await RetryJobs(bench.store)("J1")
    await bench.work(minutes=1)
    assert (await bench.found())[1] == {"P1": PictureState.LOST, "P2": PictureState.SHARED}
    assert len(bench.thread.posts) == 1


async def test_taken_up_again_it_has_all_its_tries_anew(bench: Bench) -> None:
    await bench.made("P1")
    bench.answers("P1", *[PAGE] * FETCH_TRIES, PAGE)
    await bench.work(minutes=5)
    assert (await bench.found())[0].delivery is Delivery.UNDELIVERABLE

    assert await RetryJobs(bench.store)("J1") == TakenUp(pictures=1)
    await bench.work(minutes=1)

    job, states = await bench.found()
    assert (states, job.failure) == ({"P1": PictureState.SHARED}, None)


async def test_a_look_that_is_not_understood_looks_again(bench: Bench) -> None:
    await bench.made("P1")
    bench.thread.look_errors = [NotUnderstood("files.info: some_new_code")] * 3

    await bench.work(minutes=1)

    job, states = await bench.found()
    assert (states, bench.thread.posts) == ({"P1": PictureState.SHARED}, [["P1"]])
    assert job.delivery is not Delivery.UNDELIVERABLE


async def test_one_that_is_never_understood_is_parked_where_an_operator_sees_it(bench: Bench) -> None:
    await bench.made("P1")
    bench.thread.look_errors = [NotUnderstood("files.info: some_new_code")] * 1000

    await bench.work(minutes=5)

    ((_, error),) = await bench.store.read(lambda tx: tx.tasks.parked("J1"))
    assert error == "files.info: some_new_code"
    assert bench.thread.posts == [["P1"]]
    bench.thread.look_errors = []
    assert await RetryJobs(bench.store)("J1") == TakenUp(steps=1)
    await bench.work(minutes=0.2)
    assert (await bench.found())[1] == {"P1": PictureState.SHARED}
    assert bench.thread.posts == [["P1"]]


async def test_a_sheet_that_can_no_longer_be_made_holds_no_picture_back(bench: Bench) -> None:
    await bench.made("P1", "P2")
    bench.answers("P1", *[GONE] * 1000)  # it is in the conversation already, and its link has expired

    def of_two(tx: Transaction) -> None:
        job, picture = tx.jobs.get("J1"), tx.pictures.get("P1")
        assert job is not None
        assert picture is not None
        tx.jobs.save(job.evolve(request=replace(job.request, n=2)))
        tx.pictures.save(replace(picture, state=PictureState.SHARED, file_id="F-P1", format="png"))
        sheet = Preview("J1", SHEET, PictureState.FETCHED, "0" * 64, 64, 8, 8)
        tx.previews.put(sheet)

    await bench.store.write(of_two)

    await bench.work(minutes=1)

    assert bench.thread.posts == [["P2"]]
    assert (await bench.found())[1]["P2"] is PictureState.SHARED
    (sheet,) = await bench.store.read(lambda tx: tx.previews.of_job("J1"))
    assert sheet.state is PictureState.LOST
