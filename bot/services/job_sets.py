"""The jobs of a set. In a write, reading one of them locks them all."""

from __future__ import annotations

from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.ports import Transaction

FOLLOW_SECONDS = 5.0
"""How often the other jobs of a set look whether the first has opened the thread; usually it wakes them."""

_UNDER_WAY = frozenset({Status.QUEUED, Status.RUNNING, Status.SUBMITTING})


def set_of(tx: Transaction, job: Job) -> list[Job]:
    """All jobs that the message of ``job`` shows, in their order: those of its set, as they are stored, or
    itself alone, as it is given."""
    return tx.jobs.in_set(job.member.set_id) if job.member is not None else [job]


def lead_of(tx: Transaction, job: Job) -> Job:
    """The job whose message shows ``job``: the first of its set, or itself."""
    return set_of(tx, job)[0]


def is_under_way(tx: Transaction, job: Job) -> bool:
    """Whether something that its message shows is still to be drawn."""
    return any(one.status in _UNDER_WAY for one in set_of(tx, job))


def shown_in(tx: Transaction, thread: Place) -> list[Job]:
    """The jobs with a message of their own in that thread, oldest first: of a set the first."""
    return [job for job in tx.jobs.in_thread(thread) if job.shown_by == job.id]


def share_delivery(tx: Transaction, lead: Job) -> None:
    """Give all jobs of a set the delivery of its first, which was saved: they are delivered as one. Safe to
    repeat."""
    for one in set_of(tx, lead)[1:]:
        like = one.evolve(delivery=lead.delivery, result_ts=lead.result_ts)
        if like != one:
            tx.jobs.save(like)


def show_news(tx: Transaction, job: Job) -> None:
    """After ``job`` has changed: deliver, if there are pictures and nothing more of the message is being
    drawn, and bring the message up to date. The pictures of a set come together. Safe to repeat."""
    team, jobs = job.place.team_id, set_of(tx, job)
    if not is_under_way(tx, job) and any(tx.pictures.of_job(one.id) for one in jobs):
        tx.tasks.add(TaskKind.DELIVER, team_id=team, job_id=job.shown_by)
    if jobs[0].delivery is not Delivery.NONE:
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=team, job_id=job.shown_by)
