"""Stores which processes serve the database: one row each, renewed every few seconds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, case, delete, select, update

from storage.schema.columns import UtcTime
from storage.schema.tables import tasks, workers
from storage.schema.upsert import PerEngine
from storage.session import Session

_w, _t = workers.c, tasks.c
_BEAT = PerEngine.build(
    workers,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["owner"], set_={"seen_at": insert.excluded.seen_at}
    ),
)
_ALL = select(_w.owner, _w.seen_at)
_FORGET = delete(workers).where(
    _w.owner == bindparam("of_owner"), _w.seen_at == bindparam("since", type_=UtcTime)
)
_now = bindparam("now", type_=UtcTime)
_FREE = (
    update(tasks)
    .where(_t.due_at.is_not(None), _t.owner == bindparam("of_owner"))
    .values(due_at=case((_t.due_at > _now, _now), else_=_t.due_at), owner=None)
)


class SqlWorkers:
    """The port ``Workers``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def beat(self, owner: str) -> None:
        values = {"owner": owner, "seen_at": self._tx.now}
        self._tx.execute(_BEAT.on(postgres=self._tx.is_postgres), values)

    def all(self) -> dict[str, datetime]:
        return {row.owner: row.seen_at for row in self._tx.execute(_ALL)}

    def bury(self, owner: str, seen_at: datetime) -> int:
        gone = self._tx.execute(_FORGET, {"of_owner": owner, "since": seen_at}).rowcount
        if not gone:
            return 0
        return self._tx.execute(_FREE, {"of_owner": owner, "now": self._tx.now}).rowcount
