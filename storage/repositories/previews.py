"""Stores previews: the contact sheet of a job, and what stands for a picture that Slack cannot show."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.jobs.shown import Preview
from storage.schema.tables import previews
from storage.schema.upsert import PerEngine
from storage.session import Session

_CHANGING = ("state", "sha256", "size_bytes", "width", "height", "file_id", "upload_url")
_PUT = PerEngine.build(
    previews,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["job_id", "number"], set_={name: insert.excluded[name] for name in _CHANGING}
    ),
)
_OF_JOB = select(previews).where(previews.c.job_id == bindparam("of_job")).order_by(previews.c.number)


class SqlPreviews:
    """The port ``Previews``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def put(self, preview: Preview) -> None:
        self._tx.execute(_PUT.on(postgres=self._tx.is_postgres), dataclasses.asdict(preview))

    def of_job(self, job_id: str) -> list[Preview]:
        self._tx.lock_job(job_id)
        return [_preview(row) for row in self._tx.execute(_OF_JOB, {"of_job": job_id})]


def _preview(row: Row[Any]) -> Preview:
    return Preview(**row._mapping)
