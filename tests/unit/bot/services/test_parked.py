"""A step that was given up: the asker reads it once, the operator sees it, and it can be taken up again."""

from datetime import timedelta
from typing import Any

import pytest

from app.commands import jobs
from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.source import IncomingMessage
from bot.errors import TryLater
from bot.ports import JobView, Transaction
from bot.services.delivery.status_message import UpdateStatus
from bot.services.operations.records import Records
from bot.services.operations.retry_jobs import RetryJobs, TakenUp
from bot.services.pipeline.notify_asker import NotifyAsker
from bot.services.pipeline.place_in_line import PlaceInLine
from bot.step_runner import MAX_ATTEMPTS
from handlers.messages.job.job_message import job_message
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames
from storage.store import SqlStore
from tests.contract.samples import a_job
from tests.support.collaborators import NO_LIMIT, a_worker, accounts_with
from tests.support.databases import SetClock


class Poisoned:
    """A step that always fails, until it is cured."""

    def __init__(self, store: SqlStore) -> None:
        self.is_cured = False
        self.failure: Exception = RuntimeError("poisoned")
        self._store = store

    async def run(self, task: Task) -> None:
        if not self.is_cured:
            raise self.failure
        await self._store.write(lambda tx: tx.tasks.finish(task))


class Spoken:
    """Notes what people were shown and told."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.told: list[Problem] = []
        self.refused: list[tuple[str, Problem, Any]] = []
        self.moods: list[str] = []
        self.sentences: list[str] = []

    async def update_status(self, view: JobView) -> str:
        message = job_message(view, PriceTable.load())
        self.shown.append(message.text)
        return message.fingerprint

    async def notify_asker(self, _job: Job, failure: Any) -> None:
        self.told.append(failure.problem)

    async def refuse(self, _place: Place, user_id: str, refusal: Any) -> None:
        self.refused.append((user_id, refusal.code, getattr(refusal, "reference", None)))
        self.sentences.append(sentence(refusal, BotNames()).text)

    async def react(self, _place: Place, _ts: str, mood: Any, *, instead_of: Any) -> Any:
        self.moods.append(mood)
        return frozenset({mood})


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock, kind: TaskKind) -> None:
        self.store, self.clock = store, clock
        self.spoken: Any = Spoken()
        self.step = Poisoned(store)
        self.worker = a_worker(
            store,
            steps={
                TaskKind.UPDATE_STATUS: UpdateStatus(
                    store=store,
                    conversation=self.spoken,
                    accounts=accounts_with(),
                    place_in_line=PlaceInLine(store, NO_LIMIT),
                ),
                TaskKind.NOTIFY_ASKER: NotifyAsker(store=store, conversation=self.spoken),
                kind: self.step,
            },
        )

    async def work(self) -> None:
        for _ in range(MAX_ATTEMPTS + 2):
            await self.worker.run_once()
            self.clock.move(20)

    async def ask(self, kind: TaskKind, **more: Any) -> None:
        def unit(tx: Transaction) -> None:
            tx.jobs.add(a_job(created_at=tx.now, **more))
            tx.tasks.add(kind, team_id="T1", job_id="J1")

        await self.store.write(unit)


async def test_a_long_absence_is_no_fault_and_a_fault_after_it_is_only_the_first(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, TaskKind.POLL)
    await bench.ask(TaskKind.POLL, status=Status.RUNNING)
    bench.step.failure = TryLater("away")
    for _ in range(3 * MAX_ATTEMPTS):
        await bench.worker.run_once()
        clock.move(61)
    bench.step.failure = RuntimeError("poisoned")

    await bench.worker.run_once()

    assert (await Records(store).jobs())[0]["parked"] == []
    for _ in range(MAX_ATTEMPTS - 1):
        clock.move(61)
        await bench.worker.run_once()
    assert (await Records(store).jobs())[0]["parked"] == ["RuntimeError: poisoned"]


async def test_a_drawing_that_got_stuck_says_so_once_and_recovers(store: SqlStore, clock: SetClock) -> None:
    bench = Bench(store, clock, TaskKind.POLL)
    await bench.ask(TaskKind.POLL, status=Status.RUNNING, delivery=Delivery.ANNOUNCED, status_ts="1.1")

    await bench.work()

    (said,) = bench.spoken.shown
    assert said == "Stopped for the moment · $0.02 kept aside · the operators know: “a fox”"
    (job,) = await Records(store).jobs()
    assert job["parked"] == ["RuntimeError: poisoned"]

    bench.step.is_cured = True
    assert await RetryJobs(store)("J1") == TakenUp(steps=1)
    await bench.worker.run_once()

    assert bench.spoken.shown[1].startswith("Drawing")


@pytest.mark.parametrize(
    ("changes", "money"),
    [
        ({"status": Status.QUEUED}, " · $0.02 kept aside · "),
        ({"status": Status.SUCCEEDED, "cost": a_job().estimate}, " · $0.02 · "),
    ],
)
async def test_what_it_cost_so_far_is_said(
    store: SqlStore, clock: SetClock, changes: dict[str, Any], money: str
) -> None:
    bench = Bench(store, clock, TaskKind.DELIVER)
    await bench.ask(TaskKind.DELIVER, delivery=Delivery.ANNOUNCED, status_ts="1.1", **changes)

    await bench.work()

    assert money in bench.spoken.shown[0]


async def test_an_ask_without_a_message_of_its_own_is_told_privately(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, TaskKind.ANNOUNCE)
    await bench.ask(TaskKind.ANNOUNCE, ask_ts="1.0")

    await bench.work()

    assert (bench.spoken.told, bench.spoken.moods) == ([Problem.STUCK], ["failed"])


async def test_a_step_that_harms_nobody_is_not_spoken_of(store: SqlStore, clock: SetClock) -> None:
    bench = Bench(store, clock, TaskKind.CLEAN_UP)
    await bench.ask(TaskKind.CLEAN_UP, status=Status.RUNNING, delivery=Delivery.ANNOUNCED, status_ts="1.1")

    await bench.work()

    assert (bench.spoken.shown, bench.spoken.told) == ([], [])


async def test_a_message_that_could_not_be_understood_is_seen_told_and_taken_up_again(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, TaskKind.INTAKE)
    heard = IncomingMessage(
        place=Place("T1", "C1"), ts="1.0", user_id="U1", text="a fox", is_mention=True, is_direct=False,
        files=(),
    )  # fmt: skip

    def receive(tx: Transaction) -> None:
        tx.inbox.receive(heard)
        tx.tasks.add(TaskKind.INTAKE, team_id="T1", job_id="", subject=heard.key)

    await store.write(receive)

    await bench.work()

    (step,) = await Records(store).parked()
    assert (step["kind"], step["job_id"], step["user_id"]) == ("hear", None, "U1")
    assert step["error"] == "RuntimeError: poisoned"
    assert bench.spoken.refused == [("U1", Problem.STUCK, step["id"])]
    assert bench.spoken.moods == ["failed"]

    bench.step.is_cured = True
    assert await RetryJobs(store)(step["id"]) == TakenUp(steps=1)
    assert await bench.worker.run_once() == 1
    assert await Records(store).parked() == []


async def _request(bench: Bench, state: PendingState = PendingState.ASKED) -> PendingRequest:
    """A request for approval whose step always fails."""
    request = a_job().request
    now = bench.clock.now()
    pending = PendingRequest(
        id="D1", kind=PendingKind.APPROVAL, state=state, ask=Ask("key", Place("T1", "C1"), "U1", request),
        estimate=a_job().estimate, price_version="v1", created_at=now, expires_at=now + timedelta(days=1),
        decided_by="UBOSS" if state is PendingState.DENIED else None,
    )  # fmt: skip

    def unit(tx: Transaction) -> None:
        tx.pending_requests.add(pending)
        tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id="T1", job_id="", subject=pending.id)

    await bench.store.write(unit)
    return pending


async def test_a_request_that_got_stuck_is_seen_told_and_taken_up_again(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, TaskKind.APPROVAL_REQUEST)
    pending = await _request(bench)

    await bench.work()

    (step,) = await Records(store).parked()
    assert (step["kind"], step["user_id"], step["channel_id"]) == ("petition", "U1", "C1")
    (said,) = bench.spoken.sentences
    assert said.startswith(f"“{pending.ask.request.prompt}” may not have reached the budget admins.")
    assert bench.spoken.moods == [], "it may still be approved"

    bench.step.is_cured = True
    assert await RetryJobs(store)(step["id"]) == TakenUp(steps=1)
    assert await bench.worker.run_once() == 1
    assert await Records(store).parked() == []


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        (PendingState.ASKED, 2, "has lapsed. Ask again."),
        (PendingState.DENIED, 0, "was declined already."),
        (PendingState.RUN, 0, None),
        (PendingState.CANCELLED, 0, None),
    ],
)
async def test_how_a_request_ended_is_told_where_its_step_cannot(
    store: SqlStore, clock: SetClock, state: PendingState, days: int, said: str | None
) -> None:
    bench = Bench(store, clock, TaskKind.APPROVAL_REQUEST)
    await _request(bench, state)
    clock.move(days * 86_400)

    await bench.work()

    assert [said in sentence for sentence in bench.spoken.sentences if said] == ([True] if said else [])
    assert len(bench.spoken.sentences) == (said is not None)


async def test_a_status_message_that_stands_still_is_told_once_and_the_failure_after_it(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, TaskKind.UPDATE_STATUS)
    await bench.ask(
        TaskKind.UPDATE_STATUS, status=Status.RUNNING, delivery=Delivery.ANNOUNCED, status_ts="1.1"
    )

    await bench.work()

    assert bench.spoken.told == [Problem.NOT_SHOWN]
    (step,) = await Records(store).parked()
    assert (step["kind"], step["job_id"], step["user_id"], step["channel_id"]) == (
        "report", "J1", a_job().user_id, a_job().place.channel_id,
    )  # fmt: skip

    await bench.store.write(lambda tx: tx.tasks.add(TaskKind.UPDATE_STATUS, team_id="T1", job_id="J1"))
    await bench.work()
    assert bench.spoken.told == [Problem.NOT_SHOWN], "no news"

    def fail(tx: Transaction) -> None:
        job = tx.jobs.get("J1")
        assert job is not None
        tx.jobs.save(job.evolve(status=Status.FAILED, failure=Failure(Problem.MODERATED)))
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id="T1", job_id="J1")

    await bench.store.write(fail)
    await bench.work()
    assert bench.spoken.told == [Problem.NOT_SHOWN, Problem.MODERATED]


def test_what_is_said_of_a_status_message_that_stands_still() -> None:
    said = sentence(Failure(Problem.NOT_SHOWN), BotNames(), job=a_job(status=Status.RUNNING)).text

    assert said == "This picture's message may be out of date. Finished pictures still come."
    assert "charge" not in said.lower()


@pytest.mark.parametrize(
    ("kind", "user_id", "whose"),
    [
        ("hear", "U1", "a message of U1 in C1"),
        ("petition", "U1", "a request of U1 in C1"),
        ("alert", None, "the workspace T1"),
    ],
)
def test_an_operator_reads_whose_step_it_is(
    kind: str, user_id: str | None, whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    step = {
        "id": "step-7", "kind": kind, "team_id": "T1", "job_id": None, "channel_id": user_id and "C1",
        "user_id": user_id, "parked_at": "2026-11-22T12:00:00Z", "error": "RuntimeError: poisoned",
    }  # fmt: skip

    jobs._print_steps([step])

    assert f"parked {kind} of {whose}: RuntimeError" in capsys.readouterr().out
