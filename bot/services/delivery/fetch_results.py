"""Fetch the results of a job from the provider: each once, whatever comes instead of it on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain.jobs.job import ORDINALS, Job, Picture, PictureState
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, NotUnderstood, TryLater, Unreachable
from bot.ports import Done, ImageProvider, JobView, Spool
from bot.services.lease import Leased

FETCH_TRIES = 8
"""After so many answers that are not the picture (a refusal, a web page, no picture) it is lost. That takes
three minutes, in which a proxy recovers or a link works again. At most the worker's MAX_ATTEMPTS."""

LONGEST_PAUSE_SECONDS = 60.0
"""The longest pause between two of these tries; the first is two seconds, and each twice the one before."""


class FetchResults:
    """Fetches results into the spool and checks them. ``poll_floor`` is the least number of seconds between
    two questions to the provider about one task."""

    def __init__(self, *, provider: ImageProvider, spool: Spool, poll_floor: float) -> None:
        self._provider = provider
        self._spool = spool
        self._poll_floor = poll_floor

    async def on_disk(self, job: Job, picture: Picture) -> Path:
        """The file of a result, downloaded if it is missing. Raises TryLater or GivenUp. Safe to repeat."""
        path = self._spool.path(job, picture)
        if not path.exists():
            await self._provider.download(picture.url, path)
        return path

    async def __call__(self, lease: Leased, view: JobView) -> list[Picture]:
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
        path = await self.on_disk(job, picture)
        try:
            facts = await self._spool.inspect(path)
        except GivenUp:
            path.unlink(missing_ok=True)
            raise
        return await keep(
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
                    await keep(lease, replace(picture, url=link))

    async def _lose(self, lease: Leased, picture: Picture, failure: Failure) -> Picture:
        return await keep(lease, replace(picture, state=PictureState.LOST, failure=failure))


async def keep(lease: Leased, picture: Picture) -> Picture:
    """Save the picture under the lease and return it."""
    await lease.write(lambda tx: tx.pictures.save(picture))
    return picture
