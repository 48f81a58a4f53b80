"""The current picture of a thread: the newest that stands alone, which words without a number are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET, Posting, PostingKind
from bot.domain.place import Place
from bot.domain.requests.ask import LAST, UNCLEAR
from bot.ports import Store, Transaction
from bot.services.job_pictures import pictures_of
from bot.services.job_sets import lead_of, set_of, shown_in

RECENT = timedelta(hours=1)
"""So long a picture in a direct conversation is the one that words without a thread are about."""

MOST_RECENT = 20
"""How many of a person's jobs are looked at for it."""


@dataclass(frozen=True, slots=True)
class Current:
    """A picture of a job, of a set by its number in the set; SHEET while none of several was chosen.
    ``was_used``: somebody picked it from a sheet."""

    job_id: str
    number: int
    at: datetime
    was_used: bool = False


def current_of(tx: Transaction, thread: Place) -> Current | None:
    """The newest picture of the thread, of those that the bot has posted."""
    shown = [*(found for job in shown_in(tx, thread) if (found := _of_job(tx, job)))]
    shown += _chosen(tx, tx.postings.in_thread(thread))
    return max(shown, key=lambda one: one.at, default=None)


def _chosen(tx: Transaction, postings: Iterable[Posting]) -> Iterator[Current]:
    """What people chose to see alone; looking at two beside each other chooses neither."""
    for posting in postings:
        is_there = posting.ts is not None and posting.kind is not PostingKind.BEFORE
        job = tx.jobs.get(posting.job_id) if is_there else None
        if job is not None and posting.number in pictures_of(tx, job):
            used = posting.kind is PostingKind.USE
            number = job.before + posting.number
            yield Current(job.shown_by, number, posting.created_at, was_used=used)


def _numbered(tx: Transaction, jobs: Sequence[Job], number: int) -> Current | None:
    """The picture of that number in the newest of ``jobs``, newest first, that had so many. One that stands
    alone has a number only where no sheet is left; LAST is the last of the newest job. Also one that is
    deleted, which is never exchanged for one of an older sheet."""
    left = [(job, there) for job in jobs if (there := pictures_of(tx, job))]
    if number == LAST:
        return next((Current(job.id, max(there), _came(job)) for job, there in left), None)
    sheets = [job for job, _ in left if job.shown_count > 1]
    gone = [job for job in jobs if tx.pictures.of_job(job.id)]
    had = (job for job in sheets or [job for job, _ in left] or gone if 1 <= number <= job.shown_count)
    return next((Current(job.id, number, _came(job)) for job in had), None)


def _shared(tx: Transaction, thread: Place, number: int) -> Current | None:
    """The picture of that number that was shared in the thread from elsewhere; no other of its sheet was."""
    shares = [one for one in tx.postings.in_thread(thread) if one.kind is PostingKind.SHARE]
    return next((one for one in _chosen(tx, shares) if number in {one.number, LAST}), None)


def _came(job: Job) -> datetime:
    return job.finished_at or job.created_at


class CurrentPictures:
    """Finds what words are about. Only reads. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def find(self, thread: Place, user_id: str, number: int | None) -> Current | None:
        """The picture that somebody means in ``thread``, by its number if they named one. Where the thread
        has none, it is their newest one of the last hour in this conversation. None without one."""

        def unit(tx: Transaction) -> Current | None:
            if number is not None and number != UNCLEAR:
                return _numbered(tx, _jobs_about(tx, thread, user_id), number) or _shared(tx, thread, number)
            is_elsewhere = (current := current_of(tx, thread)) is None and thread.is_private is True
            return recent_of(tx, thread, user_id) if is_elsewhere else current

        return await self._store.read(unit)

    async def before(self, current: Current) -> Current | None:
        """The picture that ``current`` was made from; None where it was made from words, or from a file of a
        person."""

        def unit(tx: Transaction) -> Current | None:
            job = tx.jobs.get(current.job_id)
            parent = tx.jobs.get(job.parent_id) if job is not None and job.parent_id else None
            if job is None or parent is None:
                return None
            there = pictures_of(tx, parent)
            number = job.parent_picture or (next(iter(there)) if len(there) == 1 else SHEET)
            return Current(parent.id, number, tx.now) if number in there or number == SHEET else None

        return await self._store.read(unit)

    async def newest_sheet(self, thread: Place, user_id: str) -> tuple[Job, int] | None:
        """The newest sheet of the thread, else of this person in a direct conversation, and how many pictures
        it was to have; None without one."""

        def unit(tx: Transaction) -> Job | None:
            here = _jobs_about(tx, thread, user_id)
            return next((job for job in here if job.shown_count > 1 and pictures_of(tx, job)), None)

        job = await self._store.read(unit)
        return (job, job.shown_count) if job is not None else None

    async def newest(self, place: Place, user_id: str) -> Job | None:
        """This person's newest job with pictures in a conversation."""

        def unit(tx: Transaction) -> Job | None:
            mine = tx.jobs.newest(team_id=place.team_id, user_id=user_id, limit=MOST_RECENT)
            here = (job for job in mine if job.place.channel_id == place.channel_id)
            return next((lead_of(tx, job) for job in here if pictures_of(tx, job)), None)

        return await self._store.read(unit)


def _jobs_about(tx: Transaction, thread: Place, user_id: str) -> list[Job]:
    """Those of the thread, newest first; where it shows no picture, the person's recent ones, if this is a
    direct conversation."""
    if thread.is_private is True and current_of(tx, thread) is None:
        return recent_jobs(tx, thread, user_id)
    return shown_in(tx, thread)[::-1]


def recent_of(tx: Transaction, place: Place, user_id: str) -> Current | None:
    """The person's newest picture of the last hour in that direct conversation, whichever thread it is in."""
    jobs = _jobs_here(tx, place, user_id)
    shown = [found for job in jobs if (found := _of_job(tx, job))]
    postings = (one for job in jobs for part in set_of(tx, job) for one in tx.postings.of_job(part.id))
    shown += _chosen(tx, (one for one in postings if one.place.channel_id == place.channel_id))
    recent = (one for one in shown if one.at >= tx.now - RECENT)
    return max(recent, key=lambda one: one.at, default=None)


def recent_jobs(tx: Transaction, place: Place, user_id: str) -> list[Job]:
    """The person's jobs of the last hour in that direct conversation, newest first: of a set the first."""
    return [job for job in _jobs_here(tx, place, user_id) if _came(job) >= tx.now - RECENT]


def _jobs_here(tx: Transaction, place: Place, user_id: str) -> list[Job]:
    mine = tx.jobs.newest(team_id=place.team_id, user_id=user_id, limit=MOST_RECENT)
    return [job for job in mine if job.place.channel_id == place.channel_id and job.shown_by == job.id]


def _of_job(tx: Transaction, job: Job) -> Current | None:
    there = pictures_of(tx, job)
    if not there:
        return None
    return Current(job.id, next(iter(there)) if len(there) == 1 else SHEET, _came(job))
