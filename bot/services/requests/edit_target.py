"""The pictures that an ask of the form starts from, and the place where its answer goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingRequest, PendingState, parts_of
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    DecidedState,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    PictureGone,
)
from bot.domain.requests.source import SourceRef
from bot.domain.requests.source_refusals import NoSource
from bot.ports import Store, Transaction
from bot.services.job_pictures import pictures_of


@dataclass(frozen=True, slots=True)
class EditTarget:
    """The pictures to start from, the place for the answer, and the picture of the bot's own that the ask
    started from, as ``Job`` has it (None: not one of the bot's own). ``ask_ts`` is the message that asked."""

    place: Place
    sources: tuple[SourceRef, ...]
    parent_id: str | None = None
    parent_picture: int | None = None
    ask_ts: str | None = None


class EditTargets:
    """Only reads. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def of_result(self, team_id: str, job_id: str, position: int) -> EditTarget:
        """The picture number ``position`` of a job; its only one, whatever the number. Raises AskRefused
        NotFound (also for another workspace's job), PictureGone, or NoSource when the job has no picture."""

        def unit(tx: Transaction) -> EditTarget:
            job = job_of(tx, team_id, job_id)
            made = shared_of(tx, job)
            number = next(iter(made)) if len(made) == 1 else position
            if number not in made:
                raise AskRefused(PictureGone())
            several = job.shown_count > 1 or len(made) > 1
            place, ref = thread_of(job), _ref(made[number])
            return EditTarget(place, (ref,), job.id, number if several else None)

        return await self._store.read(unit)

    async def of_files(self, thread: Place, file_ids: Sequence[str]) -> EditTarget:
        """The files of one message in that thread; the bot's own results carry their picture id."""

        def unit(tx: Transaction) -> EditTarget:
            own = {
                picture.file_id: picture
                for job in tx.jobs.in_thread(thread)
                for picture in tx.pictures.of_job(job.id)
                if picture.state is PictureState.SHARED
            }
            sources = tuple(_ref(own[i]) if i in own else SourceRef(file_id=i) for i in file_ids)
            parent = own[file_ids[0]].job_id if file_ids and file_ids[0] in own else None
            return EditTarget(thread, sources, parent)

        return await self._store.read(unit)

    async def of_words(self, team_id: str, job_id: str) -> EditTarget:
        """What a job started from, and its place: to ask for it again in other words. Raises AskRefused
        NotFound."""

        def unit(tx: Transaction) -> EditTarget:
            job = job_of(tx, team_id, job_id)
            sources = tuple(
                SourceRef(file_id=s.file_id, picture_id=s.picture_id, role=s.role, name=s.name)
                for s in tx.sources.of_job(job.id)
            )
            return EditTarget(again_at(job), sources, job.parent_id, job.parent_picture, job.ask_ts)

        return await self._store.read(unit)

    async def of_draft(self, team_id: str, ref: str, user_id: str) -> EditTarget:
        """What a pending request of this person starts from. Raises AskRefused as ``draft_of``."""

        def unit(tx: Transaction) -> EditTarget:
            ask = draft_of(tx, team_id, ref, user_id).ask
            return EditTarget(ask.place, ask.sources, ask.parent_id, ask.parent_picture, ask.ask_ts)

        return await self._store.read(unit)


def job_of(tx: Transaction, team_id: str, job_id: str) -> Job:
    """The workspace's job. Raises AskRefused NotFound."""
    job = tx.jobs.get(job_id)
    if job is None or job.place.team_id != team_id:
        raise AskRefused(NotFound(job_id))
    return job


def shared_of(tx: Transaction, job: Job) -> dict[int, Picture]:
    """The job's pictures that are there, by number. Raises AskRefused NoSource when there is none."""
    made = pictures_of(tx, job)
    if not made:
        raise AskRefused(NoSource())
    return made


def draft_of(tx: Transaction, team_id: str, ref: str, user_id: str) -> PendingRequest:
    """The person's pending request behind a button's value. Raises AskRefused NotFound, NotAllowed for
    another person's, and AlreadyDecided for one that runs, waits for an admin or has expired. One that the
    person has cancelled is found: the form may be sent again after that."""
    pending_id, _ = parts_of(ref)
    pending = tx.pending_requests.get(pending_id)
    if pending is None or pending.team_id != team_id:
        raise AskRefused(NotFound(pending_id))
    if pending.user_id != user_id:
        raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, pending_id))
    state = pending.state_at(tx.now)
    if state not in {PendingState.PENDING, PendingState.CANCELLED}:
        raise AskRefused(AlreadyDecided(DecidedState(state)))
    return pending


def thread_of(job: Job) -> Place:
    """Where answers to a job's pictures go."""
    return replace(job.place, thread_ts=job.place.thread_ts or job.status_ts)


def again_at(job: Job) -> Place:
    """Where the same ask goes again: the thread it was made in; of one that opened its own thread, the
    conversation, as that thread may be gone."""
    opened = job.place.thread_ts is not None and job.place.thread_ts == job.status_ts
    return replace(job.place, thread_ts=None) if opened else job.place


def _ref(picture: Picture) -> SourceRef:
    return SourceRef(file_id=picture.file_id, picture_id=picture.id)
