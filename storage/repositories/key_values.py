"""Stores key values: small facts that outlive a process."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from storage.schema.tables import key_values
from storage.schema.upsert import PerEngine
from storage.session import Session

_GET = select(key_values.c.value).where(key_values.c.key == bindparam("wanted"))
_PUT = PerEngine.build(
    key_values,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["key"],
        set_={"value": insert.excluded.value, "updated_at": insert.excluded.updated_at},
    ),
)


_REMOVE = delete(key_values).where(key_values.c.key == bindparam("wanted"))


class SqlKeyValues:
    """The port ``KeyValues``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def get(self, key: str) -> str | None:
        row = self._tx.select(_GET, {"wanted": key}).first()
        return None if row is None else str(row.value)

    def put(self, key: str, value: str) -> None:
        self._tx.execute(
            _PUT.on(postgres=self._tx.is_postgres),
            {"key": key, "value": value, "updated_at": self._tx.now},
        )

    def remove(self, key: str) -> None:
        self._tx.execute(_REMOVE, {"wanted": key})
