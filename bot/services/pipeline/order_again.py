"""Orders an edit again whose sources the provider could not fetch, as our own server may have been away."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.jobs.job import Submission, SubmissionState
from bot.domain.jobs.polling import pace_of
from bot.domain.jobs.task import TaskKind
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind
from bot.ports import Transaction

_log = structlog.get_logger(__name__)

PAUSES_SECONDS = (10.0, 120.0)
"""How long each order after the first waits for our server to be back; there are as many as pauses."""


def order_again(tx: Transaction, submission: Submission, failure: Failure, *, poll_floor: float) -> bool:
    """Plan the paid call of ``submission`` anew, if it was refused or has failed for want of its sources.

    Nothing was charged for it (provider reference 4 and 6), and its hold stays. To be called once a failure,
    in the transaction that would else record it; the caller then finishes its own task and concludes. Returns
    False, and changes nothing, for another failure, for what is no edit, for a task that was given up as
    timed out, and when it was ordered again as often as there are pauses. A ``poll_floor`` below the default
    shortens the pauses as it does all waits.
    """
    job = tx.jobs.get(submission.job_id)
    assert job is not None
    times = submission.reorders
    is_late = submission.state is SubmissionState.TIMED_OUT
    if failure.problem is not Problem.SOURCE_UNREACHABLE or job.request.kind is not Kind.EDIT or is_late:
        return False
    if times >= len(PAUSES_SECONDS):
        return False
    _log.warning("source_not_fetched", job=job.id, ordered_again=times + 1, detail=failure.detail)
    tx.submissions.save(_anew(submission))
    tx.tasks.add(
        TaskKind.SUBMIT,
        team_id=job.place.team_id,
        job_id=job.id,
        subject=submission.id,
        delay=PAUSES_SECONDS[times] * pace_of(poll_floor),
    )
    return True


def _anew(submission: Submission) -> Submission:
    """As it was planned, but for the price that its hold has by now."""
    return replace(
        submission,
        state=SubmissionState.PLANNED,
        reorders=submission.reorders + 1,
        dialect=None,
        provider_task_id=None,
        failure=None,
        polls=0,
        intent_at=None,
        submitted_at=None,
        first_processing_at=None,
        last_pending_poll_at=None,
        done_seen_at=None,
    )
