"""Keeps what a person writes to describe a picture, and shows it wherever the picture is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.jobs.task import TaskKind
from bot.ports import Store, Transaction
from bot.services.budget.admins import Admins
from bot.services.steps.delete_picture import may_change
from bot.services.steps.targets import Act, find_target


class DescribePicture:
    """Safe to repeat."""

    def __init__(self, *, store: Store, admins: Admins, wake: Callable[[], None]) -> None:
        self._store = store
        self._admins = admins
        self._wake = wake

    async def __call__(self, act: Act, text: str) -> None:
        """Keep ``text``; an empty one means: made from the words again. Raises AskRefused PictureGone, or
        NotAllowed: only the asker and admins may."""
        await may_change(self._store, self._admins, act)
        await self._store.write(lambda tx: _describe(tx, act, text.strip()))
        self._wake()


def _describe(tx: Transaction, act: Act, text: str) -> None:
    target = find_target(tx, act)
    job, picture = target.job, target.picture
    if picture is None:
        return
    tx.pictures.save(replace(picture, alt_text=text or None))
    tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.shown_by)
    for posting in tx.postings.of_job(job.id):
        if posting.number == target.number and posting.ts is not None:
            tx.tasks.add(TaskKind.SHOW_PICTURE, team_id=job.place.team_id, job_id=job.id, subject=posting.id)
