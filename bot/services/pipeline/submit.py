"""The paid call: committed as ``submitting`` before its first byte may leave, and never repeated while its
outcome is unknown."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.jobs.backpressure import Throttle
from bot.domain.jobs.fair_queue import InFlight, Turn
from bot.domain.jobs.job import Job, Submission, SubmissionState
from bot.domain.jobs.polling import backoff, next_poll
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.problem import Failure, Problem
from bot.domain.requests.source import Source, SourceRole
from bot.errors import GivenUp, OutcomeUnknown, RouteMissing, StoreUnavailable, TryLater, Unreachable
from bot.ports import ImageProvider, Order, Receipt, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.lease import Leased, insist
from bot.services.pipeline.announce import plan_submissions
from bot.services.pipeline.fair_queue import FairQueue
from bot.services.pipeline.order_again import order_again
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.provider_prices import note_price_at_submit

BUSY_SECONDS = 3600.0
"""After so many seconds of refusals by a busy provider the order fails, unpaid. They count from the first try
that was refused; waiting before it, in the queue or while the provider was unreachable, does not count."""

AWAY_SECONDS = 24 * 3600.0
"""An order of a job that is older than so many seconds fails, unpaid, when the provider cannot be reached."""

FIRST_PAUSE_SECONDS = 2.0
"""How many seconds this process submits nothing after the provider said "too many" or could not be reached;
doubled while that goes on. Polling is not slowed by it."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A submission that is committed as being sent, and the turn in the fair queue that it used up."""

    job: Job
    submission: Submission
    order: Order
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class _Begun:
    """The submission to send now, if any, and the id of the job that should look for a free place next."""

    sent: _Sent | None = None
    hurry: str | None = None


