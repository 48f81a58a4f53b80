"""Ends a task with which the process keeps dying, so that the next start is not the next death."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.job import Job, Status, SubmissionState
from bot.domain.jobs.task import UP_TO_THE_CALL, Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.job_sets import is_under_way, lead_of, show_news
from bot.services.parked import say_stuck


class GiveUp:
    """A unit of work. A job of which nothing was sent fails, and its money is released; the task of any other
    is parked, for an operator. The asker is told. Raises StaleLease."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def __call__(self, tx: Transaction, task: Task) -> None:
        job = tx.jobs.get(task.job_id) if task.kind in UP_TO_THE_CALL else None
        submissions = tx.submissions.of_job(task.job_id)
        sent = any(submission.state is not SubmissionState.PLANNED for submission in submissions)
        if job is None or job.status is not Status.QUEUED or sent:
            tx.tasks.park(task, Problem.PROCESS_DIED)
            say_stuck(tx, task)
            return
        tx.tasks.finish(task)
        for submission in submissions:
            tx.submissions.save(replace(submission, state=SubmissionState.CANCELLED))
        fail_unsent(tx, self._accounts, job, Failure(Problem.PROCESS_DIED))


def fail_unsent(tx: Transaction, accounts: Accounts, job: Job, failure: Failure) -> None:
    """End a job before anything of it was sent: it costs nothing. Its status message says so, or, as long as
    there is none, only its asker is told."""
    accounts.release(tx, job.id, failure.problem)
    job = job.evolve(status=Status.FAILED, failure=failure, cost=Money.zero(), finished_at=tx.now)
    tx.jobs.save(job)
    tx.tasks.add(TaskKind.CLEAN_UP, team_id=job.place.team_id, job_id=job.id)
    if lead_of(tx, job).status_ts is not None:
        show_news(tx, job)
    elif not is_under_way(tx, job):
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.shown_by)
