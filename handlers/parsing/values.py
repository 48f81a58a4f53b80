"""The values of flags: numbers, qualities, formats. Each raises AskRefused BadValue for any other text."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NoReturn

from bot.domain.requests.refusals import AskRefused, BadValue
from bot.domain.requests.request import Format, Quality, Size
from bot.domain.requests.sizes import PRESETS, PixelClass, from_ratio, parse_ratio, parse_size
from bot.domain.requests.steps import SHAPES
from bot.domain.requests.variations import NamedSize

_QUALITIES: dict[str, Quality] = {
    **dict.fromkeys(("low", "l", "draft", ".25", "0.25", ".5", "0.5"), Quality.LOW),
    **dict.fromkeys(("medium", "m", "med", "mid", "normal", "standard", "1", "1.0"), Quality.MEDIUM),
    **dict.fromkeys(("high", "h", "hi", "best", "hd", "2", "4"), Quality.HIGH),
}
"""The numbers are Midjourney's (UX reference 1)."""
SIZE_NAMES = (*SHAPES, *(name for name in PRESETS if name not in SHAPES), *PixelClass)
"""What a size is called, beside a ratio and its pixels."""
_FORMATS = {"png": Format.PNG, "jpeg": Format.JPEG, "jpg": Format.JPEG, "webp": Format.WEBP}


def bad_value(flag: str, given: str, expected: str, closest: str | None = None) -> NoReturn:
    raise AskRefused(BadValue(given, expected, flag=flag, closest=closest))


def quality_of(text: str, flag: str = "--quality") -> Quality:
    """``low``, ``medium``, ``high``, their short forms or Midjourney's numbers."""
    key = text.lower().replace(",", ".")
    if key not in _QUALITIES:
        close = get_close_matches(key, list(Quality), n=1)
        bad_value(flag, text, "low, medium or high", close[0] if close else None)
    return _QUALITIES[key]


def is_quality(text: str) -> bool:
    """Whether ``quality_of`` reads lower-case ``text``."""
    return text in _QUALITIES


def format_of(text: str, flag: str = "--format") -> Format:
    """``png``, ``jpeg`` (also ``jpg``) or ``webp``, with or without a point before it."""
    key = text.lower().removeprefix(".").removeprefix("image/")
    if key not in _FORMATS:
        close = get_close_matches(key, list(Format), n=1)
        bad_value(flag, text, "png, jpeg or webp", close[0] if close else None)
    return _FORMATS[key]


def count_of(text: str, most: int, flag: str = "--n") -> int:
    """A whole number from 1 to ``most``; the nearest one is named when it is another."""
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:9]) <= most:
        number = digits.lstrip("-")
        near = None
        if number.isascii() and number.isdigit():
            near = "1" if digits.startswith("-") or int(number[:9]) < 1 else str(most)
        bad_value(flag, text, f"a whole number from 1 to {most}", near)
    return int(digits)


def sizes_of(text: str, flag: str, expected: str) -> tuple[NamedSize, ...]:
    """``square,story,16:9``: each size once, by the name that was typed. Raises also AskRefused BadSize."""
    names = [name for name in (part.strip(" {}[]()") for part in text.split(",")) if name]
    if not names:
        bad_value(flag, text, expected)
    found: dict[Size, NamedSize] = {}
    for name in names:
        size = _size_of(name, flag, expected)
        found.setdefault(size, NamedSize(name, size))
    return tuple(found.values())


def _size_of(name: str, flag: str, expected: str) -> Size:
    key = name.lower()
    try:
        if key in SHAPES or re.search(r"\d[:/]\d", key):
            return from_ratio(parse_ratio(SHAPES.get(key, key)), 1, given=name)
        return parse_size(key)
    except AskRefused as refused:
        if not isinstance(refused.refusal, BadValue):
            raise
        close = get_close_matches(key, SIZE_NAMES, n=1)
        bad_value(flag, name, expected, close[0] if close else None)
