"""A PNG in place of a picture that messages do not show: a WebP, or one of too many bytes (pictures reference
2.1)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from bot.media.decoding.estimate import Told, told_nobody
from bot.media.decoding.our_png import DigitalSource, fitting_png
from bot.media.decoding.result import decode_result
from bot.media.limits import Limits

SIDES = (2048, 1792, 1600, 1408)
"""Pixels of the longer edge, tried in turn: the last fits whatever is in it, as a pixel takes 4 bytes."""
MAX_PREVIEW_BYTES = 8_000_000


def preview(file: Path, *, limits: Limits, told: Told = told_nobody) -> tuple[bytes, tuple[int, int]]:
    """The whole picture as a PNG, and its size in pixels. What is transparent stays so.

    The same file gives the same bytes. ``told`` hears the plan. Raises GivenUp(RESULT_UNUSABLE) when it
    cannot be decoded; OSError for a file that cannot be read; MemoryError.
    """
    most = SIDES[0]
    image = decode_result(file, max_edge=most, max_pixels=most**2, limits=limits, told=told).image

    def drawn(side: int) -> Image.Image:
        scale = side / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        return image if scale >= 1 else image.resize(size, Image.Resampling.LANCZOS)

    longest = max(image.size)
    sides = dict.fromkeys(min(side, longest) for side in SIDES)
    return fitting_png(drawn, sides, most=MAX_PREVIEW_BYTES, source=DigitalSource.DRAWN)
