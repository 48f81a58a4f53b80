"""Where pictures are developed: a thread of their own, so that no decoding ever holds up an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.media import mask as masks
from bot.media import normalise as sources
from bot.media.decode import Limits

T = TypeVar("T")


class DecoderThread:
    """The asynchronous face of ``normalise`` and ``mask``. One for the life of the process.

    One worker by default (performance reference 4.6): a decoded picture may take 360 MB, and others wait.
    """

    def __init__(self, *, limits: Limits, workers: int = 1) -> None:
        self._limits = limits
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="darkroom")

    async def normalise(self, data: bytes | Path) -> sources.Normalised:
        """See ``normalise.normalise``."""
        return await self._run(lambda: sources.normalise(data, limits=self._limits))

    async def as_png(self, picture: sources.Normalised) -> sources.Normalised:
        """See ``normalise.as_png``."""
        return await self._run(lambda: sources.as_png(picture))

    async def prepare_mask(
        self, mask: bytes | Path, source: sources.Normalised, *, invert: bool = False
    ) -> masks.Mask:
        """See ``mask.prepare_mask``; a path is read here."""

        def work() -> masks.Mask:
            data = mask.read_bytes() if isinstance(mask, Path) else mask
            return masks.prepare_mask(data, source, limits=self._limits, invert=invert)

        return await self._run(work)

    def close(self) -> None:
        """Take no more work; what has begun ends by itself. Safe to repeat."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
