"""Bring paid pictures into the thread: each once, whatever fails on the way.

Every step is committed before the next begins, so a restart resumes where it stopped. The file id is the
idempotency key: it is committed before the call that completes the upload, and the conversation is asked
whether the file is there before that call is ever repeated.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.domain.jobs.job import ORDINALS, Delivery, Job, Picture, PictureState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, NotUnderstood, OutcomeUnknown, TryLater, Unreachable
from bot.ports import Conversation, Done, ImageProvider, JobView, Spool, Store, Transaction, UploadTicket
from bot.services.job_view import view_of
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

FETCH_TRIES = 8
"""After so many answers that are not the picture (a refusal, a web page, no picture) it is lost. That takes
three minutes, in which a proxy recovers or a link works again. At most the worker's MAX_ATTEMPTS."""

LONGEST_PAUSE_SECONDS = 60.0
"""The longest pause between two of these tries; the first is two seconds, and each twice the one before."""

EXPIRED = "upload_http_"
"""How the detail of a failure begins when Slack refuses an upload address."""


class Deliver:
    """Delivers a job's pictures. ``poll_floor`` is the least number of seconds between two questions to the
    provider about one task."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        provider: ImageProvider,
        spool: Spool,
        poll_floor: float,
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._provider = provider
        self._spool = spool
        self._poll_floor = poll_floor

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
            fetched = await self._fetch_all(lease, view)
            pictures = [await self._prepare(lease, view.job, picture) for picture in fetched]
            await self._share(lease, view, pictures)
        except GivenUp as refused:
            failure = refused.failure
            await lease.write(lambda tx: self._undeliverable(tx, task, failure))

    def _begin(self, tx: Transaction, task: Task) -> JobView | None:
        job = tx.jobs.get(task.job_id)
        if job is None or all_delivered(tx.pictures.of_job(task.job_id)):
            tx.tasks.finish(task)
            return None
        if job.delivery is not Delivery.DELIVERING:
            job = job.evolve(delivery=Delivery.DELIVERING)
            tx.jobs.save(job)
        return view_of(tx, job)

    async def _prepare(self, lease: Leased, job: Job, picture: Picture) -> Picture:
        """Bring one picture that was fetched as far as UPLOADED; leave any other as it is."""
        if picture.state is PictureState.FETCHED:
            picture = await self._ticket(lease, job, picture)
        if picture.state is PictureState.TICKETED:
            picture = await self._upload(lease, job, picture)
        return picture

    async def _ticket(self, lease: Leased, job: Job, picture: Picture) -> Picture:
        ticket = await self._conversation.ticket(job, picture)
        ticketed = replace(
            picture, state=PictureState.TICKETED, file_id=ticket.file_id, upload_url=ticket.upload_url
        )
        return await self._keep(lease, ticketed)

    async def _upload(self, lease: Leased, job: Job, picture: Picture) -> Picture:
        """Send the bytes. An upload address that has expired is replaced by a new one with a new file id;
        nobody sees the file of the old one, as it is never completed."""
        path = await self._on_disk(job, picture)
        for left in reversed(range(TICKETS)):
            assert picture.file_id is not None
            assert picture.upload_url is not None
            try:
                await self._conversation.upload(UploadTicket(picture.file_id, picture.upload_url), path)
                break
            except GivenUp as refused:
                if not left or not refused.failure.detail.startswith(EXPIRED):
                    raise
                picture = await self._ticket(lease, job, picture)
        return await self._keep(lease, replace(picture, state=PictureState.UPLOADED, upload_url=None))

    async def _fetch_all(self, lease: Leased, view: JobView) -> list[Picture]:
        """Fetch every picture that is not fetched yet; return all, some of them perhaps lost.

        Raises NotUnderstood, after all were tried, when an answer was not the picture and there is a try
        left: then none is shown yet, as they are shown together.
        """
        tries = lease.task.faults + 1
        pictures: list[Picture] = []
        gone: list[Picture] = []
        doubt: Failure | None = None
        for picture in view.pictures:
            try:
                is_found = picture.state is PictureState.FOUND
                pictures.append(await self._fetch(lease, view.job, picture) if is_found else picture)
            except GivenUp as wrong:
                if tries >= FETCH_TRIES:
                    pictures.append(await self._lose(lease, picture, wrong.failure))
                    continue
                doubt = wrong.failure
                gone += [picture] if doubt.problem is Problem.RESULT_GONE else []
        if doubt is not None:
            if tries > 1:  # the first time is too soon after the poll that gave the link
                await self._renew_links(lease, view, gone)
            pause = min(2.0**tries, LONGEST_PAUSE_SECONDS)
            raise NotUnderstood(doubt.detail, after=max(self._poll_floor, pause))
        return pictures

    async def _fetch(self, lease: Leased, job: Job, picture: Picture) -> Picture:
        """Download one picture. Raises GivenUp when what came was not one; then no file of it is left."""
        path = await self._on_disk(job, picture)
        try:
            facts = await self._spool.inspect(path)
        except GivenUp:
            path.unlink(missing_ok=True)
            raise
        return await self._keep(
            lease,
            replace(
                picture,
                state=PictureState.FETCHED,
                sha256=facts.sha256,
                size_bytes=facts.size_bytes,
                width=facts.width,
                height=facts.height,
                format=facts.format.value,
            ),
        )

    async def _renew_links(self, lease: Leased, view: JobView, gone: list[Picture]) -> None:
        """Ask the provider, once per task, for links in place of those that are gone (provider reference 6).

        Raises Unreachable when it cannot be reached. When it no longer knows the task, the old links stay.
        """
        for submission in view.submissions:
            mine = [picture for picture in gone if picture.submission_id == submission.id]
            if not mine or submission.provider_task_id is None:
                continue
            try:
                answer = await self._provider.poll(submission.provider_task_id, submission.dialect or "")
            except Unreachable:
                raise
            except TryLater:
                continue
            links = dict(enumerate(answer.urls)) if isinstance(answer, Done) else {}
            for picture in mine:
                link = links.get(picture.ordinal % ORDINALS)
                if link is not None and link != picture.url:
                    await self._keep(lease, replace(picture, url=link))

    async def _lose(self, lease: Leased, picture: Picture, failure: Failure) -> Picture:
        return await self._keep(lease, replace(picture, state=PictureState.LOST, failure=failure))

    async def _on_disk(self, job: Job, picture: Picture) -> Path:
        path = self._spool.path(job, picture)
        if not path.exists():
            await self._provider.download(picture.url, path)
        return path

    async def _share(self, lease: Leased, view: JobView, pictures: Sequence[Picture]) -> None:
        job = view.job
        waiting = [p for p in pictures if p.state is PictureState.UPLOADED]
        if job.share_intent_at is None:
            if waiting:
                await self._complete(lease, replace(view, pictures=pictures))
        elif await self._verify(lease, job, waiting):
            waiting = []
        elif (age := (view.now - job.share_intent_at).total_seconds()) > RESHARE_SECONDS:
            await self._share_anew(lease, job, waiting)
            return
        elif age > REPEAT_SECONDS and not lease.task.attempts:
            await self._repeat(lease, replace(view, pictures=pictures))
            return
        if waiting:
            # After the first share the step has got on, so earlier failures no longer count as attempts.
            await lease.again(VERIFY_SECONDS, attempts=lease.task.attempts if job.share_intent_at else 0)
            return
        await lease.write(lambda tx: self._ended(tx, lease.task))
        self._spool.forget(job)

    async def _complete(self, lease: Leased, view: JobView) -> None:
        """Commit the intent, then share the pictures. When the answer is lost, the next pass looks whether
        they are there instead of repeating the call."""

        def intend(tx: Transaction) -> None:
            job = tx.jobs.get(view.job.id)
            assert job is not None
            tx.jobs.save(job.evolve(share_intent_at=tx.now))

        await lease.write(intend)
        try:
            await self._conversation.share(view)
        except TryLater:
            await lease.write(lambda tx: _forget_share(tx, view.job.id))
            raise
        except OutcomeUnknown:
            return

    async def _repeat(self, lease: Leased, view: JobView) -> None:
        """Send the share call once more; whatever the answer, the next pass looks again."""
        with contextlib.suppress(OutcomeUnknown):
            await self._conversation.share(view)
        await lease.again(VERIFY_SECONDS, attempts=1)

    async def _verify(self, lease: Leased, job: Job, waiting: Sequence[Picture]) -> bool:
        """True once every waiting picture is seen in the thread."""
        seen = True
        for picture in waiting:
            if await self._conversation.is_shared(job, picture):
                await self._keep(lease, replace(picture, state=PictureState.SHARED))
            else:
                seen = False
        return seen

    async def _share_anew(self, lease: Leased, job: Job, waiting: Sequence[Picture]) -> None:
        """Upload the pictures that did not appear within RESHARE_SECONDS again, under new file ids."""

        def restart(tx: Transaction) -> None:
            _forget_share(tx, job.id)
            for picture in waiting:
                current = tx.pictures.get(picture.id)
                if current is not None and current.state is PictureState.UPLOADED:
                    tx.pictures.save(replace(current, state=PictureState.FETCHED, file_id=None))
            attempts = lease.task.attempts + 1
            tx.tasks.reschedule(lease.task, delay=0.0, attempts=attempts, error="shared, but not there")

        await lease.write(restart)

    async def _keep(self, lease: Leased, picture: Picture) -> Picture:
        await lease.write(lambda tx: tx.pictures.save(picture))
        return picture

    def _ended(self, tx: Transaction, task: Task) -> None:
        tx.tasks.finish(task)
        job = tx.jobs.get(task.job_id)
        assert job is not None
        pictures = tx.pictures.of_job(job.id)
        lost = next((p.failure for p in pictures if p.state is PictureState.LOST), None)
        job = job.evolve(share_intent_at=None, failure=job.failure or lost)
        if all(p.state is PictureState.LOST for p in pictures):
            job = job.evolve(delivery=Delivery.UNDELIVERABLE)
        tx.jobs.save(job)
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
        tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=job.place.team_id, job_id=job.id)
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)


def _forget_share(tx: Transaction, job_id: str) -> None:
    job = tx.jobs.get(job_id)
    assert job is not None
    tx.jobs.save(job.evolve(share_intent_at=None))


def all_delivered(pictures: Sequence[Picture]) -> bool:
    """Whether there are pictures and each is shared or lost."""
    return bool(pictures) and all(p.state.is_final for p in pictures)
