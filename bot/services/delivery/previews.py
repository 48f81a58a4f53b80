"""Make what stands for pictures in messages: the contact sheet, and a PNG of what Slack cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import structlog

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET, Preview, is_shown_as_it_is
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp
from bot.ports import JobView, Spool
from bot.services.delivery.fetch_results import FetchResults
from bot.services.job_view import shown_view
from bot.services.lease import Leased

_log = structlog.get_logger(__name__)


class Previews:
    """Makes the previews of a job from its results. Safe to repeat: the same pictures give the same bytes."""

    def __init__(self, *, spool: Spool, fetch: FetchResults) -> None:
        self._spool = spool
        self._fetch = fetch

    async def __call__(self, lease: Leased, view: JobView) -> list[Preview]:
        """What stands for pictures in messages, made once: the sheet of several pictures, and a PNG of each
        that Slack cannot show. Empty where nothing can be shown anyway, and without what cannot be made."""
        made = {preview.number: preview for preview in view.previews}
        there = _there(view)
        wanted = [number for number, picture in there.items() if not is_shown_as_it_is(picture)]
        if view.job.request.n > 1 and there:
            wanted.insert(0, SHEET)
        for number in wanted:
            if number not in made and (preview := await self._make(lease, view, number, there)):
                made[number] = preview
        return [made[number] for number in sorted(made)]

    async def _make(
        self, lease: Leased, view: JobView, number: int, there: Mapping[int, Picture]
    ) -> Preview | None:
        job = view.job
        try:
            for picture in there.values() if number == SHEET else (there[number],):
                await self._fetch.on_disk(job, picture)
            if number == SHEET:
                tiles = [there.get(at) for at in range(1, max(job.request.n, *there) + 1)]
                facts = await self._spool.sheet(job, tiles)
            else:
                facts = await self._spool.preview(job, number, there[number])
        except GivenUp as unusable:
            # The pictures themselves are delivered all the same: what was paid for is never held back.
            _log.warning("preview_not_made", job=job.id, number=number, reason=unusable.failure.detail)
            return None
        preview = Preview(
            job_id=job.id,
            number=number,
            state=PictureState.FETCHED,
            sha256=facts.sha256,
            size_bytes=facts.size_bytes,
            width=facts.width,
            height=facts.height,
        )
        await lease.write(lambda tx: tx.previews.put(preview))
        return preview

    async def on_disk(self, lease: Leased, job: Job, preview: Preview) -> Path:
        """The file of a preview, made anew where it is missing. Raises TryLater, and GivenUp when it cannot
        be made any more."""
        path = self._spool.preview_path(job, preview.number)
        if not path.exists():
            view = await lease.write(lambda tx: shown_view(tx, job))
            if await self._make(lease, view, preview.number, _there(view)) is None:
                raise GivenUp(Failure(Problem.RESULT_GONE, "a preview could not be made again"))
        return path


def _there(view: JobView) -> dict[int, Picture]:
    """The pictures that are not lost, by number."""
    by_number = numbered(view.pictures, view.submissions)
    return {number: one for number, one in by_number.items() if one.state is not PictureState.LOST}
