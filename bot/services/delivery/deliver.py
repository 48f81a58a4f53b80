"""Bring paid pictures into the thread: each once, whatever fails on the way.

Every step is committed before the next begins, so a restart resumes where it stopped. The file id is the
idempotency key: it is committed before the call that completes the upload, and the conversation is asked
whether the file is there before that call is ever repeated.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState
from bot.domain.jobs.shown import Preview
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, OutcomeUnknown, TryLater
from bot.ports import Conversation, JobView, Spool, Store, Transaction, UploadTicket
from bot.services.abilities import MessageAbilities
from bot.services.delivery.fetch_results import FetchResults
from bot.services.delivery.previews import Previews
from bot.services.job_sets import is_under_way, share_delivery
from bot.services.job_view import first_key, shown_view
from bot.services.lease import Leased

VERIFY_SECONDS = 1.0
"""How many seconds after sharing the thread is checked (again); Slack shares asynchronously."""

RESHARE_SECONDS = 60.0
"""Files that are not in the thread so many seconds after sharing are uploaded again under new ids."""

REPEAT_SECONDS = 10.0
"""So many seconds after sharing files that do not appear, the call is sent once more with the same file ids:
Slack completes a file once, so the second call can only do what the first did not."""

TICKETS = 3
"""How many upload addresses are tried for a picture in one pass: one that waited through an outage has
expired."""

EXPIRED = "upload_http_"
"""How the detail of a failure begins when Slack refuses an upload address."""


P = TypeVar("P", Picture, Preview)
"""Pictures and previews are delivered alike."""

_log = structlog.get_logger(__name__)


class Deliver:
    """Delivers a job's pictures, and what stands for them in messages."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        spool: Spool,
        fetch: FetchResults,
        previews: Previews,
        abilities: MessageAbilities,
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._spool = spool
        self._fetch = fetch
        self._previews = previews
        self._abilities = abilities

    async def run(self, task: Task) -> None:
        """One pass over the job's pictures: fetch, upload, share all in one message, verify.

        Safe to repeat: it goes on where the last pass stopped. Raises TryLater or OutcomeUnknown when it has
        to run again. What Slack refuses for good makes the job UNDELIVERABLE and parks the task.
        """
        lease = Leased(self._store, task)
        view = await lease.write(lambda tx: self._begin(tx, task))
        if view is None:
            return
        try:
            fetched = await self._fetch(lease, view)
            drawn = replace(view, pictures=fetched)
            made = await self._previews(lease, drawn)
            previews = [await self._prepare_preview(lease, drawn, preview) for preview in made]
            pictures = [await self._prepare(lease, drawn, picture) for picture in fetched]
            await self._share(lease, replace(view, pictures=pictures, previews=previews))
        except GivenUp as refused:
            failure = refused.failure
            await lease.write(lambda tx: self._undeliverable(tx, task, failure))

    def _begin(self, tx: Transaction, task: Task) -> JobView | None:
        job = tx.jobs.get(task.job_id)
        if job is None or _is_over(shown_view(tx, job)) or (job.member and is_under_way(tx, job)):
            tx.tasks.finish(task)
            return None
        if job.delivery is not Delivery.DELIVERING:
            job = job.evolve(delivery=Delivery.DELIVERING)
            tx.jobs.save(job)
        return shown_view(tx, job)

    async def _prepare_preview(self, lease: Leased, view: JobView, preview: Preview) -> Preview:
        """As ``_prepare``. A preview that cannot be made or sent any more holds no picture back."""
        try:
            return await self._prepare(lease, view, preview)
        except GivenUp as gone:
            _log.warning("preview_lost", job=view.job.id, reason=gone.failure.detail)
            lost = replace(preview, state=PictureState.LOST, file_id=None, upload_url=None)
            return await self._keep(lease, lost)

    async def _prepare(self, lease: Leased, view: JobView, picture: P) -> P:
        """Bring one picture that was fetched as far as UPLOADED; leave any other as it is."""
        if picture.state is PictureState.FETCHED:
            picture = await self._ticket(lease, view, picture)
        if picture.state is PictureState.TICKETED:
            picture = await self._upload(lease, view, picture)
        return picture

    async def _ticket(self, lease: Leased, view: JobView, picture: P) -> P:
        described = await self._abilities.files_take_descriptions(view.job.place.team_id)
        ticket = await self._conversation.ticket(view, picture, described=described)
        ticketed = replace(
            picture, state=PictureState.TICKETED, file_id=ticket.file_id, upload_url=ticket.upload_url
        )
        return await self._keep(lease, ticketed)

    async def _upload(self, lease: Leased, view: JobView, picture: P) -> P:
        """Send the bytes. An upload address that has expired is replaced by a new one with a new file id;
        nobody sees the file of the old one, as it is never completed."""
        if isinstance(picture, Picture):
            path = await self._fetch.on_disk(view.job, picture)
        else:
            path = await self._previews.on_disk(lease, view.job, picture)
        for left in reversed(range(TICKETS)):
            assert picture.file_id is not None
            assert picture.upload_url is not None
            try:
                await self._conversation.upload(UploadTicket(picture.file_id, picture.upload_url), path)
                break
            except GivenUp as refused:
                if not left or not refused.failure.detail.startswith(EXPIRED):
                    raise
                picture = await self._ticket(lease, view, picture)
        return await self._keep(lease, replace(picture, state=PictureState.UPLOADED, upload_url=None))

    async def _share(self, lease: Leased, view: JobView) -> None:
        job = view.job
        items: list[Picture | Preview] = [*view.previews, *view.pictures]
        waiting = [item for item in items if item.state is PictureState.UPLOADED]
        if job.share_intent_at is None:
            if waiting:
                await self._complete(lease, view)
        elif await self._verify(lease, job, waiting):
            waiting = []
        elif (age := (view.now - job.share_intent_at).total_seconds()) > RESHARE_SECONDS:
            await self._share_anew(lease, job, waiting)
            return
        elif age > REPEAT_SECONDS and not lease.task.attempts:
            await self._repeat(lease, view)
            return
        if waiting:
            # After the first share the step has got on, so earlier failures no longer count as attempts.
            await lease.again(VERIFY_SECONDS, attempts=lease.task.attempts if job.share_intent_at else 0)
            return
        result_ts = await self._message(job, items)
        await lease.write(lambda tx: self._ended(tx, lease.task, result_ts))
        self._spool.forget(job)

    async def _message(self, job: Job, items: Sequence[Picture | Preview]) -> str | None:
        """Where the result is. It can be found again later, so it keeps nobody waiting."""
        shared = next(
            (one.file_id for one in items if one.state is PictureState.SHARED and one.file_id), None
        )
        waiting = next((one.file_id for one in items if one.file_id), None)
        file_id = shared or waiting
        return await self._conversation.message_of(job, file_id) if file_id is not None else None

    async def _complete(self, lease: Leased, view: JobView) -> None:
        """Commit the intent, then share the pictures. When the answer is lost, the next pass looks whether
        they are there instead of repeating the call."""
        place = view.job.place
        with_blocks = not view.is_root and await self._abilities.files_take_buttons(place.team_id)
        await lease.write(lambda tx: _intend_share(tx, view.job.id, with_blocks=with_blocks))
        try:
            if not await self._conversation.share(view, with_blocks=with_blocks):
                _log.warning("blocks_refused", job=view.job.id)
                await lease.write(lambda tx: _intend_share(tx, view.job.id, with_blocks=False))
                await self._conversation.share(view, with_blocks=False)
        except TryLater:
            await lease.write(lambda tx: _forget_share(tx, view.job.id))
            raise
        except OutcomeUnknown:
            return

    async def _repeat(self, lease: Leased, view: JobView) -> None:
        """Send the share call once more, with nothing in it that could be refused; whatever the answer, the
        next pass looks again. The status message then keeps the buttons."""
        await lease.write(lambda tx: _intend_share(tx, view.job.id, with_blocks=False, again=True))
        with contextlib.suppress(OutcomeUnknown):
            await self._conversation.share(view, with_blocks=False)
        await lease.again(VERIFY_SECONDS, attempts=1)

    async def _verify(self, lease: Leased, job: Job, waiting: Sequence[Picture | Preview]) -> bool:
        """True once every waiting picture is seen in the thread."""
        seen = True
        for picture in waiting:
            if await self._conversation.is_shared(job, picture):
                await lease.write(partial(_shared, item=picture))
            else:
                seen = False
        return seen

    async def _share_anew(self, lease: Leased, job: Job, waiting: Sequence[Picture | Preview]) -> None:
        """Upload the pictures that did not appear within RESHARE_SECONDS again, under new file ids."""

        def restart(tx: Transaction) -> None:
            _forget_share(tx, job.id)
            for picture in waiting:
                current = _current(tx, picture)
                if current is not None and current.state is PictureState.UPLOADED:
                    _anew(tx, current)
            attempts = lease.task.attempts + 1
            tx.tasks.reschedule(lease.task, delay=0.0, attempts=attempts, error="shared, but not there")

        await lease.write(restart)

    async def _keep(self, lease: Leased, picture: P) -> P:
        await lease.write(lambda tx: _save(tx, picture))
        return picture

    def _ended(self, tx: Transaction, task: Task, result_ts: str | None) -> None:
        tx.tasks.finish(task)
        job = tx.jobs.get(task.job_id)
        assert job is not None
        pictures = shown_view(tx, job).pictures
        lost = next((p.failure for p in pictures if p.state is PictureState.LOST), None)
        job = job.evolve(share_intent_at=None, result_ts=result_ts, failure=job.failure or lost)
        if tx.key_values.get(first_key(job)) is None:
            tx.key_values.put(first_key(job), job.id)
        if job.status_ts is None:
            job = job.evolve(delivery=Delivery.DELIVERED)  # no status message will say so
        if all(p.state is PictureState.LOST for p in pictures):
            job = job.evolve(delivery=Delivery.UNDELIVERABLE)
            tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)
        tx.jobs.save(job)
        share_delivery(tx, job)
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.id)

    def _undeliverable(self, tx: Transaction, task: Task, failure: Failure) -> None:
        """Park the delivery that was refused for good and tell the asker. The pictures are paid and kept, so
        an operator can have them delivered later."""
        job = tx.jobs.get(task.job_id)
        assert job is not None
        tx.tasks.park(task, f"{failure.problem}: {failure.detail}")
        shown = failure if failure.problem is Problem.DELIVERY_REFUSED else job.failure or failure
        changed = job.evolve(delivery=Delivery.UNDELIVERABLE, failure=shown, share_intent_at=None)
        tx.jobs.save(changed)
        share_delivery(tx, changed)
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.id)
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)


