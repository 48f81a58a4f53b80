"""Stores published sources: bytes that the provider fetches, in the database so that every replica can serve
them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, select

from bot.ports import PublishedSource
from storage.schema.columns import UtcTime
from storage.schema.tables import published_sources as sources
from storage.schema.upsert import PerEngine
from storage.session import Session

PIECE_BYTES = 512 * 1024
"""What is read at once. A row a piece, because SQLite reads a whole value for any part of it (performance
reference 4.7)."""

_PUT = PerEngine.build(
    sources,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["source_id", "ordinal"],
        set_={name: insert.excluded[name] for name in ("data", "mimetype", "expires_at")},
    ),
)
_NOW = bindparam("now", type_=UtcTime)
_EXPIRED = delete(sources).where(sources.c.expires_at <= _NOW)
_IS_MEANT = sources.c.source_id == bindparam("source")
_IS_THERE = and_(_IS_MEANT, sources.c.expires_at > _NOW)
_DESCRIBE = select(
    func.sum(func.length(sources.c.data)).label("size"), func.min(sources.c.mimetype).label("mimetype")
).where(_IS_THERE)
_PIECE = select(sources.c.data).where(_IS_THERE, sources.c.ordinal == bindparam("number"))
_LATER_PIECES = delete(sources).where(_IS_MEANT, sources.c.ordinal >= bindparam("count"))
_REMOVE = delete(sources).where(_IS_MEANT)


class SqlPublishedSources:
    """The port ``PublishedSources``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        self._tx.execute(_EXPIRED, {"now": self._tx.now})
        about = {"source_id": source_id, "mimetype": mimetype, "expires_at": expires_at}
        starts = range(0, max(1, len(data)), PIECE_BYTES)
        pieces = [
            {**about, "ordinal": number, "data": data[start : start + PIECE_BYTES]}
            for number, start in enumerate(starts)
        ]
        self._tx.execute(_PUT.on(postgres=self._tx.is_postgres), pieces)
        self._tx.execute(_LATER_PIECES, {"source": source_id, "count": len(pieces)})

    def describe(self, source_id: str) -> PublishedSource | None:
        row = self._tx.execute(_DESCRIBE, {"source": source_id, "now": self._tx.now}).one()
        return None if row.size is None else PublishedSource(int(row.size), row.mimetype)

    def piece(self, source_id: str, number: int) -> bytes:
        values = {"source": source_id, "now": self._tx.now, "number": number}
        return bytes(self._tx.execute(_PIECE, values).scalar() or b"")

    def remove(self, source_id: str) -> None:
        self._tx.execute(_REMOVE, {"source": source_id})
