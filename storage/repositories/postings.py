"""Stores postings: the messages that show a picture of a job once more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.jobs.shown import Posting
from bot.domain.place import Place
from storage.schema.tables import postings
from storage.session import Session

_p = postings.c
_INSERT = insert(postings)
_UPDATE = update(postings).where(_p.id == bindparam("posting_id"))
_BY_ID = select(postings).where(_p.id == bindparam("posting_id"))
_OF_JOB = select(postings).where(_p.job_id == bindparam("of_job")).order_by(_p.created_at, _p.id)
_IN_THREAD = (
    select(postings)
    .where(
        _p.team_id == bindparam("of_team"),
        _p.channel_id == bindparam("of_channel"),
        _p.thread_ts == bindparam("of_thread"),
    )
    .order_by(_p.created_at, _p.id)
)


class SqlPostings:
    """The port ``Postings``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, posting: Posting) -> None:
        self._tx.execute(_INSERT, _values(posting) | {"id": posting.id})

    def get(self, posting_id: str) -> Posting | None:
        row = self._tx.first_of_job(_BY_ID, {"posting_id": posting_id}, job="job_id")
        return None if row is None else _posting(row)

    def of_job(self, job_id: str) -> list[Posting]:
        self._tx.lock_job(job_id)
        return [_posting(row) for row in self._tx.execute(_OF_JOB, {"of_job": job_id})]

    def in_thread(self, place: Place) -> list[Posting]:
        where = {"of_team": place.team_id, "of_channel": place.channel_id, "of_thread": place.thread_ts}
        return [_posting(row) for row in self._tx.execute(_IN_THREAD, where)]

    def save(self, posting: Posting) -> None:
        values = _values(posting) | {"posting_id": posting.id}
        if self._tx.execute(_UPDATE, values).rowcount != 1:
            raise self._tx.fail(LookupError(f"no posting {posting.id}"))


def _values(posting: Posting) -> dict[str, Any]:
    return {
        "kind": posting.kind,
        "job_id": posting.job_id,
        "number": posting.number,
        "team_id": posting.place.team_id,
        "channel_id": posting.place.channel_id,
        "thread_ts": posting.place.thread_ts,
        "is_private": posting.place.is_private,
        "user_id": posting.user_id,
        "created_at": posting.created_at,
        "ts": posting.ts,
        "line": posting.line,
        "intent_at": posting.intent_at,
    }


def _posting(row: Row[Any]) -> Posting:
    return Posting(
        id=row.id,
        kind=row.kind,
        job_id=row.job_id,
        number=row.number,
        place=Place(row.team_id, row.channel_id, row.thread_ts, row.is_private),
        user_id=row.user_id,
        created_at=row.created_at,
        ts=row.ts,
        line=row.line,
        intent_at=row.intent_at,
    )
