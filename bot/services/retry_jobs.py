"""Take up again what was given up: parked steps of a job, with their attempts counted anew."""

from __future__ import annotations

from bot.domain.job import Delivery
from bot.domain.problem import Problem
from bot.errors import AskRefused
from bot.ports import Store, Transaction


class RetryJobs:
    """For operators. Nothing is bought by it: a step begins by looking at what is already done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, job_id: str) -> int:
        """How many steps are due again; 0 when none was parked. Raises AskRefused NOT_FOUND."""
        return await self._store.write(lambda tx: self._retry(tx, job_id))

    def _retry(self, tx: Transaction, job_id: str) -> int:
        job = tx.jobs.get(job_id)
        if job is None:
            raise AskRefused(Problem.NOT_FOUND, id=job_id)
        count = tx.tasks.unpark(job_id)
        if count and job.delivery is Delivery.UNDELIVERABLE:
            refused = job.failure is not None and job.failure.problem is Problem.DELIVERY_REFUSED
            failure = None if refused else job.failure
            tx.jobs.save(job.evolve(delivery=Delivery.DELIVERING, failure=failure))
        return count
