"""Stores rate limits that all replicas share: one row a key, changed by one conditional statement."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from storage.schema.budget_tables import rate_limits
from storage.schema.upsert import PerEngine
from storage.session import Session

_GET = select(rate_limits.c.full_at).where(rate_limits.c.key == bindparam("of_key"))
_PUT = PerEngine.build(
    rate_limits,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["key"], set_={"full_at": insert.excluded.full_at}
    ),
)


_NEW = PerEngine.build(rate_limits, lambda insert: insert.on_conflict_do_nothing())


class SqlRateLimits:
    """The port ``RateLimits``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def full_at(self, key: str) -> datetime | None:
        found: datetime | None = self._tx.select(_GET, {"of_key": key}).scalar()
        return found

    def put(self, key: str, full_at: datetime) -> None:
        self._tx.execute(_PUT.on(postgres=self._tx.is_postgres), {"key": key, "full_at": full_at})

    def take(self, key: str, *, seconds: float, ahead: float = 0.0) -> datetime:
        base = self._tx.now + timedelta(seconds=ahead)
        known = self.full_at(key)
        if known is None:  # insert one, so that there is a row to lock
            self._tx.execute(_NEW.on(postgres=self._tx.is_postgres), {"key": key, "full_at": base})
            known = self.full_at(key)
        taken = max(known or base, base) + timedelta(seconds=seconds)
        self.put(key, taken)
        return taken
