"""Decodes pictures in a thread of its own, so that decoding never holds up the event loop."""

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
    """Runs ``normalise`` and ``mask`` for callers in the event loop. Build one for the process.

    ``workers`` pictures are decoded at the same time and the others wait: a decoded one may take 360 MB
    (performance reference 4.6).
    """

    def __init__(self, *, limits: Limits, workers: int = 1) -> None:
        self._limits = limits
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="picture-decoder")

    async def normalise(self, data: bytes | Path) -> sources.Normalised:
        """See ``normalise.normalise``."""
        return await self._run(lambda: sources.normalise(data, limits=self._limits))

    async def as_png(self, picture: sources.Normalised) -> sources.Normalised:
        """See ``normalise.as_png``."""
        return await self._run(lambda: sources.as_png(picture))

    async def prepare_mask(
        self, mask: bytes | Path, source: sources.Normalised, *, invert: bool = False
    ) -> masks.Mask:
        """See ``mask.prepare_mask``. A path is read in the thread; raises OSError when it cannot be."""

        def work() -> masks.Mask:
            data = mask.read_bytes() if isinstance(mask, Path) else mask
            return masks.prepare_mask(data, source, limits=self._limits, invert=invert)

        return await self._run(work)

    def close(self) -> None:
        """Take no more work and drop what has not begun; what has begun runs to its end. Safe to repeat."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
