"""Stores jobs: one row each, found by id, request key, thread or age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    Text,
    bindparam,
    exists,
    insert,
    literal,
    select,
    tuple_,
    union,
    update,
)

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Job, PictureState, SetMember
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.request import PictureRequest, Size
from storage.schema.columns import ScopeName, UtcTime
from storage.schema.ledger_tables import hold_legs
from storage.schema.tables import jobs, pictures
from storage.session import Session

_INSERT = insert(jobs)
_UPDATE = update(jobs).where(jobs.c.id == bindparam("job_id"))
_BY_ID = select(jobs).where(jobs.c.id == bindparam("job_id"))
_BY_KEY = select(jobs).where(jobs.c.request_key == bindparam("key"))
NEWEST = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
# ``in_thread`` sorts the rows: for an ORDER BY here SQLite, which has no statistics, would read all of the
# team's jobs in order of age.
IN_THREAD = select(jobs).where(
    jobs.c.team_id == bindparam("team_id"),
    jobs.c.channel_id == bindparam("channel_id"),
    jobs.c.thread_ts == bindparam("thread_ts"),
)

COUNTED_IN = (
    select(jobs.c.id)
    .join(hold_legs, hold_legs.c.job_id == jobs.c.id)
    .where(
        hold_legs.c.scope == bindparam("of_scope", type_=ScopeName),
        hold_legs.c.period_key == bindparam("of_period", type_=Text),
    )
    .order_by(jobs.c.created_at, jobs.c.id)
)
# Nothing leads from a person to their jobs but the legs of their holds: each job has one, and keeps it.
OF_PERSON = select(hold_legs.c.job_id).where(hold_legs.c.scope == bindparam("of_scope", type_=ScopeName))
IN_CHANNEL = select(jobs.c.id).where(
    jobs.c.team_id == bindparam("of_team"), jobs.c.channel_id == bindparam("of_channel")
)
_WITH_PICTURES = (
    select(jobs)
    .where(exists().where(pictures.c.job_id == jobs.c.id, pictures.c.state == PictureState.SHARED))
    .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
)
WITH_PICTURES = _WITH_PICTURES.where(jobs.c.id.in_(OF_PERSON))
WITH_PICTURES_HERE = _WITH_PICTURES.where(jobs.c.id.in_(union(OF_PERSON, IN_CHANNEL)))
IN_SET = select(jobs).where(jobs.c.set_id == bindparam("set_id")).order_by(jobs.c.set_position)
OF_IDS = select(jobs).where(jobs.c.id.in_(bindparam("ids", expanding=True)))


class SqlJobs:
    """The port ``Jobs``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, job: Job) -> None:
        self._tx.execute(_INSERT, _values(job))

    def get(self, job_id: str) -> Job | None:
        self._tx.lock_job(job_id)
        return _job_or_none(self._tx.execute(_BY_ID, {"job_id": job_id}).first())

    def by_request_key(self, key: str) -> Job | None:
        return _job_or_none(self._tx.first_of_job(_BY_KEY, {"key": key}, job="id"))

    def save(self, job: Job) -> None:
        values = _values(replace(job, updated_at=self._tx.now))
        for fixed in ("id", "request_key", "created_at"):
            del values[fixed]
        if self._tx.execute(_UPDATE, values | {"job_id": job.id}).rowcount != 1:
            raise self._tx.fail(LookupError(f"no job {job.id}"))

    def newest(
        self,
        *,
        limit: int | None = 100,
        status: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
        before: Job | None = None,
    ) -> list[Job]:
        statement = NEWEST.limit(limit)
        if before is not None:
            statement = _after(statement, before)
        if status is not None:
            statement = statement.where(jobs.c.status == status)
        if team_id is not None:
            statement = statement.where(jobs.c.team_id == team_id)
        if user_id is not None:
            statement = statement.where(jobs.c.user_id == user_id)
        return [_job(row) for row in self._tx.execute(statement)]

    def with_pictures(
        self,
        team_id: str,
        user_id: str,
        *,
        channel_id: str | None,
        before: Job | None = None,
        limit: int,
    ) -> list[Job]:
        values: dict[str, Any] = {"of_scope": Scope(ScopeKind.USER, team_id, user_id)}
        statement = WITH_PICTURES.limit(limit)
        if channel_id is not None:
            statement = WITH_PICTURES_HERE.limit(limit)
            values |= {"of_team": team_id, "of_channel": channel_id}
        if before is not None:
            statement = _after(statement, before)
        return [_job(row) for row in self._tx.execute(statement, values)]

    def in_thread(self, place: Place) -> list[Job]:
        if place.thread_ts is None:
            return []
        values = {
            "team_id": place.team_id,
            "channel_id": place.channel_id,
            "thread_ts": place.thread_ts,
        }
        found = [_job(row) for row in self._tx.execute(IN_THREAD, values)]
        return sorted(found, key=lambda job: (job.created_at, job.id))

    def in_set(self, set_id: str) -> list[Job]:
        return [_job(row) for row in self._tx.execute(IN_SET, {"set_id": set_id})]

    def counted_in(self, scope: Scope, period_key: str) -> list[str]:
        rows = self._tx.execute(COUNTED_IN, {"of_scope": scope, "of_period": period_key})
        return [str(row.id) for row in rows]

    def of_ids(self, ids: Sequence[str]) -> list[Job]:
        found = {row.id: _job(row) for row in self._tx.execute(OF_IDS, {"ids": list(ids)})}
        return [found[ident] for ident in ids if ident in found]


