"""The pictures that an edit of a message or a result starts from, and the thread where its answer goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotFound
from bot.domain.requests.source import SourceRef
from bot.domain.requests.source_refusals import NoSource
from bot.ports import Store, Transaction


@dataclass(frozen=True, slots=True)
class EditTarget:
    """The pictures to start from, the thread for the answer, and the id of the job that made the first of the
    pictures (None: it is not one of the bot's own)."""

    place: Place
    sources: tuple[SourceRef, ...]
    parent_id: str | None = None


class EditTargets:
    """Only reads. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def of_result(self, team_id: str, job_id: str, position: int) -> EditTarget:
        """The picture at ``position`` of a job, counted from 1 among those that were shared; beyond the last
        it is the last. Raises AskRefused NotFound (also for another workspace's job), or NoSource when the
        job has no shared picture."""

        def unit(tx: Transaction) -> EditTarget:
            job = tx.jobs.get(job_id)
            if job is None or job.place.team_id != team_id:
                raise AskRefused(NotFound(job_id))
            made = [p for p in tx.pictures.of_job(job.id) if p.state is PictureState.SHARED]
            if not made:
                raise AskRefused(NoSource())
            return EditTarget(_thread_of(job), (_ref(made[min(position, len(made)) - 1]),), job.id)

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


def _thread_of(job: Job) -> Place:
    return replace(job.place, thread_ts=job.place.thread_ts or job.status_ts)


def _ref(picture: Picture) -> SourceRef:
    return SourceRef(file_id=picture.file_id, picture_id=picture.id)
