"""Memos: small facts that outlive a process."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.ports import Store
from storage.schema.tables import key_values
from storage.schema.upsert import PerEngine
from storage.session import Session

_GET = select(key_values.c.value).where(key_values.c.key == bindparam("memo"))
_PUT = PerEngine.build(
    key_values,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["key"],
        set_={"value": insert.excluded.value, "updated_at": insert.excluded.updated_at},
    ),
)


class SqlKeyValues:
    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def get(self, key: str) -> str | None:
        row = self._tx.select(_GET, {"memo": key}).first()
        return None if row is None else str(row.value)

    def put(self, key: str, value: str) -> None:
        self._tx.execute(
            _PUT.on(postgres=self._tx.is_postgres),
            {"key": key, "value": value, "updated_at": self._tx.now},
        )


class StoredDialect:
    """Which dialect the provider was seen to speak, kept in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self) -> str | None:
        return await self._store.read(lambda tx: tx.key_values.get("dialect"))

    async def save(self, dialect: str) -> None:
        await self._store.write(lambda tx: tx.key_values.put("dialect", dialect))
