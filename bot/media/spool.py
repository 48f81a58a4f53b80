"""Results on disk between download and upload, so that a crash repeats neither."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.domain.jobs.job import Job, Picture
from bot.media.check_result import inspect
from bot.ports import PictureFacts


class DiskSpool:
    """Implements ``bot.ports.Spool`` with a folder for each job. A file that is missing is downloaded
    again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, job: Job, picture: Picture) -> Path:
        """See the port."""
        folder = self._folder / job.id
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{picture.ordinal}.{job.request.format.extension}"

    async def inspect(self, path: Path) -> PictureFacts:
        """See the port."""
        return await asyncio.to_thread(inspect, path)

    def forget(self, job: Job) -> None:
        """See the port."""
        shutil.rmtree(self._folder / job.id, ignore_errors=True)
