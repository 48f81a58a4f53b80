"""Retry what was given up: parked steps, with their attempts counted anew, and lost pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.jobs.job import Delivery, Job, PictureState
from bot.domain.jobs.shown import DELETED
from bot.domain.jobs.task import TaskKind
from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused, NotFound
from bot.ports import Store, Transaction
from bot.services.job_sets import set_of
from bot.services.parked import step_id

_OF_DELIVERY = frozenset({Problem.DELIVERY_REFUSED, Problem.RESULT_GONE, Problem.RESULT_UNUSABLE})
"""Failures of a delivery: they are removed from the job when its delivery is tried again."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """How many parked steps and how many lost pictures, which are paid, are tried again."""

    steps: int = 0
    pictures: int = 0

    def __bool__(self) -> bool:
        return bool(self.steps or self.pictures)


class RetryJobs:
    """For operators. A retry never pays for the same call twice: each step first looks at what is done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, name: str) -> TakenUp:
        """Make what was given up due again, and return how much that was, perhaps nothing.

        ``name`` is the id of a job, or of a step as ``jobs --parked`` prints it. Safe to repeat. Raises
        AskRefused NotFound for any other name.
        """
        return await self._store.write(lambda tx: self._retry(tx, name))

    def _retry(self, tx: Transaction, name: str) -> TakenUp:
        step = next((task for task, _ in tx.tasks.parked() if step_id(task) == name), None)
        if step is not None:
            return TakenUp(steps=tx.tasks.unpark(step.job_id, task_id=step.id))
        job = tx.jobs.get(name)
        if job is None:
            raise AskRefused(NotFound(name))
        jobs = set_of(tx, job)
        taken = TakenUp(
            sum(tx.tasks.unpark(one.id) for one in jobs), sum(self._fetch_again(tx, one) for one in jobs)
        )
        job = jobs[0]
        if taken.pictures or (taken and job.delivery is Delivery.UNDELIVERABLE):
            is_over = job.failure is not None and job.failure.problem in _OF_DELIVERY
            failure = None if is_over else job.failure
            tx.jobs.save(job.evolve(delivery=Delivery.DELIVERING, failure=failure))
        if taken and job.status_ts is not None:
            tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.id)
        return taken

    def _fetch_again(self, tx: Transaction, job: Job) -> int:
        """Have the job's lost pictures fetched once more, as their links may work by now. Their cost stays as
        it is. What a person has deleted stays deleted. Returns how many there are."""
        of_job = tx.pictures.of_job(job.id)
        lost = [p for p in of_job if p.state is PictureState.LOST and p.url and p.failure != DELETED]
        for picture in lost:
            tx.pictures.save(replace(picture, state=PictureState.FOUND, failure=None))
        if lost:
            tx.tasks.add(TaskKind.DELIVER, team_id=job.place.team_id, job_id=job.shown_by)
        return len(lost)
