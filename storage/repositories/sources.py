"""Stores sources: one row a picture that an edit starts from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.requests.source import Source
from storage.schema.tables import sources
from storage.session import Session

_INSERT = insert(sources)
_UPDATE = update(sources).where(sources.c.id == bindparam("source_id"))
_OF_JOB = select(sources).where(sources.c.job_id == bindparam("of_job")).order_by(sources.c.ordinal)


class SqlSources:
    """The port ``Sources``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, source: Source) -> None:
        self._tx.execute(_INSERT, asdict(source))

    def of_job(self, job_id: str) -> list[Source]:
        self._tx.lock_job(job_id)
        return [_source(row) for row in self._tx.execute(_OF_JOB, {"of_job": job_id})]

    def save(self, source: Source) -> None:
        values = {name: value for name, value in asdict(source).items() if name != "id"}
        if self._tx.execute(_UPDATE, values | {"source_id": source.id}).rowcount != 1:
            raise self._tx.fail(LookupError(f"no source {source.id}"))


def _source(row: Row[Any]) -> Source:
    return Source(**row._asdict())
