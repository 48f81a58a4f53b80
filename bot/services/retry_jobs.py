"""Take up again what was given up: parked steps, with their attempts counted anew."""

from __future__ import annotations

from bot.domain.job import Delivery
from bot.domain.problem import Problem
from bot.domain.task import TaskKind
from bot.errors import AskRefused
from bot.ports import Store, Transaction
from bot.services.stuck import step_id


class RetryJobs:
    """For operators. Nothing is bought by it: a step begins by looking at what is already done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, name: str) -> int:
        """How many steps are due again; 0 when none was parked. ``name`` is a job's id, or a step's as
        ``jobs --parked`` prints it. Raises AskRefused NOT_FOUND."""
        return await self._store.write(lambda tx: self._retry(tx, name))

    def _retry(self, tx: Transaction, name: str) -> int:
        step = next((task for task, _ in tx.tasks.parked() if step_id(task) == name), None)
        if step is not None:
            return tx.tasks.unpark(step.job_id, task_id=step.id)
        job = tx.jobs.get(name)
        if job is None:
            raise AskRefused(Problem.NOT_FOUND, id=name)
        count = tx.tasks.unpark(name)
        if count and job.delivery is Delivery.UNDELIVERABLE:
            refused = job.failure is not None and job.failure.problem is Problem.DELIVERY_REFUSED
            failure = None if refused else job.failure
            tx.jobs.save(job.evolve(delivery=Delivery.DELIVERING, failure=failure))
        elif count and job.status_ts is not None:
            tx.tasks.add(TaskKind.REPORT, team_id=job.place.team_id, job_id=job.id)
        return count
