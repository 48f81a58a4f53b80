"""Stores pictures: one row a result of a job, with its state of delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.jobs.job import Picture, PictureState
from storage.repositories.jobs import failure_of
from storage.schema.tables import pictures
from storage.session import Session

_INSERT = insert(pictures)
_UPDATE = update(pictures).where(pictures.c.id == bindparam("picture_id"))
_BY_ID = select(pictures).where(pictures.c.id == bindparam("picture_id"))
_OF_JOB = select(pictures).where(pictures.c.job_id == bindparam("of_job")).order_by(pictures.c.ordinal)
_ALT_TEXTS = (
    select(pictures.c.job_id, pictures.c.alt_text)
    .where(
        pictures.c.job_id.in_(bindparam("of_jobs", expanding=True)),
        pictures.c.alt_text.is_not(None),
        pictures.c.state == PictureState.SHARED,
    )
    .order_by(pictures.c.job_id, pictures.c.ordinal)
)


class SqlPictures:
    """The port ``Pictures``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, picture: Picture) -> None:
        self._tx.execute(_INSERT, _values(picture) | {"id": picture.id})

    def get(self, picture_id: str) -> Picture | None:
        row = self._tx.first_of_job(_BY_ID, {"picture_id": picture_id}, job="job_id")
        return None if row is None else _picture(row)

    def of_job(self, job_id: str) -> list[Picture]:
        self._tx.lock_job(job_id)
        return [_picture(row) for row in self._tx.execute(_OF_JOB, {"of_job": job_id})]

    def alt_texts(self, job_ids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self._tx.execute(_ALT_TEXTS, {"of_jobs": list(job_ids)}):
            found.setdefault(row.job_id, []).append(row.alt_text)
        return found

    def save(self, picture: Picture) -> None:
        values = _values(picture) | {"picture_id": picture.id}
        if self._tx.execute(_UPDATE, values).rowcount != 1:
            raise self._tx.fail(LookupError(f"no picture {picture.id}"))


def _values(picture: Picture) -> dict[str, Any]:
    failure = picture.failure
    return {
        "job_id": picture.job_id,
        "submission_id": picture.submission_id,
        "ordinal": picture.ordinal,
        "state": picture.state,
        "url": picture.url,
        "sha256": picture.sha256,
        "size_bytes": picture.size_bytes,
        "width": picture.width,
        "height": picture.height,
        "format": picture.format,
        "file_id": picture.file_id,
        "upload_url": picture.upload_url,
        "alt_text": picture.alt_text,
        "problem": failure and failure.problem,
        "problem_detail": failure and failure.detail,
    }


def _picture(row: Row[Any]) -> Picture:
    return Picture(
        id=row.id,
        job_id=row.job_id,
        submission_id=row.submission_id,
        ordinal=row.ordinal,
        state=row.state,
        url=row.url,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        format=row.format,
        file_id=row.file_id,
        upload_url=row.upload_url,
        alt_text=row.alt_text,
        failure=failure_of(row),
    )
