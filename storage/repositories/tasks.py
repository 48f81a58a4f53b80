"""Stores the work queue: tasks are claimed under a lease with a fence, and finished, put off or parked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, Row, Select, Update, bindparam, case, exists, func, or_, select, update

from bot.domain.jobs.task import UP_TO_THE_CALL, Task, TaskKind
from bot.errors import StaleLease
from storage.schema.columns import UtcTime
from storage.schema.tables import jobs, tasks
from storage.schema.upsert import Insert, PerEngine
from storage.session import Session

_c = tasks.c
_due = bindparam("due", type_=UtcTime)
_now = bindparam("now", type_=UtcTime)
_LEASED = _c.owner.is_not(None)
_AGAIN_BY_DUE = case((or_(_c.again_at.is_(None), _c.again_at > _due), _due), else_=_c.again_at)


def _add(insert: Insert) -> Executable:
    """Add the task, or schedule the one that exists: a leased one runs again after its lease, a waiting one
    at the earlier of both times, a finished or parked one starts afresh."""
    due, ended = insert.excluded.due_at, _c.due_at.is_(None)
    sooner = case((or_(ended, _c.due_at > due), due), else_=_c.due_at)
    again = case((or_(_c.again_at.is_(None), _c.again_at > due), due), else_=_c.again_at)
    return insert.on_conflict_do_update(
        index_elements=["kind", "job_id", "subject"],
        set_={
            "due_at": case((_LEASED, _c.due_at), else_=sooner),
            "again_at": case((_LEASED, again), else_=None),
            "attempts": case((ended, 0), else_=_c.attempts),
            "faults": case((ended, 0), else_=_c.faults),
            "error": case((ended, None), else_=_c.error),
            "parked_at": None,
        },
    )


_ADD = PerEngine.build(tasks, _add)

_CLAIMED = (_c.id, _c.kind, _c.team_id, _c.job_id, _c.subject, _c.fence, _c.attempts, _c.faults, _c.starts)
_STARTED = _c.starts.between(bindparam("least_starts"), bindparam("most_starts"))
_MANY = 1_000_000
_STARTS = {None: (0, _MANY), True: (1, _MANY), False: (0, 0)}
"""The least and the most ``starts``, by whether suspects are claimed."""

DUE = (
    select(*_CLAIMED)
    .where(_c.kind == bindparam("of_kind"), _c.due_at <= _now, _STARTED)
    .order_by(_c.due_at, _c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
FAIR = UP_TO_THE_CALL
"""They are claimed for each person in turn, so that nobody waits behind two
hundred asks of somebody else."""

_FAR = 1000
"""How many due tasks one claim of a ``FAIR`` kind considers, the oldest first."""

_oldest = (
    select(_c.id, _c.team_id, _c.job_id, _c.due_at)
    .where(_c.kind == bindparam("of_kind"), _c.due_at <= _now, _STARTED)
    .order_by(_c.due_at, _c.id)
    .limit(_FAR)
    .subquery()
)
_o = _oldest.c
_round = func.row_number().over(partition_by=(_o.team_id, jobs.c.user_id), order_by=(_o.due_at, _o.id))
_rounds = (
    select(_o.id, _o.due_at, _round.label("round"))
    .join_from(_oldest, jobs, jobs.c.id == _o.job_id, isouter=True)
    .subquery()
)
_firsts = (
    select(_rounds.c.id)
    .order_by(_rounds.c.round, _rounds.c.due_at, _rounds.c.id)
    .limit(bindparam("most"))
    .scalar_subquery()
)
IN_TURN = (
    select(*_CLAIMED)
    .where(_c.id.in_(_firsts), _c.kind == bindparam("of_kind"), _c.due_at <= _now)
    .order_by(_c.due_at, _c.id)
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(tasks)
    .where(_c.id.in_(bindparam("ids", expanding=True)))
    .values(
        fence=_c.fence + 1,
        starts=_c.starts + 1,
        owner=bindparam("new_owner"),
        due_at=bindparam("lease_end", type_=UtcTime),
        # A repeat that is due by now is covered by this run.
        again_at=case((_c.again_at > _now, _c.again_at), else_=None),
    )
)

_OURS = (_c.id == bindparam("task_id"), _c.fence == bindparam("held_fence"), _LEASED)
_KEEP = update(tasks).where(*_OURS).values(due_at=bindparam("lease_end", type_=UtcTime))
_RESCHEDULE = (
    update(tasks)
    .where(*_OURS)
    .values(
        due_at=case((_c.again_at < _due, _c.again_at), else_=_due),
        attempts=bindparam("tried"),
        faults=bindparam("faulty"),
        error=bindparam("reason"),
        owner=None,
        again_at=None,
        starts=0,
    )
)
_FINISH = (
    update(tasks)
    .where(*_OURS)
    .values(due_at=_c.again_at, attempts=0, faults=0, starts=0, error=None, owner=None, again_at=None)
)
_PARK = (
    update(tasks)
    .where(*_OURS)
    .values(due_at=None, parked_at=_now, error=bindparam("reason"), owner=None, again_at=None, starts=0)
)

_WAKE = (
    update(tasks)
    .where(_c.kind == bindparam("of_kind"), _c.job_id == bindparam("of_job"), _c.due_at.is_not(None))
    .values(
        due_at=case((_LEASED, _c.due_at), (_c.due_at > _due, _due), else_=_c.due_at),
        again_at=case((_LEASED, _AGAIN_BY_DUE), else_=None),
    )
)
_HURRY = (
    update(tasks)
    .where(
        _c.team_id == bindparam("of_team"),
        _c.error == bindparam("reason"),
        _c.due_at > _now,
        _c.owner.is_(None),
    )
    .values(due_at=_now)
)
_PARKED = select(tasks).where(_c.parked_at.is_not(None)).order_by(_c.parked_at, _c.id)
_PARKED_OF_JOB = _PARKED.where(_c.job_id == bindparam("of_job"))
_UNPARK = (
    update(tasks)
    .where(_c.job_id == bindparam("of_job"), _c.parked_at.is_not(None))
    .values(due_at=_now, parked_at=None, attempts=0, faults=0, error=None)
)
_UNPARK_ONE = _UNPARK.where(_c.id == bindparam("task_id"))
_CLOSE = (
    update(tasks)
    .where(_c.kind == bindparam("of_kind"), _c.job_id == bindparam("of_job"), _c.subject == bindparam("of"))
    .values(
        due_at=None,
        fence=_c.fence + 1,
        attempts=0,
        faults=0,
        starts=0,
        error=None,
        owner=None,
        again_at=None,
        parked_at=None,
    )
)
_SUSPECTS = select(
    exists().where(_c.kind.in_(bindparam("kinds", expanding=True)), _c.due_at <= _now, _c.starts > 0)
)
_RELEASE = (
    update(tasks)
    .where(_c.due_at.is_not(None), _LEASED, _c.owner != bindparam("living"))
    .values(due_at=case((_c.due_at > _now, _now), else_=_c.due_at), owner=None)
)


@cache
def soonest(kinds: frozenset[TaskKind]) -> Select[Any]:
    """The earliest due time of each kind. One subquery a kind uses the index; a plain MIN over all kinds
    would read every waiting task."""
    return select(
        *(
            select(func.min(_c.due_at)).where(_c.kind == kind, _c.due_at.is_not(None)).scalar_subquery()
            for kind in sorted(kinds)
        )
    )


class SqlTasks:
    """The port ``Tasks``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(
        self, kind: TaskKind, *, team_id: str, job_id: str, subject: str = "", delay: float = 0.0
    ) -> None:
        values = {
            "kind": kind,
            "team_id": team_id,
            "job_id": job_id,
            "subject": subject,
            "due_at": self._in(delay),
            "fence": 0,
            "attempts": 0,
            "faults": 0,
        }
        self._tx.lock_job(job_id)
        self._tx.execute(_ADD.on(postgres=self._tx.is_postgres), values)

    def claim(
        self,
        kind: TaskKind,
        *,
        owner: str,
        limit: int,
        lease_seconds: float,
        suspects: bool | None = None,
    ) -> list[Task]:
        least, most = _STARTS[suspects]
        values = {
            "of_kind": kind, "now": self._tx.now, "most": limit, "least_starts": least, "most_starts": most
        }  # fmt: skip
        rows = self._tx.execute(IN_TURN if kind in FAIR else DUE, values).all()
        if not rows:
            return []
        lease_end = self._in(lease_seconds)
        leases = {
            "ids": [row.id for row in rows],
            "new_owner": owner,
            "lease_end": lease_end,
            "now": self._tx.now,
        }
        self._tx.execute(_LEASE, leases)
        return [_task(row, fence=row.fence + 1, due_at=lease_end) for row in rows]

    def has_suspects(self, kinds: Collection[TaskKind]) -> bool:
        values = {"kinds": sorted(kinds), "now": self._tx.now}
        return bool(self._tx.execute(_SUSPECTS, values).scalar())

    def keep(self, task: Task, *, lease_seconds: float) -> None:
        self._write_leased(_KEEP, task, lease_end=self._in(lease_seconds))

    def reschedule(
        self,
        task: Task,
        *,
        delay: float,
        attempts: int,
        error: str | None = None,
        is_fault: bool = False,
    ) -> None:
        faults = task.faults + is_fault if attempts else 0
        values = {"due": self._in(delay), "tried": attempts, "faulty": faults, "reason": error}
        self._write_leased(_RESCHEDULE, task, **values)

    def finish(self, task: Task) -> None:
        self._write_leased(_FINISH, task)

    def close(self, kind: TaskKind, job_id: str, subject: str) -> None:
        self._tx.lock_job(job_id)
        self._tx.execute(_CLOSE, {"of_kind": kind, "of_job": job_id, "of": subject})

    def park(self, task: Task, error: str) -> None:
        self._write_leased(_PARK, task, now=self._tx.now, reason=error)

    def wake(self, kind: TaskKind, job_id: str, *, delay: float = 0.0) -> None:
        self._tx.lock_job(job_id)
        self._tx.execute(_WAKE, {"of_kind": kind, "of_job": job_id, "due": self._in(delay)})

    def hurry(self, team_id: str, error: str) -> int:
        values = {"of_team": team_id, "reason": error, "now": self._tx.now}
        return self._tx.execute(_HURRY, values).rowcount

    def parked(self, job_id: str | None = None) -> list[tuple[Task, str]]:
        if job_id is None:
            rows = self._tx.execute(_PARKED)
        else:
            rows = self._tx.execute(_PARKED_OF_JOB, {"of_job": job_id})
        return [(_task(row, fence=row.fence, due_at=row.parked_at), row.error or "") for row in rows]

    def unpark(self, job_id: str, *, task_id: int | None = None) -> int:
        self._tx.lock_job(job_id)
        values = {"of_job": job_id, "now": self._tx.now}
        if task_id is None:
            return self._tx.execute(_UNPARK, values).rowcount
        return self._tx.execute(_UNPARK_ONE, values | {"task_id": task_id}).rowcount

    def next_due(self, kinds: Collection[TaskKind]) -> datetime | None:
        if not kinds:
            return None
        row = self._tx.execute(soonest(frozenset(kinds))).one()
        return min((time for time in row if time is not None), default=None)

    def release_leases_of_others(self, owner: str) -> int:
        return self._tx.execute(_RELEASE, {"living": owner, "now": self._tx.now}).rowcount

    def _in(self, seconds: float) -> datetime:
        return self._tx.now + timedelta(seconds=seconds)

    def _write_leased(self, statement: Update, task: Task, **values: Any) -> None:
        self._tx.lock_job(task.job_id)
        values |= {"task_id": task.id, "held_fence": task.fence}
        if self._tx.execute(statement, values).rowcount != 1:
            raise StaleLease(f"{task.kind} task {task.id} is no longer leased under fence {task.fence}")


def _task(row: Row[Any], *, fence: int, due_at: datetime) -> Task:
    return Task(
        id=row.id,
        kind=row.kind,
        team_id=row.team_id,
        job_id=row.job_id,
        subject=row.subject,
        fence=fence,
        attempts=row.attempts,
        faults=row.faults,
        starts=row.starts + 1,
        due_at=due_at,
    )
