"""Results on disk between download and upload, so that a crash repeats neither."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.domain.jobs.job import Delivery, Job, Picture
from bot.domain.jobs.shown import SHEET
from bot.ports import PictureFacts, Store, Transaction


class DiskSpool:
    """Implements ``bot.ports.Spool`` with a folder for each job. A file that is missing is downloaded
    again. ``inspect`` decodes a file, as the port says; ``sheet`` and ``preview`` draw one from others, to
    their last argument."""

    def __init__(
        self,
        folder: Path,
        *,
        inspect: Callable[[Path], Awaitable[PictureFacts]],
        sheet: Callable[[Sequence[Path | None], Path], Awaitable[PictureFacts]],
        preview: Callable[[Path, Path], Awaitable[PictureFacts]],
    ) -> None:
        self._folder = folder
        self._inspect = inspect
        self._sheet = sheet
        self._preview = preview

    def path(self, job: Job, picture: Picture) -> Path:
        """See the port."""
        return self._folder_of(job) / f"{picture.ordinal}.{job.request.format.extension}"

    def preview_path(self, job: Job, number: int) -> Path:
        """See the port."""
        return self._folder_of(job) / f"preview-{number}.png"

    async def inspect(self, path: Path) -> PictureFacts:
        """See the port."""
        return await self._inspect(path)

    async def sheet(self, job: Job, pictures: Sequence[Picture | None]) -> PictureFacts:
        """See the port."""
        tiles = [None if picture is None else self.path(job, picture) for picture in pictures]
        return await self._sheet(tiles, self.preview_path(job, SHEET))

    async def preview(self, job: Job, number: int, picture: Picture) -> PictureFacts:
        """See the port."""
        return await self._preview(self.path(job, picture), self.preview_path(job, number))

    def forget(self, job: Job) -> None:
        """See the port."""
        shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def _folder_of(self, job: Job) -> Path:
        folder = self._folder / job.id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def sweep(self, store: Store) -> None:
        """Remove the files of jobs that are delivered or not known: a process that was killed has left them.
        Safe to repeat."""
        ids = [folder.name for folder in self._folder.glob("*/")]

        def unit(tx: Transaction) -> list[str]:
            return [job_id for job_id in ids if _needs_no_files(tx.jobs.get(job_id))]

        if ids:
            for job_id in await store.read(unit):
                await asyncio.to_thread(shutil.rmtree, self._folder / job_id, ignore_errors=True)


def _needs_no_files(job: Job | None) -> bool:
    """Pictures that could not be delivered may still be asked for."""
    return job is None or job.delivery is Delivery.DELIVERED
