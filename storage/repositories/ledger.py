"""Stores holds, the ledger's lines and the counters. A held or spent counter changes only with a new line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, type_coerce, update

from bot.domain.budget.ledger import Entry, Hold, HoldState, ScopePeriod
from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from bot.domain.budget.weekly_digest import Week
from bot.domain.money import Money
from storage.errors import Violation
from storage.repositories.backfill import backfill
from storage.repositories.ledger_rows import entry_of, hold_of, period_of
from storage.repositories.ledger_sums import drifted, spending_of, spent_by_job, week_of
from storage.schema.columns import Micros, ScopeName, Word
from storage.schema.ledger_tables import hold_legs, holds, ledger_entries, scope_periods
from storage.schema.upsert import PerEngine
from storage.session import Session

_p = scope_periods.c
_OF_PERIOD = (
    _p.scope == bindparam("of_scope", type_=ScopeName),
    _p.period_key == bindparam("of_period"),
)
_more_held = bindparam("more_held", type_=Micros)
_more_spent = bindparam("more_spent", type_=Micros)

_PERIOD = select(scope_periods).where(*_OF_PERIOD)
NEWEST = (
    select(scope_periods)
    .where(_OF_PERIOD[0], _p.per == bindparam("of_window", type_=Word(Window)))
    .order_by(_p.start_utc.desc())
    .limit(1)
)
_SET_LIMIT = update(scope_periods).where(*_OF_PERIOD)
_PERIODS = select(scope_periods).order_by(_p.scope, _p.period_key)
_OPEN = PerEngine.build(
    scope_periods,
    lambda insert: insert.on_conflict_do_nothing().returning(scope_periods.c.scope),
)
_APPLY = (
    update(scope_periods)
    .where(*_OF_PERIOD)
    .values(held_micros=_p.held_micros + _more_held, spent_micros=_p.spent_micros + _more_spent)
)
_APPLY_IF_IT_FITS = _APPLY.where(
    or_(
        _p.limit_micros.is_(None),
        _p.soft,
        _p.spent_micros + _p.held_micros + _more_held + _more_spent
        <= _p.limit_micros + _p.carry_micros + _p.grant_micros,
    )
).returning(
    _p.soft, type_coerce(_p.limit_micros + _p.carry_micros + _p.grant_micros, Micros).label("ceiling")
)
_WRITE = PerEngine.build(
    ledger_entries,
    lambda insert: insert.on_conflict_do_nothing(
        index_elements=["job_id", "kind", "scope", "period_key", "part"]
    ).returning(ledger_entries.c.id),
)
_ENTRIES = select(ledger_entries).order_by(ledger_entries.c.id)
_ENTRIES_OF = _ENTRIES.where(ledger_entries.c.job_id == bindparam("of_job"))

_ADD_HOLD = insert(holds)
_ADD_LEG = insert(hold_legs)
_HOLD = select(holds).where(holds.c.job_id == bindparam("of_job"))
_HOLDS = select(holds).order_by(holds.c.created_at, holds.c.job_id)
_LEGS = select(hold_legs)
_LEGS_OF = _LEGS.where(hold_legs.c.job_id == bindparam("of_job"))
_MOVE = update(holds).where(
    holds.c.job_id == bindparam("of_job"), holds.c.state.in_(bindparam("from_states", expanding=True))
)


class SqlLedger:
    """The port ``Ledger``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def open_period(
        self, scope: Scope, period: Period, limit: Money | None, *, soft: bool = False
    ) -> ScopePeriod:
        values = {
            "scope": scope,
            "period_key": period.key,
            "start_utc": period.start,
            "end_utc": period.end,
            "tz": period.tz,
            "team_id": scope.team_id,
            "per": period.window,
            "limit_micros": limit,
            "carry_micros": Money.zero(),
            "grant_micros": Money.zero(),
            "held_micros": Money.zero(),
            "spent_micros": Money.zero(),
            "soft": soft,
        }
        found = self.period(scope, period.key)
        if found is None:
            opened = self._tx.execute(_OPEN.on(postgres=self._tx.is_postgres), values).first()
            if opened is not None and period.window is not Window.MONTH:
                backfill(self._tx, scope, period)
            found = self.period(scope, period.key)
        assert found is not None
        return found

    def newest(self, scope: Scope, window: Window) -> ScopePeriod | None:
        row = self._tx.execute(NEWEST, {"of_scope": scope, "of_window": window}).first()
        return None if row is None else period_of(row)

    def set_limit(self, scope: Scope, period_key: str, limit: Money | None, *, soft: bool = False) -> None:
        values = {"of_scope": scope, "of_period": period_key, "limit_micros": limit, "soft": soft}
        if self._tx.execute(_SET_LIMIT, values).rowcount != 1:
            raise self._tx.fail(LookupError(f"{scope} has no period {period_key}"))

    def period(self, scope: Scope, period_key: str) -> ScopePeriod | None:
        row = self._tx.execute(_PERIOD, {"of_scope": scope, "of_period": period_key}).first()
        return None if row is None else period_of(row)

    def periods(self) -> list[ScopePeriod]:
        found = (period_of(row) for row in self._tx.execute(_PERIODS))
        return sorted(found, key=lambda period: (period.scope, period.period_key))

    def reserve(self, entry: Entry) -> bool:
        granted = self._tx.execute(_APPLY_IF_IT_FITS, _changes(entry)).first()
        if granted is None:
            return False
        self._write(entry, ceiling=None if granted.soft else granted.ceiling)
        return True

    def post(self, entry: Entry) -> None:
        if self._tx.execute(_APPLY, _changes(entry)).rowcount != 1:
            raise self._tx.fail(ValueError(f"{entry.scope} has no period {entry.period_key}"))
        self._write(entry)  # after _APPLY locked the row, so that a period's lines are in order

    def add_hold(self, hold: Hold) -> None:
        self._tx.execute(_ADD_HOLD, _hold_values(hold) | {"job_id": hold.job_id})
        legs = [
            {"job_id": hold.job_id, "scope": leg.scope, "period_key": leg.period_key} for leg in hold.legs
        ]
        if legs:
            self._tx.execute(_ADD_LEG, legs)

    def hold(self, job_id: str) -> Hold | None:
        row = self._tx.select(_HOLD, {"of_job": job_id}).first()
        return None if row is None else hold_of(row, self._tx.execute(_LEGS_OF, {"of_job": job_id}))

    def move_hold(self, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
        values = _hold_values(to) | {"of_job": job_id, "from_states": sorted(frm)}
        del values["created_at"]
        return self._tx.execute(_MOVE, values).rowcount == 1

    def holds(self) -> list[Hold]:
        legs: dict[str, list[Row[Any]]] = defaultdict(list)
        for leg in self._tx.execute(_LEGS):
            legs[leg.job_id].append(leg)
        return [hold_of(row, legs[row.job_id]) for row in self._tx.execute(_HOLDS)]

    def week(self, team_id: str, since: datetime, until: datetime) -> Week:
        return week_of(self._tx, team_id, since, until)

    def spent_by_job(self, scope: Scope, period_key: str, job_ids: Sequence[str]) -> dict[str, Money]:
        return spent_by_job(self._tx, scope, period_key, job_ids)

    def drifted(self) -> list[tuple[Scope, str]]:
        return drifted(self._tx)

    def entries(self) -> list[Entry]:
        return [entry_of(row) for row in self._tx.execute(_ENTRIES)]

    def entries_of(self, job_id: str) -> list[Entry]:
        return [entry_of(row) for row in self._tx.execute(_ENTRIES_OF, {"of_job": job_id})]

    def spending(self, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
        return spending_of(self._tx, scope, period_key)

    def _write(self, entry: Entry, ceiling: Money | None = None) -> None:
        values = {
            "job_id": entry.job_id,
            "kind": entry.kind,
            "scope": entry.scope,
            "period_key": entry.period_key,
            "held_micros": entry.held,
            "spent_micros": entry.spent,
            "actor": entry.actor,
            "reason": entry.reason,
            "at": entry.at,
            "part": entry.part,
            "ceiling_micros": ceiling,
        }
        if self._tx.execute(_WRITE.on(postgres=self._tx.is_postgres), values).first() is None:
            sentence = f"the ledger has {entry.kind} of job {entry.job_id} in {entry.scope} already"
            raise self._tx.fail(Violation(sentence, duplicate=True))


def _changes(entry: Entry) -> dict[str, Any]:
    return {
        "of_scope": entry.scope,
        "of_period": entry.period_key,
        "more_held": entry.held,
        "more_spent": entry.spent,
    }


def _hold_values(hold: Hold) -> dict[str, Any]:
    return {
        "state": hold.state,
        "estimate_micros": hold.estimate,
        "actual_micros": hold.actual,
        "cost_source": hold.cost_source,
        "price_version": hold.price_version,
        "created_at": hold.created_at,
    }
