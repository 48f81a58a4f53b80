"""Reads which jobs of a workspace run and which wait, and stores when each person's last job began."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Text, and_, bindparam, func, or_, select, update

from bot.domain.jobs.fair_queue import Line, Turn, Waiting
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import TaskKind
from storage.schema.budget_tables import turns
from storage.schema.columns import UtcTime
from storage.schema.tables import RUNNING, jobs, tasks
from storage.schema.upsert import PerEngine
from storage.session import Session

_UNSENT = or_(*(tasks.c.kind == kind for kind in (TaskKind.PREPARE, TaskKind.ANNOUNCE, TaskKind.SUBMIT)))
"""The steps that a job takes before it is sent."""

CLAIM_SECONDS = 10.0
"""A step that was claimed longer ago and has not sent its job is slow or dead: others no longer wait for
it."""

_TEAM = bindparam("of_team", type_=Text)
_ALONE_IN_TEAM = select(func.pg_advisory_xact_lock(func.hashtextextended(_TEAM, 0)))
_NOW = bindparam("now", type_=UtcTime)
RUNNING_IN_TEAM = select(jobs.c.user_id, jobs.c.channel_id).where(RUNNING, jobs.c.team_id == _TEAM)
# A task with an error waits for its due time and not for a turn, so it is left out until then.
_READY = and_(tasks.c.owner.is_(None), or_(tasks.c.error.is_(None), tasks.c.due_at <= _NOW))
_IN_HAND = and_(tasks.c.owner.is_not(None), tasks.c.due_at > bindparam("claimed", type_=UtcTime))
WAITING = (
    select(jobs.c.id, jobs.c.user_id, jobs.c.channel_id, jobs.c.created_at)
    .distinct()
    .join_from(tasks, jobs, jobs.c.id == tasks.c.job_id)
    .where(
        _UNSENT,
        tasks.c.due_at.is_not(None),
        tasks.c.team_id == _TEAM,
        jobs.c.status == Status.QUEUED,
        or_(_READY, _IN_HAND),
    )
    .order_by(jobs.c.created_at, jobs.c.id)
)
_SERVED = select(turns.c.user_id, turns.c.at).where(turns.c.team_id == _TEAM)
_LATEST = select(func.max(turns.c.at, type_=UtcTime)).where(turns.c.team_id == _TEAM)
_OF_USER = select(turns.c.at).where(turns.c.team_id == _TEAM, turns.c.user_id == bindparam("of_user"))
_SERVE = PerEngine.build(
    turns,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["team_id", "user_id"], set_={"at": insert.excluded.at}
    ),
)
_GIVE_BACK = (
    update(turns)
    .where(
        turns.c.team_id == _TEAM,
        turns.c.user_id == bindparam("of_user"),
        turns.c.at == bindparam("given", type_=UtcTime),
    )
    .values(at=bindparam("before", type_=UtcTime))
)


class SqlQueue:
    """The port ``Queue``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def line(self, team_id: str, *, lease_seconds: float) -> Line:
        team = {"of_team": team_id}
        if self._tx.is_postgres and self._tx.writable:
            # Otherwise two units could both count the same free place and take it.
            self._tx.execute(_ALONE_IN_TEAM, team)
        claimed = self._tx.now + timedelta(seconds=lease_seconds - CLAIM_SECONDS)
        waiting = self._tx.execute(WAITING, team | {"now": self._tx.now, "claimed": claimed})
        return Line(
            running=tuple((row.user_id, row.channel_id) for row in self._tx.execute(RUNNING_IN_TEAM, team)),
            waiting=tuple(Waiting(row.id, row.user_id, row.channel_id, row.created_at) for row in waiting),
            served={row.user_id: row.at for row in self._tx.execute(_SERVED, team)},
        )

    def serve(self, team_id: str, user_id: str) -> Turn:
        team = {"of_team": team_id}
        latest: datetime | None = self._tx.execute(_LATEST, team).scalar()
        before: datetime | None = self._tx.execute(_OF_USER, team | {"of_user": user_id}).scalar()
        at = max(self._tx.now, latest + timedelta(microseconds=1)) if latest else self._tx.now
        values = {"team_id": team_id, "user_id": user_id, "at": at}
        self._tx.execute(_SERVE.on(postgres=self._tx.is_postgres), values)
        return Turn(team_id, user_id, at, before)

    def give_back(self, turn: Turn) -> None:
        before = turn.before or datetime.min.replace(tzinfo=turn.at.tzinfo)
        values = {"of_team": turn.team_id, "of_user": turn.user_id, "given": turn.at, "before": before}
        self._tx.execute(_GIVE_BACK, values)
