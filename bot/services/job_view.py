"""A job with all that is shown of it, read in one transaction."""

from bot.domain.jobs.job import Job
from bot.ports import JobView, Transaction
from bot.services.durations import usual_seconds
from bot.services.parked import is_stuck


def view_of(tx: Transaction, job: Job) -> JobView:
    parents = tx.jobs.of_ids([job.parent_id] if job.parent_id else [])  # locks no second job
    return JobView(
        job=job,
        pictures=tx.pictures.of_job(job.id),
        submissions=tx.submissions.of_job(job.id),
        now=tx.now,
        expected_seconds=usual_seconds(tx, job.request),
        stuck=is_stuck(tx, job),
        previews=tx.previews.of_job(job.id),
        parent=parents[0] if parents else None,
        is_withdrawn=_is_withdrawn(tx, job),
        is_first=tx.key_values.get(first_key(job)) == job.id,
    )


def _is_withdrawn(tx: Transaction, job: Job) -> bool:
    """Only a job without a status message and a thread can be: others are not looked up."""
    may_be = job.place.thread_ts is None and job.status_ts is None and job.place.is_private is True
    return may_be and tx.key_values.get(withdrawn_key(job)) is not None


def withdrawn_key(job: Job) -> str:
    """Where it is kept that a job was cancelled while it was drawn."""
    return f"withdrawn:{job.id}"


def first_key(job: Job) -> str:
    """Where the id of a person's first delivered job is kept."""
    return f"first:{job.place.team_id}:{job.user_id}"
