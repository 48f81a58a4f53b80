"""Sizes in pixels that GPT Image 2 takes, and how what people type becomes one of them.

The model's rules (provider reference 3): both edges multiples of 16, no edge above 3840, long side at most
three times the short one, 655,360 to 8,294,400 pixels. A size that a person typed is never changed silently:
it is refused, and the nearest valid one is named. A ratio gets the valid size that is closest to it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from bot.domain.requests.refusals import AskRefused, BadSize, BadValue, SizeRule
from bot.domain.requests.request import MAX_EDGE, MAX_PIXELS, Size

GRID = 16
"""Both edges are multiples of this many pixels."""
MAX_RATIO = 3
"""The long side is at most this many times the short one."""
MIN_PIXELS = 655_360

DEFAULT_SIZE = Size(1024, 1024)
"""The size of a new picture when none is asked for; one of the sizes verified at the provider."""

WIDE_RATIO = Fraction(7, 5)
"""A 1K picture whose long:short is at least this may have 1.5 megapixels. Squarer ones have at most 1
megapixel, because a square costs more than a wide picture of more pixels (provider reference 4)."""


class PixelClass(StrEnum):
    """How many pixels the size for a ratio has at most: about 1, 4 or 8 million."""

    K1 = "1k"
    K2 = "2k"
    K4 = "4k"


PRESETS: dict[str, Size] = {
    "square_hd": Size(1024, 1024),
    "square": Size(1024, 1024),
    "portrait_4_3": Size(768, 1024),
    "portrait_16_9": Size(864, 1536),
    "landscape_4_3": Size(1024, 768),
    "landscape_16_9": Size(1536, 864),
    "landscape_3_2": Size(1536, 1024),
    "portrait_2_3": Size(1024, 1536),
}
"""Sizes by name: the documented dialect's names, and two of the bot's own (provider reference 3)."""

_KNOWN_1K: dict[Fraction, Size] = {Fraction(s.width, s.height): s for s in PRESETS.values()}
_RATIO_WORDS = {"square": "1:1", "portrait": "2:3", "landscape": "3:2", "wide": "16:9", "tall": "9:16"}
_TIMES = "x×*х✕✖"  # the Cyrillic letter looks the same and sits on many people's keyboards
_EXPLICIT = re.compile(rf"(\d{{1,7}})\s*[{_TIMES}]\s*(\d{{1,7}})(?:\s*px)?", re.ASCII | re.IGNORECASE)
_NUMBER = r"(\d{1,5}(?:[.,]\d{1,4})?)"
_RATIO = re.compile(rf"{_NUMBER}\s*[:：∶/{_TIMES}]\s*{_NUMBER}", re.ASCII | re.IGNORECASE)
_SNAP = Fraction(1, 200)  # within half a percent a verified size is better than an exact unverified one


def broken_rule(size: Size) -> SizeRule | None:
    """The first rule of the model that ``size`` breaks; None when the model takes it."""
    long, short = max(size.width, size.height), min(size.width, size.height)
    if size.width % GRID or size.height % GRID:
        return SizeRule.GRID
    if long > MAX_EDGE:
        return SizeRule.EDGE
    if long > MAX_RATIO * short:
        return SizeRule.RATIO
    if size.pixels < MIN_PIXELS:
        return SizeRule.TOO_SMALL
    return SizeRule.TOO_LARGE if size.pixels > MAX_PIXELS else None


def check(size: Size) -> Size:
    """``size`` itself. Raises AskRefused BadSize when the model does not take it."""
    rule = broken_rule(size)
    if rule is not None:
        raise AskRefused(BadSize(str(size), rule, nearest_valid(size)))
    return size


@lru_cache(maxsize=1024)
def nearest_valid(size: Size) -> Size:
    """The valid size that changes both edges least in proportion; among equals the larger one.

    Proportions are compared, not pixels, so that a square that is far too large becomes the largest square
    and not a portrait that differs from it by fewer pixels.
    """
    return min(_neighbours(size), key=lambda found: _distance(found, size))


def from_ratio(
    width: int | Fraction, height: int | Fraction, *, pixels: PixelClass = PixelClass.K1, given: str = ""
) -> Size:
    """A valid size for ``width``:``height`` with the least ratio error in its pixel class.

    At 1K the well-known ratios give the provider's verified sizes; otherwise, of equally exact sizes, the
    largest. Raises AskRefused BadSize beyond 3:1 either way, ValueError when a part is not positive.
    """
    if width <= 0 or height <= 0:
        raise ValueError("a ratio has two positive parts")
    ratio = Fraction(width) / Fraction(height)
    if not Fraction(1, MAX_RATIO) <= ratio <= MAX_RATIO:
        nearest = _snap(min(max(ratio, Fraction(1, MAX_RATIO)), Fraction(MAX_RATIO)), pixels)
        raise AskRefused(BadSize(given or f"{width}:{height}", SizeRule.RATIO, nearest))
    return _snap(ratio, pixels)


def keep_ratio_of(width: int, height: int) -> Size:
    """The size for an edit that keeps its source's ratio: always a 1K size. ``width`` and ``height`` are the
    source's edges in pixels, as displayed.

    A ratio beyond 3:1 is clamped to it; one within half a percent of a verified size's gets that size. Raises
    ValueError when an edge is not positive.
    """
    if width <= 0 or height <= 0:
        raise ValueError("a picture has two positive edges")
    ratio = min(max(Fraction(width, height), Fraction(1, MAX_RATIO)), Fraction(MAX_RATIO))
    for known, size in _KNOWN_1K.items():
        if abs(ratio / known - 1) <= _SNAP:
            return size
    return _snap(ratio, PixelClass.K1)


def keeps_ratio_of(width: int, height: int) -> bool:
    """Whether ``keep_ratio_of`` keeps this ratio to half a percent, which it does up to 3:1."""
    return Fraction(max(width, height), min(width, height)) <= MAX_RATIO * (1 + _SNAP)


def parse_ratio(text: str) -> Fraction:
    """A ratio as people type it: ``16:9``, ``16/9``, ``16x9``, ``1.91:1``, ``landscape``.

    Raises AskRefused BadValue for anything else, zero included.
    """
    cleaned = text.strip().lower()
    match = _RATIO.fullmatch(_RATIO_WORDS.get(cleaned, cleaned))
    parts = [Fraction(part.replace(",", ".")) for part in match.groups()] if match else []
    if not parts or 0 in parts:
        close = get_close_matches(cleaned, _RATIO_WORDS, n=1)
        raise AskRefused(
            BadValue(text, "a ratio such as 16:9", flag="--ar", closest=close[0] if close else None)
        )
    return parts[0] / parts[1]


def parse_class(text: str) -> PixelClass | None:
    """``1k``, ``2k`` or ``4k`` in any case; None for anything else."""
    cleaned = text.strip().lower()
    return PixelClass(cleaned) if cleaned in set(PixelClass) else None


def parse_size(text: str) -> Size:
    """A size as people type it: ``1536x1024`` (also ``×``, ``*``), a preset, ``2k`` or ``4k`` (square).

    Raises AskRefused BadSize with the nearest valid size, or BadValue for what is no size at all.
    """
    match = _EXPLICIT.fullmatch(text.strip())
    if match is not None:
        return check(Size(int(match.group(1)), int(match.group(2))))
    name = re.sub(r"[\s:/-]+", "_", text.strip().lower())
    if name in PRESETS:
        return PRESETS[name]
    pixel_class = parse_class(text)
    if pixel_class is not None:
        return from_ratio(1, 1, pixels=pixel_class)
    close = get_close_matches(name, PRESETS, n=1)
    expected = "1536x1024, 2k, 4k or a preset such as landscape_16_9"
    raise AskRefused(BadValue(text, expected, flag="--size", closest=close[0] if close else None))


@lru_cache(maxsize=4)
def sizes_of(pixels: PixelClass) -> tuple[Size, ...]:
    """Every landscape or square size of a pixel class; the portrait ones are the same with edges swapped.

    A class has the valid sizes between two thirds of its ceiling and the ceiling. For a ratio at which the
    longest edge allows fewer pixels than the ceiling, it has those between two thirds of what the edge allows
    and that. No size belongs to two classes.
    """
    return tuple(size for size in _landscapes() if _is_of(size, pixels))


def auto_sizes() -> tuple[Size, ...]:
    """Every landscape or square size that ``keep_ratio_of`` may return. A portrait costs what its landscape
    costs."""
    return tuple({*sizes_of(PixelClass.K1), *(s for s in PRESETS.values() if s.width >= s.height)})


@lru_cache(maxsize=1)
def _landscapes() -> tuple[Size, ...]:
    edges = range(GRID, MAX_EDGE + 1, GRID)
    every = (
        Size(width, height) for width in edges for height in edges if height <= width <= MAX_RATIO * height
    )
    return tuple(size for size in every if MIN_PIXELS <= size.pixels <= MAX_PIXELS)


def _is_of(size: Size, pixels: PixelClass) -> bool:
    if pixels is PixelClass.K1:
        ceiling = 1_572_864 if Fraction(size.width, size.height) >= WIDE_RATIO else 1_048_576
    else:
        ceiling = 4_194_304 if pixels is PixelClass.K2 else MAX_PIXELS
    reachable = min(ceiling, MAX_EDGE * MAX_EDGE * size.height // size.width)
    below = 4_194_304 if pixels is PixelClass.K4 else 0
    return max(below + 1, reachable * 2 // 3) <= size.pixels <= ceiling


@lru_cache(maxsize=1024)
def _snap(ratio: Fraction, pixels: PixelClass) -> Size:
    if pixels is PixelClass.K1 and ratio in _KNOWN_1K:
        return _KNOWN_1K[ratio]
    if ratio < 1:
        turned = _snap(1 / ratio, pixels)
        return Size(turned.height, turned.width)

    def key(size: Size) -> tuple[int, int]:
        one, other = size.width * ratio.denominator, size.height * ratio.numerator
        return max(one, other) * 10**12 // min(one, other), -size.pixels

    return min(sizes_of(pixels), key=key)


def _neighbours(size: Size) -> Iterator[Size]:
    """For each width on the grid the one or two valid heights nearest to the wanted one."""
    for width in range(GRID, MAX_EDGE + 1, GRID):
        low = max(-(-MIN_PIXELS // width), -(-width // MAX_RATIO))
        high = min(MAX_EDGE, width * MAX_RATIO, MAX_PIXELS // width)
        low, high = -(-low // GRID) * GRID, high // GRID * GRID
        if low <= high:
            below = size.height // GRID * GRID
            for height in (below, below + GRID):
                yield Size(width, min(max(height, low), high))


def _distance(found: Size, wanted: Size) -> tuple[float, int]:
    wide = math.log(found.width / max(wanted.width, 1))
    high = math.log(found.height / max(wanted.height, 1))
    return math.hypot(wide, high), -found.pixels
