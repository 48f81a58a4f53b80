"""What was spent when: the ledger's lines of one scope and period, summed by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, bindparam, func, select, type_coerce

from bot.domain.budget import Scope
from bot.domain.money import Money
from storage.columns import ScopeName
from storage.tables import hold_legs, ledger_entries

if TYPE_CHECKING:
    from storage.transaction import SqlTransaction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)

_e, _l = ledger_entries.c, hold_legs.c
_scope, _key = bindparam("of_scope", type_=ScopeName), bindparam("of_period", type_=Text)
_quarter = type_coerce(_e.at, BigInteger) // (_QUARTER // timedelta(microseconds=1))
_spent = type_coerce(_e.spent_micros, BigInteger)
_SPENDING = (
    select(_quarter.label("quarter"), func.sum(_spent).label("spent"))
    .where(
        # Through the legs, which have an index by scope and period.
        _e.job_id.in_(select(_l.job_id).where(_l.scope == _scope, _l.period_key == _key)),
        _e.scope == _scope,
        _e.period_key == _key,
        _spent != 0,
    )
    .group_by(_quarter)
    .order_by(_quarter)
)


def spending_of(tx: SqlTransaction, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
    """See the port ``Budget``."""
    rows = tx.execute(_SPENDING, {"of_scope": scope, "of_period": period_key})
    return [(_EPOCH + int(row.quarter) * _QUARTER, Money(int(row.spent))) for row in rows]
