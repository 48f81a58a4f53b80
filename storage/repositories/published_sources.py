"""Stores published sources: bytes that the provider fetches, in the database so that every replica can serve
them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, select

from bot.ports import PublishedSource
from storage.schema.columns import UtcTime
from storage.schema.tables import published_sources
from storage.schema.upsert import PerEngine
from storage.session import Session

_PUT = PerEngine.build(
    published_sources,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["source_id"],
        set_={name: insert.excluded[name] for name in ("data", "mimetype", "expires_at")},
    ),
)
_NOW = bindparam("now", type_=UtcTime)
_EXPIRED = delete(published_sources).where(published_sources.c.expires_at <= _NOW)
_IS_THERE = and_(published_sources.c.source_id == bindparam("source"), published_sources.c.expires_at > _NOW)
_DESCRIBE = select(func.length(published_sources.c.data).label("size"), published_sources.c.mimetype).where(
    _IS_THERE
)
_PIECE = select(
    func.substr(published_sources.c.data, bindparam("first"), bindparam("size")).label("piece")
).where(_IS_THERE)
_REMOVE = delete(published_sources).where(published_sources.c.source_id == bindparam("source"))


class SqlPublishedSources:
    """The port ``PublishedSources``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        self._tx.execute(_EXPIRED, {"now": self._tx.now})
        values = {"source_id": source_id, "data": data, "mimetype": mimetype, "expires_at": expires_at}
        self._tx.execute(_PUT.on(postgres=self._tx.is_postgres), values)

    def describe(self, source_id: str) -> PublishedSource | None:
        row = self._tx.execute(_DESCRIBE, {"source": source_id, "now": self._tx.now}).first()
        return None if row is None else PublishedSource(row.size, row.mimetype)

    def piece(self, source_id: str, *, start: int, size: int) -> bytes:
        values = {"source": source_id, "now": self._tx.now, "first": start + 1, "size": size}
        return bytes(self._tx.execute(_PIECE, values).scalar() or b"")

    def remove(self, source_id: str) -> None:
        self._tx.execute(_REMOVE, {"source": source_id})