class Submit:
    """Makes the paid calls. ``poll_floor`` is the least number of seconds until a task is polled."""

    def __init__(
        self,
        *,
        store: Store,
        provider: ImageProvider,
        accounts: Accounts,
        outcome: Outcome,
        in_flight: InFlight,
        poll_floor: float,
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._provider = provider
        self._accounts = accounts
        self._outcome = outcome
        self._turns = FairQueue(in_flight)
        self._poll_floor = poll_floor
        self._jitter = jitter
        self._throttle = Throttle(first=FIRST_PAUSE_SECONDS, most=60.0)

    async def run(self, task: Task) -> None:
        """Send one submission, if it may be sent now; else come again later.

        Safe to repeat: one that is already SUBMITTING, since an earlier process ended during the call, is not
        sent again but becomes UNKNOWN.
        """
        lease = Leased(self._store, task)
        closed = self._throttle.wait(_now())
        begun = await lease.write(lambda tx: self._begin(tx, task, closed=closed))
        if begun.sent is not None:
            await self._send(lease, begun.sent)
        if begun.hurry is not None:
            await self._hurry(begun.hurry)

    async def _hurry(self, job_id: str) -> None:
        """Make the job's submit tasks due, as its turn may have come. In a transaction of its own, so that no
        transaction waits for the locks of two jobs."""
        with contextlib.suppress(StoreUnavailable):  # its task comes due by itself a little later
            await self._store.write(lambda tx: tx.tasks.wake(TaskKind.SUBMIT, job_id))

    async def _send(self, lease: Leased, sent: _Sent) -> None:
        task, job, submission = lease.task, sent.job, sent.submission
        try:
            receipt = await self._provider.submit(sent.order)
        except TryLater as error:
            why, pause = error, self._throttle.refused(_now(), after=error.after)
            await lease.insist(lambda tx: self._not_taken(tx, task, sent, why, pause))
        except RouteMissing:
            plan = await self._provider.plan(replace(job.request, n=submission.n))
            await lease.insist(lambda tx: self._replan(tx, task, sent, plan))
        except GivenUp as error:
            refusal = error.failure
            await lease.insist(lambda tx: self._refused(tx, task, submission, refusal))
        except OutcomeUnknown as error:
            doubt = Failure(Problem.OUTCOME_UNKNOWN, str(error))
            await lease.insist(lambda tx: self._lost(tx, task, submission, doubt))
        else:
            self._throttle.taken()
            # Not under the lease: only this process knows the task id, so it is saved whoever holds that now.
            await insist(self._store.write, lambda tx: self._taken(tx, task, submission, receipt))

    def _begin(self, tx: Transaction, task: Task, *, closed: float) -> _Begun:
        job, submission = tx.jobs.get(task.job_id), tx.submissions.get(task.subject)
        assert job is not None
        assert submission is not None
        if submission.state is SubmissionState.SUBMITTING:
            doubt = Failure(Problem.OUTCOME_UNKNOWN, "the process ended while the paid call was under way")
            self._lost(tx, task, submission, doubt)
            return _Begun()
        if submission.state is not SubmissionState.PLANNED:
            tx.tasks.finish(task)
            return _Begun()
        if closed:
            tx.tasks.reschedule(task, delay=closed, attempts=task.attempts)
            return _Begun()
        called = self._turns.call(tx, job)
        if not called.may_begin:
            tx.tasks.reschedule(task, delay=called.wait, attempts=task.attempts)
            return _Begun(hurry=called.hurry)
        since = submission.intent_at or tx.now
        begun = replace(submission, state=SubmissionState.SUBMITTING, intent_at=since)
        tx.submissions.save(begun)
        self._accounts.dispatched(tx, job.id)
        if job.started_at is None:
            tx.jobs.save(job.evolve(started_at=tx.now))
        self._outcome.conclude(tx, job.id)
        order = _order(job, begun, tx.sources.of_job(job.id))
        return _Begun(_Sent(job, begun, order, called.turn), called.hurry)

    def _taken(self, tx: Transaction, task: Task, submission: Submission, receipt: Receipt) -> None:
        current = tx.submissions.get(submission.id)
        assert current is not None
        if current.provider_task_id is not None:
            return
        tx.submissions.save(
            replace(
                current,
                state=SubmissionState.RUNNING,
                provider_task_id=receipt.task_id,
                dialect=receipt.dialect,
                amount=receipt.amount or current.amount,
                submitted_at=tx.now,
                failure=None,
            )
        )
        first = next_poll(
            age_seconds=0, polls=0, floor_seconds=self._poll_floor, timed_out=False, jitter=self._jitter()
        )
        tx.tasks.add(
            TaskKind.POLL, team_id=task.team_id, job_id=task.job_id, subject=submission.id, delay=first
        )
        tx.tasks.close(TaskKind.SUBMIT, task.job_id, submission.id)
        note_price_at_submit(tx, self._accounts, current, receipt)
        self._outcome.conclude(tx, task.job_id)

    def _not_taken(self, tx: Transaction, task: Task, sent: _Sent, why: TryLater, pause: float) -> None:
        """The provider certainly did not take the call: plan it again for later and give its turn back. It
        fails after BUSY_SECONDS of refusals, or AWAY_SECONDS when the provider cannot be reached."""
        submission, job = sent.submission, tx.jobs.get(task.job_id)
        self._keep_turn(tx, sent)
        assert job is not None
        is_away = isinstance(why, Unreachable)
        since = job.created_at if is_away else submission.intent_at or tx.now
        if (tx.now - since).total_seconds() > (AWAY_SECONDS if is_away else BUSY_SECONDS):
            self._refused(tx, task, submission, Failure(Problem.PROVIDER_BUSY, str(why)))
            return
        first = None if is_away else submission.intent_at
        tx.submissions.save(replace(submission, state=SubmissionState.PLANNED, intent_at=first))
        if all(s.state is SubmissionState.PLANNED for s in tx.submissions.of_job(job.id)):
            self._accounts.recalled(tx, job.id)
        self._outcome.conclude(tx, job.id)
        spread = backoff(task.attempts, base=1.0, cap=10.0, jitter=self._jitter())
        tx.tasks.reschedule(task, delay=pause + spread, attempts=task.attempts + 1, error=str(why))

    def _replan(self, tx: Transaction, task: Task, sent: _Sent, plan: list[int]) -> None:
        """Plan the pictures of this submission for the other dialect, which may need more calls: this one
        keeps the first part, and new submissions get the rest."""
        submission, job = sent.submission, tx.jobs.get(task.job_id)
        assert job is not None
        self._keep_turn(tx, sent)
        tx.submissions.save(replace(submission, state=SubmissionState.PLANNED, intent_at=None, n=plan[0]))
        plan_submissions(tx, job, plan[1:], after=len(tx.submissions.of_job(job.id)))
        self._outcome.conclude(tx, job.id)
        tx.tasks.reschedule(task, delay=0.0, attempts=task.attempts + 1, error="route missing")

    def _keep_turn(self, tx: Transaction, sent: _Sent) -> None:
        """Give the turn back: the call was not taken, so its person has not been served."""
        if sent.turn is not None:
            tx.queue.give_back(sent.turn)

    def _refused(self, tx: Transaction, task: Task, submission: Submission, failure: Failure) -> None:
        if order_again(tx, submission, failure, poll_floor=self._poll_floor):
            tx.tasks.finish(task)
            self._outcome.conclude(tx, task.job_id)
            return
        self._end(tx, task, submission, SubmissionState.FAILED, failure)

    def _lost(self, tx: Transaction, task: Task, submission: Submission, doubt: Failure) -> None:
        self._end(tx, task, submission, SubmissionState.UNKNOWN, doubt)

    def _end(
        self, tx: Transaction, task: Task, submission: Submission, state: SubmissionState, failure: Failure
    ) -> None:
        tx.submissions.save(replace(submission, state=state, failure=failure))
        tx.tasks.finish(task)
        self._outcome.conclude(tx, task.job_id)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _order(job: Job, submission: Submission, sources: list[Source]) -> Order:
    request = job.request
    assert request.size is not None
    links = {role: tuple(s.url for s in sources if s.role is role and s.url) for role in SourceRole}
    masks = links[SourceRole.MASK]
    return Order(
        prompt=request.to_send,
        size=request.size,
        quality=request.quality,
        format=request.format,
        n=submission.n,
        source_urls=links[SourceRole.PICTURE],
        mask_url=masks[0] if masks else None,
    )
