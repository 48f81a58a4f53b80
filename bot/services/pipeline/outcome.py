"""What a job's submissions add up to: its status, its money and what happens next, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.budget.ledger import CostSource
from bot.domain.jobs.charges import is_doubtful, was_settled_unknown
from bot.domain.jobs.combined import status_of, worst
from bot.domain.jobs.job import Job, Picture, Status, Submission, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.pricing import usable_amount
from bot.domain.requests.request import Kind
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.job_sets import show_news

DOUBT_SECONDS = 24 * 3600.0
"""For so many seconds an unknown outcome counts in the budget; then it is settled at the estimate (budgets
reference 1.7)."""


class Outcome:
    """Brings a job's status and money in line with its submissions."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def conclude(self, tx: Transaction, job_id: str) -> Job:
        """Set the job's status by its submissions, settle its money once they have all ended, and queue the
        steps that follow. To be called after each change of a submission, in the same transaction. Safe to
        repeat."""
        job = tx.jobs.get(job_id)
        assert job is not None, job_id
        submissions = tx.submissions.of_job(job_id)
        status = status_of(submissions)
        if job.status.is_final:
            return self._late(tx, job, submissions)
        if status is job.status:
            return job
        changed = job.evolve(status=status, failure=worst(submissions))
        if status.is_final:
            changed = self._settle(tx, changed, submissions)
        elif status in {Status.UNKNOWN, Status.TIMED_OUT}:
            self._accounts.doubt(tx, job_id)
            tx.tasks.add(
                TaskKind.SETTLE_UNKNOWN, team_id=job.place.team_id, job_id=job_id, delay=DOUBT_SECONDS
            )
        tx.jobs.save(changed)
        self._what_next(tx, changed)
        return changed

    def _settle(self, tx: Transaction, job: Job, submissions: Sequence[Submission]) -> Job:
        if any(is_doubtful(s) for s in submissions):
            self._accounts.doubt(tx, job.id)
            tx.tasks.add(
                TaskKind.SETTLE_UNKNOWN, team_id=job.place.team_id, job_id=job.id, delay=DOUBT_SECONDS
            )
            return job.evolve(finished_at=tx.now)
        cost, source = cost_of(job, submissions, tx.pictures.of_job(job.id))
        if cost:
            self._accounts.settle(tx, job.id, cost, source)
        else:
            self._accounts.release(tx, job.id, reason=job.status)
        return job.evolve(cost=cost, cost_is_estimate=source is CostSource.ESTIMATE, finished_at=tx.now)

    def _late(self, tx: Transaction, job: Job, submissions: Sequence[Submission]) -> Job:
        """Take in news about a job that has ended, such as one that was settled at the estimate while its
        outcome was unknown: its pictures are delivered, as they are paid, and the ledger is corrected to what
        it really cost (budgets reference 1.6)."""
        if job.cost is None or not all(s.state.is_final for s in submissions):
            return job
        pictures = tx.pictures.of_job(job.id)
        cost, source = cost_of(job, submissions, pictures, doubtful_at_estimate=True)
        self._accounts.correct(tx, job.id, by=cost - job.cost)
        changed = job.evolve(
            status=Status.SUCCEEDED if pictures else job.status,
            failure=worst(submissions),
            cost=cost,
            cost_is_estimate=source is CostSource.ESTIMATE,
        )
        if changed != job:
            tx.jobs.save(changed)
            self._what_next(tx, changed)
        return changed

    def _what_next(self, tx: Transaction, job: Job) -> None:
        show_news(tx, job)
        if job.status.is_final and job.request.kind is Kind.EDIT:
            tx.tasks.add(TaskKind.CLEAN_UP, team_id=job.place.team_id, job_id=job.id)


def cost_of(
    job: Job,
    submissions: Sequence[Submission],
    pictures: Sequence[Picture],
    *,
    doubtful_at_estimate: bool = False,
) -> tuple[Money, CostSource]:
    """What the job cost, and who says so.

    Each successful submission counts at the provider's price if that can be believed of what was ordered,
    however much came, else at our estimate for the pictures that came. With ``doubtful_at_estimate``, a
    submission whose charge is unknown, or was until it was settled, counts for all its pictures. The source
    is ESTIMATE as soon as one amount is an estimate.
    """
    each = Money(job.estimate.micros // job.request.n)
    total, source = Money.zero(), CostSource.PROVIDER
    for submission in submissions:
        if submission.state is SubmissionState.SUCCEEDED:
            amount, origin = usable_amount(submission.amount, each * submission.n)
            if origin is CostSource.ESTIMATE:
                amount = each * sum(picture.submission_id == submission.id for picture in pictures)
        elif doubtful_at_estimate and (is_doubtful(submission) or was_settled_unknown(submission)):
            amount, _ = usable_amount(submission.amount, each * submission.n)
            origin = CostSource.ESTIMATE
        else:
            continue
        total += amount
        if origin is CostSource.ESTIMATE:
            source = CostSource.ESTIMATE
    return total, source if total else CostSource.NOT_CHARGED
