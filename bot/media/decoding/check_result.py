"""Checks that a downloaded result is a whole picture in one of our formats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format
from bot.domain.requests.source_refusals import kept_text
from bot.errors import GivenUp
from bot.media.decoding.decode import decoder_errors_told, open_picture
from bot.media.limits import DECODING_MEMORY, Limits
from bot.media.sniff import Kind, sniff
from bot.media.unusable import Unusable

MAX_PIXELS = 40_000_000
"""Nearly five times the model's largest picture (provider reference 3); decoded, 160 MB."""

_FORMATS = {Kind.PNG: Format.PNG, Kind.JPEG: Format.JPEG, Kind.WEBP: Format.WEBP}


@dataclass(frozen=True, slots=True)
class WholePicture:
    """What decoding a result showed: edges in pixels."""

    format: Format
    width: int
    height: int


def inspect(path: Path, *, max_pixels: int = MAX_PIXELS, memory: int = DECODING_MEMORY) -> WholePicture:
    """Decode the whole picture: a cut one is found out. The header is checked before anything is decoded.

    Raises GivenUp(RESULT_UNUSABLE) for all that is not a whole PNG, JPEG or WebP picture, and for one of more
    than ``max_pixels`` or that takes more than ``memory`` bytes; OSError if there is no file; MemoryError.
    """
    data = path.read_bytes()
    limits = Limits(  # within them nothing is scaled
        max_bytes=len(data),
        max_edge=max_pixels,
        max_pixels=max_pixels,
        max_decoded_pixels=max_pixels,
        memory=memory,
    )
    try:
        kind = sniff(data)
        if kind not in _FORMATS:
            raise _unusable(f"a {kind} file")
        with decoder_errors_told():
            opened = open_picture(data, kind, limits)
            opened.load()
    except Unusable as unusable:
        raise _unusable(kept_text(unusable.refusal)) from unusable
    return WholePicture(_FORMATS[kind], opened.plan.width, opened.plan.height)


def _unusable(detail: str) -> GivenUp:
    return GivenUp(Failure(Problem.RESULT_UNUSABLE, detail))