def _after(statement: Select[Any], job: Job) -> Select[Any]:
    """The same, newest first, from the one after ``job`` on."""
    edge = tuple_(literal(job.created_at, UtcTime), literal(job.id))
    return statement.where(tuple_(jobs.c.created_at, jobs.c.id) < edge)


def _values(job: Job) -> dict[str, Any]:
    request, failure = job.request, job.failure
    return {
        "id": job.id,
        "request_key": job.request_key,
        "team_id": job.place.team_id,
        "channel_id": job.place.channel_id,
        "thread_ts": job.place.thread_ts,
        "is_private": job.place.is_private,
        "user_id": job.user_id,
        "kind": request.kind,
        "prompt": request.prompt,
        "width": request.size and request.size.width,
        "height": request.size and request.size.height,
        "quality": request.quality,
        "format": request.format,
        "n": request.n,
        "sources": request.sources,
        "has_mask": request.has_mask,
        "manner": request.manner,
        "status": job.status,
        "delivery": job.delivery,
        "estimate_micros": job.estimate,
        "price_version": job.price_version,
        "cost_micros": job.cost,
        "cost_is_estimate": job.cost_is_estimate,
        "problem": failure and failure.problem,
        "problem_detail": failure and failure.detail,
        "parent_id": job.parent_id,
        "parent_picture": job.parent_picture,
        **_set_values(job.member),
        "ask_ts": job.ask_ts,
        "status_ts": job.status_ts,
        "result_ts": job.result_ts,
        "result_has_blocks": job.result_has_blocks,
        "reply_url": job.reply_url,
        "notes": job.notes,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "announce_intent_at": job.announce_intent_at,
        "share_intent_at": job.share_intent_at,
        "shown": job.shown,
        "shown_at": job.shown_at,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def _set_values(member: SetMember | None) -> dict[str, Any]:
    return {
        "set_id": member and member.set_id,
        "set_position": member and member.position,
        "set_size": member and member.size,
        "set_label": member and member.label,
        "set_words": member and member.words,
    }


def _member(row: Row[Any]) -> SetMember | None:
    if row.set_id is None:
        return None
    return SetMember(row.set_id, row.set_position, row.set_size, row.set_label, row.set_words)


def _job_or_none(row: Row[Any] | None) -> Job | None:
    return None if row is None else _job(row)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        request_key=row.request_key,
        place=Place(row.team_id, row.channel_id, row.thread_ts, row.is_private),
        user_id=row.user_id,
        request=_request(row),
        status=row.status,
        delivery=row.delivery,
        estimate=row.estimate_micros,
        price_version=row.price_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        cost=row.cost_micros,
        cost_is_estimate=row.cost_is_estimate,
        failure=failure_of(row),
        parent_id=row.parent_id,
        parent_picture=row.parent_picture,
        member=_member(row),
        ask_ts=row.ask_ts,
        status_ts=row.status_ts,
        result_ts=row.result_ts,
        result_has_blocks=row.result_has_blocks,
        reply_url=row.reply_url,
        notes=row.notes,
        started_at=row.started_at,
        finished_at=row.finished_at,
        announce_intent_at=row.announce_intent_at,
        share_intent_at=row.share_intent_at,
        shown=row.shown,
        shown_at=row.shown_at,
    )


def _request(row: Row[Any]) -> PictureRequest:
    return PictureRequest(
        kind=row.kind,
        prompt=row.prompt,
        size=None if row.width is None else Size(row.width, row.height),
        quality=row.quality,
        format=row.format,
        n=row.n,
        sources=row.sources,
        has_mask=row.has_mask,
        manner=row.manner,
    )


def failure_of(row: Row[Any]) -> Failure | None:
    """The failure that jobs, submissions and pictures keep in the same two columns."""
    return None if row.problem is None else Failure(row.problem, row.problem_detail or "")
