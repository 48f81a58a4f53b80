"""What a workspace's week came to, and whether the counters still follow from the ledger: sums made by the
database, however long the ledger is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from bot.domain.budget import HoldState, Scope
from bot.domain.digest import Week
from bot.domain.job import Status
from bot.domain.money import Money
from bot.domain.periods import Window
from storage.columns import ScopeName, UtcTime
from storage.tables import hold_legs, holds, jobs, ledger_entries, scope_periods
from storage.windows import KEY_LENGTHS

if TYPE_CHECKING:
    from storage.transaction import SqlTransaction

_e, _p, _j = ledger_entries.c, scope_periods.c, jobs.c
_team = bindparam("of_team", type_=Text)
_within = (bindparam("since", type_=UtcTime), bindparam("until", type_=UtcTime))
_IS_MONTH = func.length(_e.period_key) == KEY_LENGTHS[Window.MONTH]
_LIVE = [state for state in HoldState if not state.is_final]
_name = type_coerce(_e.scope, Text)


def _micros(column: ColumnElement[Money]) -> ColumnElement[int]:
    return func.coalesce(func.sum(type_coerce(column, BigInteger)), 0)


_SPENT = (
    select(_e.scope, _micros(_e.spent_micros).label("spent"))
    .where(
        _IS_MONTH,  # every scope is counted by month; days and weeks would count twice
        _e.at >= _within[0],
        _e.at < _within[1],
        or_(
            _name == literal("workspace:") + _team,
            _name.startswith(literal("channel:") + _team + literal("/")),
            _name.startswith(literal("user:") + _team + literal("/")),
        ),
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
    .join_from(holds, hold_legs, hold_legs.c.job_id == holds.c.job_id)
    .where(
        hold_legs.c.scope == bindparam("workspace", type_=ScopeName),
        func.length(hold_legs.c.period_key) == KEY_LENGTHS[Window.MONTH],
        holds.c.state.in_(_LIVE),
    )
)
_BY_JOB = (
    select(_e.job_id, _micros(_e.spent_micros).label("spent"))
    .where(
        _e.scope == bindparam("of_scope", type_=ScopeName),
        _e.period_key == bindparam("of_period", type_=Text),
        _e.job_id.is_not(None),
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


def week_of(tx: SqlTransaction, team_id: str, since: datetime, until: datetime) -> Week:
    """See the port ``Budget``."""
    values = {"of_team": team_id, "since": since, "until": until}
    spent = {row.scope: Money(int(row.spent)) for row in tx.execute(_SPENT, values)}
    ended = tx.execute(_ENDED, values).one()
    live = tx.execute(_OPEN, {"workspace": Scope("workspace", team_id)}).one()
    return Week(spent, ended.paid, ended.failed, live.open, Money(int(live.held)))


def spent_by_job(tx: SqlTransaction, scope: Scope, period_key: str) -> dict[str, Money]:
    """See the port ``Budget``."""
    rows = tx.execute(_BY_JOB, {"of_scope": scope, "of_period": period_key})
    return {row.job_id: Money(int(row.spent)) for row in rows}


def drifted(tx: SqlTransaction) -> list[tuple[Scope, str]]:
    """See the port ``Budget``."""
    return [(row.scope, row.period_key) for row in tx.execute(_DRIFT)]
