"""Fills a period that was opened late with what the ledger says was admitted within it before."""

from __future__ import annotations

from sqlalchemy import Text, bindparam, func, insert, or_, select, update

from bot.domain.budget.ledger import HoldState
from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from storage.schema.columns import Micros, ScopeName, UtcTime
from storage.schema.ledger_tables import hold_legs, holds, ledger_entries, scope_periods
from storage.session import Session

_p, _l, _e = scope_periods.c, hold_legs.c, ledger_entries.c
_scope = bindparam("of_scope", type_=ScopeName)
_key = bindparam("new_period", type_=Text)
_start, _end = bindparam("start", type_=UtcTime), bindparam("end", type_=UtcTime)

_MONTHS = (
    select(_p.period_key)
    .where(_p.scope == _scope, _p.per == Window.MONTH, _p.start_utc < _end, _p.end_utc > _start)
    .scalar_subquery()
)
_COUNTED = (
    select(holds.c.job_id)
    .join(hold_legs, hold_legs.c.job_id == holds.c.job_id)
    .where(
        _l.scope == _scope,
        _l.period_key.in_(_MONTHS),
        holds.c.created_at >= _start,
        holds.c.created_at < _end,
    )
)
"""Jobs that were admitted within the new period. They are found by month, as every scope is counted by
month."""

_LOCK = (
    _COUNTED.where(holds.c.state.in_([HoldState.HELD, HoldState.DISPATCHED, HoldState.UNKNOWN]))
    .order_by(holds.c.job_id)
    .with_for_update(of=holds)
)
_COPY_LEGS = insert(hold_legs).from_select(
    ["job_id", "scope", "period_key"],
    select(_l.job_id, _l.scope, _key).where(
        _l.scope == _scope, _l.period_key.in_(_MONTHS), _l.job_id.in_(_COUNTED)
    ),
)
_COPIED = (
    _e.job_id, _e.kind, _e.scope, _e.held_micros, _e.spent_micros, _e.actor, _e.reason, _e.at, _e.part
)  # fmt: skip
_COPY_ENTRIES = insert(ledger_entries).from_select(
    [*(column.name for column in _COPIED), "period_key"],
    select(*_COPIED, _key)
    .where(_e.scope == _scope, _e.period_key.in_(_MONTHS), _e.job_id.in_(_COUNTED))
    .order_by(_e.id),
)
_COPY_CORRECTIONS = insert(ledger_entries).from_select(
    [*(column.name for column in _COPIED), "period_key"],
    select(*_COPIED, _key)
    .where(_e.scope == _scope, _e.period_key.in_(_MONTHS), _e.job_id.is_(None), _e.at >= _start, _e.at < _end)
    .order_by(_e.id),
)


def _sum(column: str) -> object:
    """The sum of ``column`` over the new period's lines. Those are found by job, as there is an index for
    that; a correction may have no job."""
    amount = ledger_entries.c[column]
    jobs = select(_l.job_id).where(_l.scope == _scope, _l.period_key == _key)
    return (
        select(func.coalesce(func.sum(amount, type_=Micros), 0))
        .where(
            _e.scope == _scope,
            _e.period_key == _key,
            or_(_e.job_id.in_(jobs), _e.job_id.is_(None)),
        )
        .scalar_subquery()
    )


_COUNT = (
    update(scope_periods)
    .where(_p.scope == _scope, _p.period_key == _key)
    .values(held_micros=_sum("held_micros"), spent_micros=_sum("spent_micros"))
)


def backfill(tx: Session, scope: Scope, period: Period) -> None:
    """Count in a period that was just opened what was admitted in it before (budgets reference 1.8). Not safe
    to repeat: call it once a period.

    The ledger's lines are copied, so that the audit replays the new period like any other. On PostgreSQL
    live holds are locked first, so that one which is being settled is waited for.
    """
    values = {"of_scope": scope, "new_period": period.key, "start": period.start, "end": period.end}
    if tx.is_postgres:
        tx.execute(_LOCK, values).all()
    for statement in (_COPY_LEGS, _COPY_ENTRIES, _COPY_CORRECTIONS, _COUNT):
        tx.execute(statement, values)
