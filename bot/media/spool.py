"""Results on disk between download and upload, so that a crash repeats neither."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.domain.jobs.job import Job, Picture
from bot.media.check_result import inspect
from bot.ports import PictureFacts


class DiskSpool:
    """A folder per job. Losing it loses nothing: a missing file is downloaded again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, job: Job, picture: Picture) -> Path:
        folder = self._folder / job.id
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{picture.ordinal}.{job.request.format.extension}"

    async def inspect(self, path: Path) -> PictureFacts:
        """Decode off the event loop. Raises GivenUp(RESULT_UNUSABLE)."""
        return await asyncio.to_thread(inspect, path)

    def forget(self, job: Job) -> None:
        shutil.rmtree(self._folder / job.id, ignore_errors=True)
