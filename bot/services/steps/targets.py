"""Finds the picture that a button or a word is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.jobs.job import Job, Picture
from bot.domain.jobs.shown import SHEET
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PictureGone
from bot.domain.requests.source import SourceRef
from bot.ports import Transaction
from bot.services.job_pictures import owner_of, pictures_of


@dataclass(frozen=True, slots=True)
class Act:
    """What ``user_id`` does, in ``place``, to the picture ``number`` of a job (SHEET: to all of them).
    ``key`` is the same for every delivery of one press or message."""

    team_id: str
    job_id: str
    number: int
    user_id: str
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Target:
    """The picture ``number`` of ``job``; SHEET, and no picture, is all of them."""

    job: Job
    number: int
    picture: Picture | None

    @property
    def source(self) -> SourceRef:
        """Our own copy of the picture, for a step that starts from it. Only where there is a picture."""
        assert self.picture is not None
        return SourceRef(file_id=self.picture.file_id, picture_id=self.picture.id)


def answered_in(job: Job, place: Place) -> Place:
    """Where a step from a picture of ``job`` goes that was taken in ``place``: into the job's own thread, or
    where the picture was shared."""
    if place.channel_id != job.place.channel_id:
        return place
    own = job.place.thread_ts or job.status_ts
    return replace(job.place, thread_ts=own or place.thread_ts)


def find_target(tx: Transaction, act: Act) -> Target:
    """The picture that ``act`` is about, with the job that it is of; of a job with one picture that one, if
    no number is named.

    Raises AskRefused PictureGone for an unknown job, another workspace's, and for a picture that is not there
    (any more).
    """
    job, number = find_job(tx, act), act.number
    there = pictures_of(tx, job)
    if len(there) == 1 and number == SHEET:
        number = next(iter(there))
    if number == SHEET and there:
        return Target(job, SHEET, None)
    if number not in there:
        raise AskRefused(PictureGone(job.id))
    return Target(*owner_of(tx, job, number), there[number])


def find_job(tx: Transaction, act: Act) -> Job:
    """The job that ``act`` is about, with or without pictures. Raises AskRefused PictureGone."""
    job = tx.jobs.get(act.job_id)
    if job is None or job.place.team_id != act.team_id:
        raise AskRefused(PictureGone())
    return job
