"""What is known about whether a submission is charged, and what that allows to do with its job."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.jobs.job import Job, Status, Submission, SubmissionState
from bot.domain.problem import Problem

_UNCLEAR_CHARGE = frozenset({Problem.NO_PICTURE})
"""Failures for which the provider has not said whether it charges."""

_SETTLED_IN_DOUBT = frozenset({Problem.OUTCOME_UNKNOWN, Problem.TIMED_OUT})

_NOT_UNDER_WAY = frozenset({SubmissionState.PLANNED, SubmissionState.FAILED, SubmissionState.CANCELLED})


def is_doubtful(submission: Submission) -> bool:
    """Whether it is still unknown if the provider charges for this submission."""
    if submission.state in {SubmissionState.UNKNOWN, SubmissionState.TIMED_OUT}:
        return True
    return submission.failure is not None and submission.failure.problem in _UNCLEAR_CHARGE


def was_settled_unknown(submission: Submission) -> bool:
    """Whether this submission stayed unknown for a day and was settled at the estimate."""
    failure = submission.failure
    return (
        submission.state is SubmissionState.FAILED
        and failure is not None
        and failure.problem in _SETTLED_IN_DOUBT
    )


def may_be_called_off(job: Job, submissions: Sequence[Submission]) -> bool:
    """Whether the job has not ended, and nothing that was sent for it is under way, charged or in doubt: it
    was not sent at all, or what was sent has failed without a charge. Who acts on it reads both in the
    transaction that acts."""
    is_between_orders = job.status is Status.RUNNING and bool(submissions)
    return (job.status is Status.QUEUED or is_between_orders) and all(map(_is_free, submissions))


def _is_free(submission: Submission) -> bool:
    is_over = submission.state in _NOT_UNDER_WAY
    return is_over and not is_doubtful(submission) and not was_settled_unknown(submission)


def waits_for_sources(submissions: Sequence[Submission]) -> bool:
    """Whether all that goes on is the wait to order again what failed for want of its sources."""
    open_ones = [s for s in submissions if not s.state.is_final]
    is_waiting = all(s.state is SubmissionState.PLANNED for s in open_ones)
    return is_waiting and any(s.reorders for s in open_ones)
