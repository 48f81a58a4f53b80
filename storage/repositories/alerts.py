"""Stores alerts: one row a scope, period and percentage, written by the transaction that reached it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from bot.domain.budget.scope import Scope
from bot.domain.budget.threshold import Alert
from bot.domain.money import Money
from storage.schema.budget_tables import alerts
from storage.schema.columns import Micros, ScopeName
from storage.schema.upsert import PerEngine
from storage.session import Session

_a = alerts.c
_OF = (_a.scope == bindparam("of_scope", type_=ScopeName), _a.period_key == bindparam("of_period"))
_ADD = PerEngine.build(alerts, lambda insert: insert.on_conflict_do_nothing().returning(alerts.c.percent))
_GET = select(alerts).where(*_OF, _a.percent == bindparam("of_percent"))
_REARM = delete(alerts).where(
    *_OF, _a.percent > bindparam("above"), _a.limit_micros < bindparam("ceiling", type_=Micros)
)
_LOWER = (
    update(alerts)
    .where(*_OF, _a.limit_micros > bindparam("ceiling", type_=Micros))
    .values(limit_micros=bindparam("ceiling", type_=Micros))
)


class SqlAlerts:
    """The port ``Alerts``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, alert: Alert) -> bool:
        values = {
            "scope": alert.scope,
            "period_key": alert.period_key,
            "percent": alert.percent,
            "limit_micros": alert.limit,
            "used_micros": alert.used,
            "at": alert.at,
        }
        return self._tx.execute(_ADD.on(postgres=self._tx.is_postgres), values).first() is not None

    def get(self, scope: Scope, period_key: str, percent: int) -> Alert | None:
        values = {"of_scope": scope, "of_period": period_key, "of_percent": percent}
        row = self._tx.execute(_GET, values).first()
        if row is None:
            return None
        return Alert(row.scope, row.period_key, row.percent, row.limit_micros, row.used_micros, row.at)

    def rearm(self, scope: Scope, period_key: str, *, above: int, ceiling: Money) -> None:
        values = {"of_scope": scope, "of_period": period_key, "above": above, "ceiling": ceiling}
        self._tx.execute(_REARM, values)
        del values["above"]
        self._tx.execute(_LOWER, values)
