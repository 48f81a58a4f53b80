"""Reads a price table's TOML; every mistake becomes one sentence that names the place and what to write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.domain.money import Money
from bot.domain.requests.request import Quality, Size

MOST = Money.from_decimal(Decimal(100))
"""The highest amount accepted. No picture costs this much: a higher amount is a typing mistake, and holds of
that size would use up every budget."""

_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_CLASS_KEYS = {"name", "max_pixels", "min_ratio"}


@dataclass(frozen=True, slots=True)
class PriceClass:
    """The price of one picture by quality, for sizes up to ``max_pixels`` and of at least ``min_ratio``."""

    name: str
    max_pixels: int
    min_ratio: Fraction
    prices: dict[Quality, Money]

    def holds(self, size: Size) -> bool:
        long, short = max(size.width, size.height), min(size.width, size.height)
        return size.pixels <= self.max_pixels and long >= self.min_ratio * short


def read(path: Path | None) -> tuple[list[PriceClass], dict[Quality, Money], list[str]]:
    """Read the table in ``path`` (None: the built-in one) and return its classes, its surcharges and one
    sentence for each mistake. Does not raise for what is wrong with the file. Where there is a mistake, the
    classes and surcharges are not to be used."""
    where = f"IMAGINE_PRICES ({path.name})" if path else "The built-in price table"
    try:
        if path is None:
            text = resources.files("bot.domain.requests").joinpath("prices.toml").read_text(encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        return [], {}, [f"{where} cannot be read: give the path of a TOML file."]
    except tomllib.TOMLDecodeError as error:
        return [], {}, [f"{where} is not valid TOML: {error}."]
    reader = _Reader(where)
    classes = reader.classes(data.get("class"))
    surcharge = reader.surcharge(data.get("surcharge"))
    reader.no_others(data, {"class", "surcharge"}, "the file")
    return classes, surcharge, reader.mistakes


class _Reader:
    """Converts the parsed TOML and collects the mistakes in it."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.mistakes: list[str] = []

    def classes(self, value: Any) -> list[PriceClass]:
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self._wrong("it needs at least one [[class]] with max_pixels, low, medium and high")
            return []
        found = [self._class(item, number) for number, item in enumerate(value, 1)]
        for before, after in pairwise(found):
            if after.max_pixels < before.max_pixels:
                self._wrong(f"{after.name}: max_pixels must not be below the class before it")
        return found

    def surcharge(self, value: Any) -> dict[Quality, Money]:
        if not isinstance(value, dict):
            self._wrong("it needs a [surcharge] with low, medium and high for the inputs of edits")
            return {}
        self.no_others(value, set(Quality), "surcharge")
        return self._prices(value, "surcharge", free=True)

    def no_others(self, value: Mapping[str, Any], known: set[str], place: str) -> None:
        for key in value:
            if key not in known:
                self._wrong(f"{place}: {key!r} is not known, only {', '.join(sorted(known))}")

    def _class(self, value: dict[str, Any], number: int) -> PriceClass:
        name = str(value.get("name") or f"class {number}")
        self.no_others(value, _CLASS_KEYS | set(Quality), name)
        pixels = value.get("max_pixels")
        if not isinstance(pixels, int) or isinstance(pixels, bool) or pixels < 1:
            self._wrong(f"{name}: max_pixels must be a whole number above 0, not {_shown(pixels)}")
            pixels = 0
        ratio = _decimal(value.get("min_ratio", 1))
        if ratio is None or ratio < 1:
            self._wrong(f"{name}: min_ratio must be 1 or more, not {_shown(value.get('min_ratio'))}")
            ratio = Decimal(1)
        return PriceClass(name, pixels, Fraction(ratio), self._prices(value, name, free=False))

    def _prices(self, value: Mapping[str, Any], place: str, *, free: bool) -> dict[Quality, Money]:
        return {
            quality: self._amount(value.get(quality), f"{place}: {quality}", free=free) for quality in Quality
        }

    def _amount(self, value: Any, place: str, *, free: bool) -> Money:
        if value is None:
            self._wrong(f"{place} is missing: write the most it may cost in dollars")
            return Money.zero()
        amount = _decimal(value)
        if amount is None:
            self._wrong(f'{place} must be dollars such as "0.06", not {_shown(value)}')
        elif amount < 0 or (amount == 0 and not free):
            self._wrong(f"{place} must be {'0 or more' if free else 'more than 0'}, not {_shown(value)}")
        elif amount > Decimal(MOST.micros).scaleb(-6):
            self._wrong(f"{place} must be at most {MOST.as_room()}, not {_shown(value)}")
        else:
            return Money.from_decimal(amount)
        return Money.zero()

    def _wrong(self, what: str) -> None:
        self.mistakes.append(f"{self._where}: {what}.")


def _decimal(value: Any) -> Decimal | None:
    """The exact number in a TOML integer, decimal or plain string; None for anything else, such as NaN, true
    or the string "1e3"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text) if _PLAIN.fullmatch(text.removeprefix("-")) else None
    return value if isinstance(value, Decimal) and value.is_finite() else None


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(str(value))[:40]
