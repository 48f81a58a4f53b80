"""A job with all that is shown of it, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.jobs.combined import as_one, calls_of
from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import Preview
from bot.ports import JobView, Transaction
from bot.services.durations import usual_seconds
from bot.services.job_sets import set_of
from bot.services.parked import is_stuck


def view_of(tx: Transaction, job: Job) -> JobView:
    """The job alone, also one of a set."""
    return JobView(
        job=job,
        pictures=tx.pictures.of_job(job.id),
        submissions=tx.submissions.of_job(job.id),
        now=tx.now,
        expected_seconds=usual_seconds(tx, job.request),
        stuck=is_stuck(tx, job),
        previews=_previews(tx, job),
        parent=_parent(tx, job),
        is_first=_is_first(tx, job),
        is_withdrawn=_is_withdrawn(tx, job),
    )


def shown_view(tx: Transaction, job: Job) -> JobView:
    """The job as its message shows it: one of a set with the whole set, as one job (``as_one``)."""
    if job.member is None:
        return view_of(tx, job)
    jobs = set_of(tx, job)
    calls = [call for one in jobs for call in calls_of(one, tx.submissions.of_job(one.id))]
    whole = as_one(jobs, calls)
    return JobView(
        job=whole,
        pictures=[picture for one in jobs for picture in tx.pictures.of_job(one.id)],
        submissions=calls,
        now=tx.now,
        expected_seconds=usual_seconds(tx, jobs[0].request),
        stuck=any(is_stuck(tx, one) for one in jobs),
        previews=tx.previews.of_job(whole.id),
        parent=_parent(tx, whole),
        is_first=_is_first(tx, whole),
        is_withdrawn=_is_withdrawn(tx, whole),
        members=tuple(jobs),
    )


def whole_of(tx: Transaction, job: Job) -> Job:
    """The job as its message shows it: one of a set as the whole set. Never to be saved."""
    return shown_view(tx, job).job if job.member is not None else tx.jobs.of_ids([job.id])[0]


def _previews(tx: Transaction, job: Job) -> Sequence[Preview]:
    """What stands for the job's pictures. The first of a set keeps it for all of them, by their numbers in
    the set."""
    kept = tx.previews.of_job(job.shown_by)
    if job.member is None or job.leads_set:
        return kept
    own = range(job.before + 1, job.before + job.request.n + 1)
    return [replace(preview, number=preview.number - job.before) for preview in kept if preview.number in own]


def _parent(tx: Transaction, job: Job) -> Job | None:
    parents = tx.jobs.of_ids([job.parent_id] if job.parent_id else [])  # locks no second job
    return parents[0] if parents else None


def _is_first(tx: Transaction, job: Job) -> bool:
    return tx.key_values.get(first_key(job)) == job.id


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
