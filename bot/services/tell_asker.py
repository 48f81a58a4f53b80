"""Tell the asker of a job privately how it failed."""

from __future__ import annotations

from bot.domain.jobs.job import Delivery, Job
from bot.domain.jobs.task import TaskKind
from bot.ports import Transaction


def tell_asker(tx: Transaction, job: Job) -> bool:
    """Queue that the asker is told privately how the job failed, as its status message is gone or can no
    longer be edited; once for each failure. False where there is nothing to tell: pictures come by
    themselves, and of an undeliverable job the asker hears anyway."""
    if job.failure is None or job.delivery is Delivery.UNDELIVERABLE:
        return False
    key = f"told:{job.id}"
    if tx.key_values.get(key) != job.failure.problem:
        tx.key_values.put(key, job.failure.problem)
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)
    return True
