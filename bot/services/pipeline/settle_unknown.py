"""Settle what stayed unknown for a day at the estimate, never at zero (budgets reference 1.7)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.budget.ledger import CostSource
from bot.domain.jobs.charges import is_doubtful
from bot.domain.jobs.job import Status, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.lease import Leased
from bot.services.pipeline.outcome import cost_of

_ENDED = {True: Status.SUCCEEDED, False: Status.FAILED}


class SettleUnknown:
    """Runs the task that ends the wait for an unknown outcome."""

    def __init__(self, *, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def run(self, task: Task) -> None:
        """Settle the job's hold and end the job. Safe to repeat: a hold that has ended stays as it is, and so
        does a job of which everything became known."""
        await Leased(self._store, task).write(lambda tx: self._settle(tx, task))

    def _settle(self, tx: Transaction, task: Task) -> None:
        tx.tasks.finish(task)
        job = tx.jobs.get(task.job_id)
        hold = tx.ledger.hold(task.job_id)
        if job is None or hold is None or hold.state.is_final:
            return
        submissions = tx.submissions.of_job(job.id)
        if not any(is_doubtful(s) for s in submissions):
            return
        pictures = tx.pictures.of_job(job.id)
        cost, _ = cost_of(job, submissions, pictures, doubtful_at_estimate=True)
        self._accounts.settle(tx, job.id, cost, CostSource.ESTIMATE)
        for submission in submissions:
            if submission.state in {SubmissionState.UNKNOWN, SubmissionState.TIMED_OUT}:
                tx.submissions.save(replace(submission, state=SubmissionState.FAILED))
        if not job.status.is_final:
            job = job.evolve(
                status=_ENDED[bool(pictures)],
                failure=job.failure or Failure(Problem.OUTCOME_UNKNOWN),
                finished_at=tx.now,
            )
        tx.jobs.save(job.evolve(cost=cost, cost_is_estimate=True))
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.shown_by)
        if job.request.kind is Kind.EDIT:
            tx.tasks.add(TaskKind.CLEAN_UP, team_id=job.place.team_id, job_id=job.id)
