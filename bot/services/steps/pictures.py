"""Reads a picture for a form: its job with all that is shown of it, and the numbers that are there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.jobs.shown import SHEET, Posting
from bot.ports import JobView, Store, Transaction
from bot.services.job_pictures import pictures_of
from bot.services.job_view import shown_view, view_of
from bot.services.steps.targets import Act, find_target


@dataclass(frozen=True, slots=True)
class Look:
    """``number`` is the picture that is meant; of a job with one picture that one. ``numbers`` are all that
    are there, ``postings`` the messages that show one of them once more."""

    view: JobView
    number: int
    numbers: tuple[int, ...]
    postings: tuple[Posting, ...]


class Pictures:
    """Only reads. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def look(self, act: Act) -> Look:
        """Raises AskRefused PictureGone."""

        def unit(tx: Transaction) -> Look:
            target = find_target(tx, act)
            there = tuple(pictures_of(tx, target.job))
            postings = tuple(tx.postings.of_job(target.job.id))
            view = shown_view if target.number == SHEET else view_of
            return Look(view(tx, target.job), target.number, there, postings)

        return await self._store.read(unit)
