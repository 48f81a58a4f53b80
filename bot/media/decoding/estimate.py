"""What decoding a picture will take, from its header: a picture that takes too much is refused before
anything of it is decoded. The numbers are measured: pictures reference 1.4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.requests.source_refusals import SourceReason
from bot.media.decoding.header import Header
from bot.media.limits import Limits
from bot.media.unusable import unusable

_PROCESS = 60_000_000
"""The process itself, with its libraries."""
_LEAST_REDUCED = 2_000_000
"""Pixels that are always left of a picture that is decoded at a part of its size."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a picture is decoded: at 1/``reduction`` of its edges (a JPEG can be), then scaled to ``target``,
    which takes ``needs`` bytes at most. ``width`` and ``height`` are those of the file."""

    width: int
    height: int
    reduction: int
    target: tuple[int, int]
    needs: int


Told = Callable[[Plan], None]
"""Hears the plan before the picture is decoded: whoever watches then knows the numbers if it goes wrong."""


def told_nobody(_plan: Plan) -> None:
    """For those who do not watch."""


def plan(header: Header, file_bytes: int, limits: Limits) -> Plan:
    """The plan that fits ``limits``. Raises Unusable BadSource when there is none."""
    width, height = header.width, header.height
    if width < 1 or height < 1:
        raise unusable(SourceReason.DAMAGED, detail="no pixels")
    if width * height > limits.max_decoded_pixels:
        most = limits.max_decoded_pixels
        raise unusable(SourceReason.TOO_MANY_PIXELS, width=width, height=height, limit=most)
    possible = [_planned(header, file_bytes, limits, reduction) for reduction in _reductions(header, limits)]
    for one in possible:
        if one.needs <= limits.memory:
            return one
    needs = possible[0].needs
    raise unusable(SourceReason.TOO_BIG, width=width, height=height, needs=needs, limit=limits.memory)


def _reductions(header: Header, limits: Limits) -> list[int]:
    """The largest one that leaves enough for the target, then those that leave less, but enough to see."""
    if not header.can_be_reduced:
        return [1]
    width, height = limits.fitted(header.width, header.height)
    decoded = {by: header.reduced(by) for by in (1, 2, 4, 8)}
    best = max(by for by, (w, h) in decoded.items() if w >= width and h >= height)
    return [by for by, (w, h) in decoded.items() if by == best or (by > best and w * h >= _LEAST_REDUCED)]


def _planned(header: Header, file_bytes: int, limits: Limits, reduction: int) -> Plan:
    width, height = header.reduced(reduction)
    fitted = limits.fitted(header.width, header.height)
    target = (min(fitted[0], width), min(fitted[1], height))
    decoded, out = width * height, target[0] * target[1]
    between = 0 if target == (width, height) else target[0] * height  # scaled in one direction
    needs = (
        _PROCESS
        + 2 * file_bytes
        + header.bytes_beside
        + round(header.bytes_a_pixel * decoded + header.bytes_a_full_pixel * header.width * header.height)
        + 4 * between
        + 4 * out
    )
    return Plan(header.width, header.height, reduction, target, needs)
