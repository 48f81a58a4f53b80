"""What several paid calls, or the several jobs of a set, add up to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.jobs.job import ORDINALS, Job, Status, Submission, SubmissionState
from bot.domain.money import Money
from bot.domain.problem import Failure

CALLS = ORDINALS
"""The ordinals of a set's submissions are told apart by this many for each job, so that all pictures of a set
have an order."""

_UNPLANNED = {
    Status.FAILED: SubmissionState.FAILED,
    Status.CANCELLED: SubmissionState.CANCELLED,
}


def first_ordinal(job: Job) -> int:
    """The ordinal of a job's first submission."""
    return CALLS * (job.member.position - 1) if job.member is not None else 0


def status_of(submissions: Sequence[Submission]) -> Status:
    """A job's status by its submissions: one in progress decides before one whose outcome is unknown, and
    that one before those that ended. When all have ended, one success makes the job succeeded. A job that is
    ordered again goes on running meanwhile."""
    states = {s.state for s in submissions}
    if states == {SubmissionState.PLANNED}:
        return Status.RUNNING if any(s.reorders for s in submissions) else Status.QUEUED
    if SubmissionState.RUNNING in states:
        return Status.RUNNING
    if SubmissionState.SUBMITTING in states:
        return Status.SUBMITTING
    for state, status in (
        (SubmissionState.PLANNED, Status.RUNNING),
        (SubmissionState.UNKNOWN, Status.UNKNOWN),
        (SubmissionState.TIMED_OUT, Status.TIMED_OUT),
        (SubmissionState.SUCCEEDED, Status.SUCCEEDED),
        (SubmissionState.FAILED, Status.FAILED),
    ):
        if state in states:
            return status
    return Status.CANCELLED


def worst(submissions: Sequence[Submission]) -> Failure | None:
    """The failure that the asker is told: that of the first submission that has one."""
    return next((s.failure for s in submissions if s.failure is not None), None)


def calls_of(job: Job, submissions: Sequence[Submission]) -> Sequence[Submission]:
    """The job's submissions; one that stands for all of them while they are not planned, or never were."""
    if submissions:
        return submissions
    state = _UNPLANNED.get(job.status, SubmissionState.PLANNED)
    stand_in = Submission(
        id=f"{job.id}-", job_id=job.id, ordinal=first_ordinal(job), n=job.request.n, state=state
    )
    return [replace(stand_in, failure=job.failure)]


def as_one(jobs: Sequence[Job], submissions: Sequence[Submission]) -> Job:
    """The jobs of a set as one, as its message shows them: the first of them with all words, pictures and
    money; while some are in doubt and the rest has ended, the estimate is what those hold. ``submissions``
    are ``calls_of`` each. Never to be saved."""
    first = jobs[0]
    assert first.member is not None
    costs = [job.cost for job in jobs if job.cost is not None]
    began = [job.started_at for job in jobs if job.started_at is not None]
    ended = [job.finished_at for job in jobs if job.finished_at is not None]
    is_over = len(ended) == len(jobs)
    size = first.request.size if all(job.request.size == first.request.size for job in jobs) else None
    count = sum(job.request.n for job in jobs)
    status = status_of(submissions)
    open_ones = [job for job in jobs if job.cost is None]
    priced = open_ones if status in {Status.UNKNOWN, Status.TIMED_OUT} else jobs
    return replace(
        first,
        request=replace(first.request, prompt=first.member.words, size=size, n=count),
        status=status,
        estimate=sum((job.estimate for job in priced), Money.zero()),
        cost=sum(costs, Money.zero()) if len(costs) == len(jobs) else None,
        cost_is_estimate=any(job.cost_is_estimate for job in jobs),
        failure=worst(submissions) or first.failure,
        started_at=min(began, default=None),
        finished_at=max(ended) if is_over else None,
    )
