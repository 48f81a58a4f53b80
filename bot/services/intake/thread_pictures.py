"""What our own records say of the pictures of a conversation: all of them, and the one that stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.jobs.job import Job, Picture
from bot.domain.jobs.shown import SHEET, PostingKind
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.request import PictureRequest
from bot.domain.requests.source import IncomingMessage
from bot.ports import MessageContext, Transaction
from bot.services.intake.which_picture import Start
from bot.services.job_pictures import owner_of, pictures_of
from bot.services.job_sets import set_of, shown_in
from bot.services.steps.current import Current, current_of, recent_jobs, recent_of
from bot.services.steps.picture_copies import copies_of


@dataclass(frozen=True, slots=True)
class Alone:
    """The picture that stands alone in a thread, and since when."""

    picture: Picture
    number: int
    at: datetime


def thread_pictures(
    tx: Transaction, message: IncomingMessage
) -> tuple[list[Picture], dict[str, int], Alone | None]:
    """The bot's own pictures in that thread, oldest first, their numbers, and the one picked last."""
    results, numbers = _made_by(tx, shown_in(tx, message.thread))
    for picture, number in _shared_in(tx, message.thread):
        results.insert(0, picture)
        numbers[picture.id] = number
    return results, numbers, _alone(tx, current_of(tx, message.thread))


def _shared_in(tx: Transaction, thread: Place) -> Iterator[tuple[Picture, int]]:
    """The pictures that were shared in the thread from elsewhere, as the copies that people see there."""
    for posting in tx.postings.in_thread(thread):
        copies = copies_of(tx, posting) if posting.kind is PostingKind.SHARE else ()
        job = tx.jobs.get(posting.job_id) if copies else None
        picture = pictures_of(tx, job).get(posting.number) if job is not None else None
        if picture is not None and job is not None:
            yield replace(picture, job_id=job.shown_by, file_id=copies[0]), job.before + posting.number


def _alone(tx: Transaction, current: Current | None) -> Alone | None:
    job = tx.jobs.get(current.job_id) if current is not None and current.number != SHEET else None
    picture = pictures_of(tx, job).get(current.number) if job is not None and current is not None else None
    if picture is None or current is None:
        return None
    return Alone(replace(picture, job_id=current.job_id), current.number, current.at)


def stands_alone(current: Alone, seen: MessageContext, newest: Start) -> bool:
    """Whether nobody has posted a picture of their own since the one was picked."""
    is_theirs = newest.parent_id is None
    return not is_theirs or seen.newest_at < current.at.timestamp()


def recent_pictures(
    tx: Transaction, message: IncomingMessage
) -> tuple[list[Picture], dict[str, int], Alone | None]:
    """The same of the asker's own pictures of the last hour in this direct conversation."""
    jobs = recent_jobs(tx, message.place, message.user_id)
    results, numbers = _made_by(tx, reversed(jobs))
    return results, numbers, _alone(tx, recent_of(tx, message.place, message.user_id))


def order_of_source(tx: Transaction, ask: Ask) -> PictureRequest | None:
    """What was ordered for the picture of ours that ``ask`` starts from; None for a file of a person. Its
    size is left out where the pictures to choose from differ in it."""
    job = tx.jobs.get(ask.parent_id) if ask.parent_id else None
    if job is None:
        return None
    if ask.parent_picture is not None:
        return owner_of(tx, job, ask.parent_picture)[0].request
    sizes = {one.request.size for one in set_of(tx, job)} if job.leads_set else {job.request.size}
    return job.request if len(sizes) == 1 else replace(job.request, size=None)


def _made_by(tx: Transaction, jobs: Iterable[Job]) -> tuple[list[Picture], dict[str, int]]:
    """Pictures of a set count as those of its first job, as people see them."""
    numbers: dict[str, int] = {}
    results = []
    for job in jobs:
        for number, picture in pictures_of(tx, job).items():
            numbers[picture.id] = number
            results.append(replace(picture, job_id=job.id))
    return results, numbers
