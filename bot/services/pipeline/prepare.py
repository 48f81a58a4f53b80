"""Fetch an edit's sources, check them, and publish them for the provider, before anything is paid for."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bot.domain.jobs.job import Job, Status
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused, Refusal, naming
from bot.domain.requests.sizes import keep_ratio_of, keeps_ratio_of
from bot.domain.requests.source import Source, SourceRole
from bot.domain.requests.source_refusals import BadSource, NoSource, SourceReason, SourceRefusal, kept_text
from bot.errors import CannotPost, GivenUp
from bot.ports import (
    Conversation,
    EditSources,
    FetchedSource,
    ImageProvider,
    PreparedSource,
    Store,
    Transaction,
)
from bot.services.budget.accounts import Accounts
from bot.services.lease import Leased
from bot.services.pipeline.give_up import fail_unsent

FETCHABLE_SECONDS = 26 * 3600.0
"""How long a published source can be fetched: while the job waits and while its outcome may be unknown. It
is taken back when the job ends."""


class Prepare:
    """Runs the first step of an edit. ``folder`` is for the temporary files of downloads."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        provider: ImageProvider,
        edit_sources: EditSources,
        accounts: Accounts,
        folder: Path,
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._provider = provider
        self._edit_sources = edit_sources
        self._accounts = accounts
        self._folder = folder

    async def run(self, task: Task) -> None:
        """Publish the job's sources and queue its announcement, or end it with the refusal of a source.

        Safe to repeat: a source is published under its own id. A refused job costs nothing, and only its
        asker is told.
        """
        lease = Leased(self._store, task)
        begun = await lease.write(lambda tx: self._begin(tx, task))
        if begun is None:
            return
        job, sources = begun
        try:
            ready = await self._ready(lease, job, sources)
        except AskRefused as refused:
            failure = await self._why(job, sources, refused.refusal)
            await lease.write(lambda tx: self._refuse(tx, task, failure))
            return
        await lease.write(lambda tx: self._go_on(tx, task, ready))

    async def _why(self, job: Job, sources: list[Source], refusal: Refusal) -> Failure:
        """The failure that a refusal of the sources means for this job. A bot that is not a member of the
        channel cannot see the pictures either; then the failure says that, as people can change it."""
        if isinstance(refusal, BadSource):
            try:
                await self._conversation.require_member(job.place)
            except CannotPost as closed:
                return Failure(Problem.CANNOT_POST, closed.reason)
        if not isinstance(refusal, SourceRefusal):
            return Failure(refusal.code)
        are_own = all(source.picture_id is not None for source in sources)
        if are_own and not isinstance(refusal, NoSource):
            refusal = replace(refusal, own=True)
        return Failure(refusal.code, kept_text(refusal))

    def _begin(self, tx: Transaction, task: Task) -> tuple[Job, list[Source]] | None:
        job = tx.jobs.get(task.job_id)
        if job is None or job.status is not Status.QUEUED:
            tx.tasks.finish(task)
            return None
        return job, tx.sources.of_job(job.id)

    async def _ready(
        self, lease: Leased, job: Job, sources: list[Source]
    ) -> list[tuple[Source, tuple[str, ...]]]:
        """Each source with the link for the provider, and notes on how it was changed. Raises AskRefused.

        Of one of our own results it is our copy. The provider keeps its own for a month (provider reference
        2.8), so its link only serves where our copy is gone, or where we can publish nothing.
        """
        try:
            return await self._copied(lease, job, sources)
        except AskRefused:
            own = await self._own_link(lease, sources[0]) if len(sources) == 1 else None
            if own is None:
                raise
            return [(own, ())]

    async def _copied(
        self, lease: Leased, job: Job, sources: list[Source]
    ) -> list[tuple[Source, tuple[str, ...]]]:
        """The sources as they are in the conversation, published by us. Raises AskRefused."""
        with ExitStack() as temporary:
            found = []
            for source in sources:
                with naming(source.name, of=len(sources)):
                    file = await self._fetch(lease, job, source)
                temporary.callback(file.path.unlink, missing_ok=True)
                found.append(file)
            developed = await self._edit_sources.prepare(found)
        pictures = sum(ready.role is SourceRole.PICTURE for ready in developed)
        most = await self._provider.max_sources()
        if pictures > most:
            raise AskRefused(BadSource(SourceReason.TOO_MANY, most=most))
        return [
            await self._published(source, ready) for source, ready in zip(sources, developed, strict=True)
        ]

    async def _own_link(self, lease: Leased, source: Source) -> Source | None:
        """The source with the provider's own link, if it is one of our results and the link still works; else
        None."""
        if source.picture_id is None:
            return None
        picture_id = source.picture_id
        picture = await lease.write(lambda tx: tx.pictures.get(picture_id))
        if picture is None or not picture.url.startswith("http"):
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        probe = self._folder / f"{source.id}.probe"
        try:
            await self._provider.download(picture.url, probe)
        except GivenUp:
            return None
        finally:
            probe.unlink(missing_ok=True)
        return replace(
            source,
            role=SourceRole.PICTURE,
            url=picture.url,
            width=picture.width,
            height=picture.height,
        )

    async def _fetch(self, lease: Leased, job: Job, source: Source) -> FetchedSource:
        file_id = source.file_id
        if file_id is None and source.picture_id is not None:
            picture_id = source.picture_id
            picture = await lease.write(lambda tx: tx.pictures.get(picture_id))
            file_id = picture.file_id if picture is not None else None
        if file_id is None:
            raise AskRefused(NoSource())
        return await self._conversation.fetch(job.place.team_id, file_id, source.role)

    async def _published(self, source: Source, ready: PreparedSource) -> tuple[Source, tuple[str, ...]]:
        url = await self._edit_sources.publish(source.id, ready, ttl_seconds=FETCHABLE_SECONDS)
        placed = replace(source, role=ready.role, url=url, width=ready.width, height=ready.height)
        is_own = source.picture_id is not None
        return placed, () if is_own else ready.notes  # nobody cares how our own picture is passed on

    def _go_on(self, tx: Transaction, task: Task, ready: list[tuple[Source, tuple[str, ...]]]) -> None:
        """Save the sources and decide the size: the first picture's ratio where the ask names none."""
        tx.tasks.finish(task)
        job = tx.jobs.get(task.job_id)
        assert job is not None
        for source, _ in ready:
            tx.sources.save(source)
        if job.status is not Status.QUEUED:
            tx.tasks.add(TaskKind.CLEAN_UP, team_id=task.team_id, job_id=job.id)
            return
        first = next(source for source, _ in ready if source.role is SourceRole.PICTURE)
        assert first.width is not None
        assert first.height is not None
        request = replace(
            job.request,
            size=job.request.size or keep_ratio_of(first.width, first.height),
            sources=sum(source.role is SourceRole.PICTURE for source, _ in ready),
            has_mask=any(source.role is SourceRole.MASK for source, _ in ready),
        )
        said = tuple(note for _, notes in ready for note in notes)
        if job.request.size is None and not keeps_ratio_of(first.width, first.height):
            said += (_cut_to_ratio(first.name, first.width, first.height),)
        tx.jobs.save(job.evolve(request=request, notes=job.notes + said))
        tx.tasks.add(TaskKind.ANNOUNCE, team_id=task.team_id, job_id=job.id)

    def _refuse(self, tx: Transaction, task: Task, failure: Failure) -> None:
        tx.tasks.finish(task)
        job = tx.jobs.get(task.job_id)
        assert job is not None
        if job.status is Status.QUEUED:
            fail_unsent(tx, self._accounts, job, failure)


def _cut_to_ratio(name: str, width: int, height: int) -> str:
    shape, ratio = ("wider", "3:1") if width > height else ("taller", "1:3")
    return f"{name or 'The picture'} is {shape} than the image model can draw; drawn at {ratio}."