def _is_over(view: JobView) -> bool:
    return all_delivered(view.pictures) and all(one.state.is_final for one in view.previews)


def _save(tx: Transaction, picture: Picture | Preview) -> None:
    if isinstance(picture, Picture):
        tx.pictures.save(picture)
    else:
        tx.previews.put(picture)


def _shared(tx: Transaction, *, item: Picture | Preview) -> None:
    if isinstance(item, Picture):
        tx.pictures.save(replace(item, state=PictureState.SHARED))
    else:
        tx.previews.put(replace(item, state=PictureState.SHARED))


def _anew(tx: Transaction, item: Picture | Preview) -> None:
    if isinstance(item, Picture):
        tx.pictures.save(replace(item, state=PictureState.FETCHED, file_id=None))
    else:
        tx.previews.put(replace(item, state=PictureState.FETCHED, file_id=None))


def _current(tx: Transaction, item: Picture | Preview) -> Picture | Preview | None:
    if isinstance(item, Picture):
        return tx.pictures.get(item.id)
    return next((one for one in tx.previews.of_job(item.job_id) if one.number == item.number), None)


def _intend_share(tx: Transaction, job_id: str, *, with_blocks: bool, again: bool = False) -> None:
    job = tx.jobs.get(job_id)
    assert job is not None
    since = job.share_intent_at if again else tx.now
    tx.jobs.save(job.evolve(share_intent_at=since, result_has_blocks=with_blocks))


def _forget_share(tx: Transaction, job_id: str) -> None:
    job = tx.jobs.get(job_id)
    assert job is not None
    tx.jobs.save(job.evolve(share_intent_at=None))


def all_delivered(pictures: Sequence[Picture]) -> bool:
    """Whether there are pictures and each is shared or lost."""
    return bool(pictures) and all(p.state.is_final for p in pictures)
