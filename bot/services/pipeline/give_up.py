"""Ends a task with which the process keeps dying, so that the next start is not the next death."""

from __future__ import annotations

from bot.domain.jobs.job import Job, Status
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.parked import say_stuck


class GiveUp:
    """A unit of work. A job of which nothing was sent fails, and its money is released; the task of any other
    is parked, for an operator. The asker is told. Raises StaleLease."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def __call__(self, tx: Transaction, task: Task) -> None:
        job = tx.jobs.get(task.job_id) if task.kind is TaskKind.PREPARE else None
        if job is None or job.status is not Status.QUEUED:
            tx.tasks.park(task, Problem.PROCESS_DIED)
            say_stuck(tx, task)
            return
        tx.tasks.finish(task)
        fail_unsent(tx, self._accounts, job, Failure(Problem.PROCESS_DIED))


def fail_unsent(tx: Transaction, accounts: Accounts, job: Job, failure: Failure) -> None:
    """End a job before anything of it was sent: it costs nothing, and only its asker is told."""
    accounts.release(tx, job.id, failure.problem)
    tx.jobs.save(job.evolve(status=Status.FAILED, failure=failure, cost=Money.zero(), finished_at=tx.now))
    for kind in (TaskKind.NOTIFY_ASKER, TaskKind.CLEAN_UP):
        tx.tasks.add(kind, team_id=job.place.team_id, job_id=job.id)
