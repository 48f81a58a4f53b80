"""What a picture costs and how long it takes: the simulator's own tables, independent of the product's."""

from __future__ import annotations

import random as random_module
from dataclasses import dataclass

MICROS = 1_000_000

# USD per image: OpenAI's and fal's published examples for GPT Image 2, by size class and quality.
_USD: dict[str, dict[str, float]] = {
    "square": {"low": 0.006, "medium": 0.053, "high": 0.211},
    "small": {"low": 0.010, "medium": 0.040, "high": 0.150},
    "wide": {"low": 0.005, "medium": 0.041, "high": 0.165},
    "2k": {"low": 0.012, "medium": 0.107, "high": 0.428},
    "4k": {"low": 0.016, "medium": 0.139, "high": 0.565},
}
_SOURCE_USD = 0.008
"""Order of magnitude of fal's edit prices above its generate prices, each source or mask."""

# Median seconds and spread. Live points: medium 102-231 s; a relay: low 15 s, high 235 s at 1536x1024.
_SECONDS = {"low": (21.0, 0.20), "medium": (140.0, 0.30), "high": (270.0, 0.20)}
_BOUNDS = {"low": (12.0, 60.0), "medium": (75.0, 600.0), "high": (180.0, 900.0)}


@dataclass(frozen=True)
class Picture:
    """What price and duration depend on."""

    width: int
    height: int
    quality: str
    sources: int = 0


def size_class(width: int, height: int) -> str:
    """The price class of a size; a square costs more than a 3:2 picture that has more pixels."""
    pixels = width * height
    if pixels > 4_400_000:
        return "4k"
    if pixels > 1_600_000:
        return "2k"
    if width == height:
        return "square"
    return "small" if pixels <= 1024 * 768 else "wide"


def price_micros(picture: Picture, *, factor: float = 1.0) -> int:
    """Micro-dollars for one picture."""
    usd = _USD[size_class(picture.width, picture.height)][picture.quality] + _SOURCE_USD * picture.sources
    return round(usd * factor * MICROS)


def output_tokens(picture: Picture) -> int:
    """Output tokens that the price stands for, at 30 USD a million."""
    return round(_USD[size_class(picture.width, picture.height)][picture.quality] / 30e-6)


def seconds(picture: Picture, n: int, random: random_module.Random) -> float:
    """A realistic duration, lognormal about the observed ones; more pictures and pixels take longer."""
    median, spread = _SECONDS[picture.quality]
    low, high = _BOUNDS[picture.quality]
    drawn = min(max(median * random.lognormvariate(0.0, spread), low), high)
    pixels = max(1.0, picture.width * picture.height / 1_572_864)
    return float(drawn * pixels**0.25 * (1 + 0.3 * (n - 1)))
