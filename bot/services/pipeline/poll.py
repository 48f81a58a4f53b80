"""Ask the provider about one of its tasks, once, and record the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import structlog

from bot.domain.jobs.job import ORDINALS, Picture, PictureState, Submission, SubmissionState
from bot.domain.jobs.polling import backoff, next_poll
from bot.domain.jobs.task import Task
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind
from bot.errors import TryLater
from bot.ports import Done, Failed, ImageProvider, Pending, Store, Transaction
from bot.services.durations import note_duration
from bot.services.lease import Leased
from bot.services.pipeline.order_again import order_again
from bot.services.pipeline.outcome import DOUBT_SECONDS, Outcome
from bot.services.pipeline.provider_prices import note_price_at_end

_log = structlog.get_logger(__name__)

_WAITING = frozenset({SubmissionState.RUNNING, SubmissionState.TIMED_OUT})


class Poll:
    """``floor`` is the least number of seconds between two polls of a task; ``deadline`` the seconds after
    which a task without a result is timed out."""

    def __init__(
        self,
        *,
        store: Store,
        provider: ImageProvider,
        outcome: Outcome,
        floor: float,
        deadline: float,
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._provider = provider
        self._outcome = outcome
        self._floor = floor
        self._deadline = deadline
        self._jitter = jitter

    async def run(self, task: Task) -> None:
        """Safe to repeat: a poll changes nothing at the provider."""
        lease = Leased(self._store, task)
        submission = await lease.write(lambda tx: self._begin(tx, task))
        if submission is None:
            return
        assert submission.provider_task_id is not None
        assert submission.dialect is not None
        try:
            answer = await self._provider.poll(submission.provider_task_id, submission.dialect)
        except TryLater as later:
            away = later
            await lease.write(lambda tx: self._unreachable(tx, task, submission, away))
            return
        await lease.write(lambda tx: self._heard(tx, task, submission, answer))

    def _begin(self, tx: Transaction, task: Task) -> Submission | None:
        submission = tx.submissions.get(task.subject)
        if submission is None or submission.state not in _WAITING:
            tx.tasks.finish(task)
            return None
        return submission

    def _heard(
        self, tx: Transaction, task: Task, submission: Submission, answer: Pending | Done | Failed
    ) -> None:
        if isinstance(answer, Pending):
            self._still_pending(tx, task, submission, answer)
            return
        if isinstance(answer, Failed) and order_again(tx, submission, answer.failure, poll_floor=self._floor):
            tx.tasks.finish(task)
            self._outcome.conclude(tx, task.job_id)
            return
        if isinstance(answer, Done):
            for index, url in enumerate(_ordered(submission, answer)):
                tx.pictures.add(_picture(submission, index, url))
            note_price_at_end(tx, submission, answer)
            job = tx.jobs.get(task.job_id)
            assert job is not None
            note_duration(tx, job, submission, tx.now)
            ended = replace(
                submission,
                state=SubmissionState.SUCCEEDED,
                amount=answer.amount or submission.amount,
                failure=None,  # it may have been timed out before
            )
        else:
            failure = _credible(tx, submission, answer.failure)
            ended = replace(submission, state=SubmissionState.FAILED, failure=failure)
        tx.submissions.save(replace(ended, polls=submission.polls + 1, done_seen_at=tx.now))
        tx.tasks.finish(task)
        self._outcome.conclude(tx, task.job_id)

    def _still_pending(self, tx: Transaction, task: Task, submission: Submission, answer: Pending) -> None:
        began = submission.first_processing_at or (tx.now if answer.processing else None)
        self._wait(
            tx,
            task,
            replace(
                submission,
                polls=submission.polls + 1,
                last_pending_poll_at=tx.now,
                first_processing_at=began,
            ),
            delay=None,
        )

    def _unreachable(self, tx: Transaction, task: Task, submission: Submission, away: TryLater) -> None:
        delay = away.after
        if delay is None:
            delay = backoff(task.attempts, base=2.0, cap=60.0, jitter=self._jitter())
        self._wait(tx, task, submission, delay=max(self._floor, delay), error=str(away))

    def _wait(
        self,
        tx: Transaction,
        task: Task,
        submission: Submission,
        *,
        delay: float | None,
        error: str | None = None,
    ) -> None:
        """Schedule the next poll. Past the deadline the submission is ``timed_out`` but is still asked about,
        ever more seldom, until DOUBT_SECONDS after the deadline. ``delay`` None: by its age."""
        assert submission.submitted_at is not None
        age = (tx.now - submission.submitted_at).total_seconds()
        late = age > self._deadline
        if late and submission.state is SubmissionState.RUNNING:
            failure = Failure(Problem.TIMED_OUT, f"no result {age:.0f} s after the provider took it")
            submission = replace(submission, state=SubmissionState.TIMED_OUT, failure=failure)
        tx.submissions.save(submission)
        self._outcome.conclude(tx, task.job_id)
        if age > self._deadline + DOUBT_SECONDS:
            tx.tasks.finish(task)
            return
        if delay is None:
            delay = next_poll(
                age_seconds=age,
                polls=submission.polls,
                floor_seconds=self._floor,
                timed_out=late,
                jitter=self._jitter(),
            )
        attempts = task.attempts + 1 if error else 0
        tx.tasks.reschedule(task, delay=delay, attempts=attempts, error=error)


def _credible(tx: Transaction, submission: Submission, failure: Failure) -> Failure:
    """``failure``, but no source of what had none was out of reach: then the provider failed."""
    job = tx.jobs.get(submission.job_id)
    assert job is not None
    if failure.problem is Problem.SOURCE_UNREACHABLE and job.request.kind is not Kind.EDIT:
        return replace(failure, problem=Problem.PROVIDER_FAILED)
    return failure


def _ordered(submission: Submission, answer: Done) -> tuple[str, ...]:
    """As many links as pictures were ordered: nobody asked for the others, and nobody pays for them."""
    if len(answer.urls) > submission.n:
        _log.warning(
            "more_results_than_ordered",
            job=submission.job_id, ordered=submission.n, came=len(answer.urls),
        )  # fmt: skip
    return answer.urls[: submission.n]


def _picture(submission: Submission, index: int, url: str) -> Picture:
    return Picture(
        id=uuid4().hex,
        job_id=submission.job_id,
        submission_id=submission.id,
        ordinal=submission.ordinal * ORDINALS + index,
        state=PictureState.FOUND,
        url=url,
    )
