"""Deletes pictures for everybody: their messages and their files. What they cost stays spent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState
from bot.domain.jobs.shown import DELETED, RETRACTED, SHEET
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.ports import Store, Transaction
from bot.services.budget.admins import Admins
from bot.services.job_pictures import owner_of, pictures_of
from bot.services.job_sets import lead_of
from bot.services.steps.picture_copies import copies_of, message_of_copies
from bot.services.steps.take_back import delete_file, delete_message
from bot.services.steps.targets import Act, answered_in, find_job, find_target


class DeletePicture:
    """Safe to repeat: what is gone stays gone."""

    def __init__(self, *, store: Store, admins: Admins, wake: Callable[[], None]) -> None:
        self._store = store
        self._admins = admins
        self._wake = wake

    async def __call__(self, act: Act) -> None:
        """Delete the picture, or all of them. Raises AskRefused PictureGone, or NotAllowed: only the asker
        and admins may."""
        await may_change(self._store, self._admins, act)
        await self._store.write(lambda tx: _delete(tx, act))
        self._wake()


async def may_change(store: Store, admins: Admins, act: Act) -> Job:
    """The job, if this person may delete or describe its pictures. Raises AskRefused."""
    job = await store.read(lambda tx: find_job(tx, act))
    if job.user_id != act.user_id and not await admins.is_admin(act.team_id, act.user_id):
        raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job.id, job.user_id))
    return job


def _delete(tx: Transaction, act: Act) -> None:
    target = find_target(tx, act)
    job = lead_of(tx, target.job)
    there = pictures_of(tx, job)
    number = target.number + target.job.before
    gone = there if target.number == SHEET else {number: there[number]}
    for number, picture in gone.items():
        _lose(tx, job, picture)
        _delete_postings(tx, *owner_of(tx, job, number))
    is_all = len(gone) == len(there)
    for preview in tx.previews.of_job(job.id):  # the sheet shows every picture
        if (preview.number in {SHEET, *gone} or is_all) and preview.file_id:
            delete_file(tx, job, preview.file_id)
            tx.previews.put(replace(preview, state=PictureState.LOST, file_id=None))
    if is_all:
        _remove_messages(tx, job)
    else:
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.id)


def _delete_postings(tx: Transaction, job: Job, number: int) -> None:
    for posting in tx.postings.of_job(job.id):
        if posting.number == number and posting.ts is not None:
            delete_message(tx, job, posting.place, posting.ts)
            for copy in copies_of(tx, posting):
                delete_file(tx, job, copy)
            if (beside := message_of_copies(tx, posting)) is not None:
                delete_message(tx, job, posting.place, beside)


def _lose(tx: Transaction, job: Job, picture: Picture) -> None:
    if picture.file_id is not None:
        delete_file(tx, job, picture.file_id)
    tx.pictures.save(replace(picture, state=PictureState.LOST, failure=DELETED, file_id=None, alt_text=None))


def _remove_messages(tx: Transaction, job: Job) -> None:
    for ts in {job.result_ts, job.status_ts} - {None}:
        delete_message(tx, job, answered_in(job, job.place), str(ts))
    if job.delivery is not Delivery.NONE:
        tx.jobs.save(job.evolve(shown=RETRACTED, shown_at=tx.now))
