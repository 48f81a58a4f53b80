"""Sums over the ledger, made by the database because the ledger may be long: a workspace's week, each job's
cost, and whether the counters still follow from the lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
)

from bot.domain.budget.ledger import HoldState
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.weekly_digest import Week
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from storage.schema.columns import ScopeName, UtcTime
from storage.schema.ledger_tables import hold_legs, holds, ledger_entries, scope_periods
from storage.schema.tables import jobs
from storage.session import Session

_e, _p, _j, _l = ledger_entries.c, scope_periods.c, jobs.c, hold_legs.c
_team = bindparam("of_team", type_=Text)
_within = (bindparam("since", type_=UtcTime), bindparam("until", type_=UtcTime))
_LIVE = [state for state in HoldState if not state.is_final]


def _micros(column: ColumnElement[Money]) -> ColumnElement[int]:
    return func.coalesce(func.sum(type_coerce(column, BigInteger)), 0)


_SPENT = (
    select(_e.scope, _micros(_e.spent_micros).label("spent"))
    .join_from(ledger_entries, scope_periods, and_(_p.scope == _e.scope, _p.period_key == _e.period_key))
    .where(
        _p.team_id == _team,
        _p.per == Window.MONTH,  # every scope is counted by month; other windows would count again
        _e.at >= _within[0],
        _e.at < _within[1],
    )
    .group_by(_e.scope)
)
_ENDED = (
    select(
        func.count().filter(type_coerce(_j.cost_micros, BigInteger) > 0).label("paid"),
        func.count().filter(_j.status == Status.FAILED).label("failed"),
    )
    .where(_j.team_id == _team, _j.finished_at >= _within[0], _j.finished_at < _within[1])
)  # fmt: skip
_OPEN = (
    select(func.count().label("open"), _micros(holds.c.estimate_micros).label("held"))
    .join_from(holds, hold_legs, _l.job_id == holds.c.job_id)
    .join(scope_periods, and_(_p.scope == _l.scope, _p.period_key == _l.period_key))
    .where(
        _l.scope == bindparam("workspace", type_=ScopeName),
        _p.per == Window.MONTH,
        holds.c.state.in_(_LIVE),
    )
)
_BY_JOB = (
    select(_e.job_id, _micros(_e.spent_micros).label("spent"))
    .where(
        _e.scope == bindparam("of_scope", type_=ScopeName),
        _e.period_key == bindparam("of_period", type_=Text),
        _e.job_id.in_(bindparam("of_jobs", expanding=True)),
    )
    .group_by(_e.job_id)
)
_SUMS = (
    select(
        _e.scope,
        _e.period_key,
        _micros(_e.held_micros).label("held"),
        _micros(_e.spent_micros).label("spent"),
    )
    .group_by(_e.scope, _e.period_key)
    .subquery()
)
_DRIFT = (
    select(_p.scope, _p.period_key)
    .outerjoin(_SUMS, and_(_SUMS.c.scope == _p.scope, _SUMS.c.period_key == _p.period_key))
    .where(
        or_(
            type_coerce(_p.held_micros, BigInteger) != func.coalesce(_SUMS.c.held, 0),
            type_coerce(_p.spent_micros, BigInteger) != func.coalesce(_SUMS.c.spent, 0),
        )
    )
    .order_by(_p.scope, _p.period_key)
)
_scope, _key = bindparam("of_scope", type_=ScopeName), bindparam("of_period", type_=Text)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)
_quarter = type_coerce(_e.at, BigInteger) // (_QUARTER // timedelta(microseconds=1))
_spent = type_coerce(_e.spent_micros, BigInteger)
_SPENDING = (
    select(_quarter.label("quarter"), func.sum(_spent).label("spent"))
    .where(
        # Found through the legs, which have an index by scope and period.
        _e.job_id.in_(select(_l.job_id).where(_l.scope == _scope, _l.period_key == _key)),
        _e.scope == _scope,
        _e.period_key == _key,
        _spent != 0,
    )
    .group_by(_quarter)
    .order_by(_quarter)
)


def week_of(tx: Session, team_id: str, since: datetime, until: datetime) -> Week:
    """See the port ``Ledger``."""
    values = {"of_team": team_id, "since": since, "until": until}
    spent = {row.scope: Money(int(row.spent)) for row in tx.execute(_SPENT, values)}
    ended = tx.execute(_ENDED, values).one()
    live = tx.execute(_OPEN, {"workspace": Scope(ScopeKind.WORKSPACE, team_id)}).one()
    return Week(spent, ended.paid, ended.failed, live.open, Money(int(live.held)))


def spent_by_job(tx: Session, scope: Scope, period_key: str, job_ids: Sequence[str]) -> dict[str, Money]:
    """See the port ``Ledger``."""
    rows = tx.execute(_BY_JOB, {"of_scope": scope, "of_period": period_key, "of_jobs": list(job_ids)})
    return {row.job_id: Money(int(row.spent)) for row in rows}


def drifted(tx: Session) -> list[tuple[Scope, str]]:
    """See the port ``Ledger``."""
    return [(row.scope, row.period_key) for row in tx.execute(_DRIFT)]


def spending_of(tx: Session, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
    """See the port ``Ledger``."""
    rows = tx.execute(_SPENDING, {"of_scope": scope, "of_period": period_key})
    return [(_EPOCH + int(row.quarter) * _QUARTER, Money(int(row.spent))) for row in rows]
