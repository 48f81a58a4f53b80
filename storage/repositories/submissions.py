"""Stores submissions: one row a paid call of a job."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.jobs.job import Submission
from storage.repositories.jobs import failure_of
from storage.schema.tables import submissions
from storage.session import Session

_INSERT = insert(submissions)
_UPDATE = update(submissions).where(submissions.c.id == bindparam("submission_id"))
_BY_ID = select(submissions).where(submissions.c.id == bindparam("submission_id"))
_ALL = select(submissions).order_by(submissions.c.job_id, submissions.c.ordinal)
_OF_JOB = (
    select(submissions).where(submissions.c.job_id == bindparam("of_job")).order_by(submissions.c.ordinal)
)


class SqlSubmissions:
    """The port ``Submissions``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, submission: Submission) -> None:
        self._tx.execute(_INSERT, _values(submission) | {"id": submission.id})

    def all(self) -> list[Submission]:
        return [submission_of(row) for row in self._tx.execute(_ALL)]

    def get(self, submission_id: str) -> Submission | None:
        row = self._tx.first_of_job(_BY_ID, {"submission_id": submission_id}, job="job_id")
        return None if row is None else submission_of(row)

    def of_job(self, job_id: str) -> list[Submission]:
        self._tx.lock_job(job_id)
        return [submission_of(row) for row in self._tx.execute(_OF_JOB, {"of_job": job_id})]

    def save(self, submission: Submission) -> None:
        values = _values(submission) | {"submission_id": submission.id}
        if self._tx.execute(_UPDATE, values).rowcount != 1:
            raise self._tx.fail(LookupError(f"no submission {submission.id}"))


def _values(submission: Submission) -> dict[str, Any]:
    failure = submission.failure
    return {
        "job_id": submission.job_id,
        "ordinal": submission.ordinal,
        "n": submission.n,
        "state": submission.state,
        "dialect": submission.dialect,
        "provider_task_id": submission.provider_task_id,
        "amount_micros": submission.amount,
        "problem": failure and failure.problem,
        "problem_detail": failure and failure.detail,
        "polls": submission.polls,
        "reorders": submission.reorders,
        "intent_at": submission.intent_at,
        "submitted_at": submission.submitted_at,
        "first_processing_at": submission.first_processing_at,
        "last_pending_poll_at": submission.last_pending_poll_at,
        "done_seen_at": submission.done_seen_at,
    }


def submission_of(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        job_id=row.job_id,
        ordinal=row.ordinal,
        n=row.n,
        state=row.state,
        dialect=row.dialect,
        provider_task_id=row.provider_task_id,
        amount=row.amount_micros,
        failure=failure_of(row),
        polls=row.polls,
        reorders=row.reorders,
        intent_at=row.intent_at,
        submitted_at=row.submitted_at,
        first_processing_at=row.first_processing_at,
        last_pending_poll_at=row.last_pending_poll_at,
        done_seen_at=row.done_seen_at,
    )
