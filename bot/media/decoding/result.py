"""Decodes a result to the size in which it is shown."""

from __future__ import annotations

from pathlib import Path

from bot.domain.problem import Failure, Problem
from bot.domain.requests.source_refusals import kept_text
from bot.errors import GivenUp
from bot.media.decoding.decode import Decoded, decode
from bot.media.decoding.estimate import Told
from bot.media.limits import Limits
from bot.media.unusable import Unusable


def decode_result(file: Path, *, max_edge: int, max_pixels: int, limits: Limits, told: Told) -> Decoded:
    """The whole picture, scaled down to ``max_edge`` and ``max_pixels``; of ``limits`` only what decoding
    takes counts. ``told`` hears the plan.

    Raises GivenUp(RESULT_UNUSABLE) when it cannot be decoded; OSError for a file that cannot be read;
    MemoryError.
    """
    data = file.read_bytes()
    within = Limits(
        max_bytes=len(data),
        max_edge=max_edge,
        max_pixels=max_pixels,
        max_decoded_pixels=limits.max_decoded_pixels,
        memory=limits.memory,
    )
    try:
        return decode(data, within, told=told)
    except Unusable as unusable:
        raise GivenUp(Failure(Problem.RESULT_UNUSABLE, kept_text(unusable.refusal))) from unusable
