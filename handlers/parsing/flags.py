"""The flags: ours with their aliases, and those of other bots that hands type out of habit."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache


class Takes(StrEnum):
    """What follows a flag's name."""

    NOTHING = "nothing"
    WORD = "word"  # one word, or words in quotes
    RATIO = "ratio"  # one word, or two numbers with spaces around what joins them
    SIZES = "sizes"  # names of sizes, with commas between them
    NUMBER = "number"  # a number if there is one
    REST = "rest"  # everything to the next flag or the end of the line


class Setting(StrEnum):
    RATIO = "ratio"
    SIZE = "size"
    SIZES = "sizes"
    QUALITY = "quality"
    DRAFT = "draft"
    FINAL = "final"
    COUNT = "count"
    FORMAT = "format"
    WITHOUT = "without"
    PRIVATE = "private"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Flag:
    """One of ours. ``name`` is what messages call it; ``expected`` completes "… takes"."""

    name: str
    setting: Setting
    takes: Takes
    expected: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """A flag that we know and do not have."""

    takes: Takes


_RATIO = Flag("--ar", Setting.RATIO, Takes.RATIO, "a ratio such as 16:9")
_QUALITY = Flag("--quality", Setting.QUALITY, Takes.WORD, "low, medium or high")
_COUNT = Flag("--n", Setting.COUNT, Takes.WORD, "a whole number from 1 to 4")
_FORMAT = Flag("--format", Setting.FORMAT, Takes.WORD, "png, jpeg or webp")
_PRIVATE = Flag("--private", Setting.PRIVATE, Takes.NOTHING, "nothing after it")
_SIZE = "1536x1024, 2k, 4k or a preset such as landscape_16_9"

OURS: dict[str, Flag] = {
    **dict.fromkeys(("ar", "aspect", "ratio", "aspect-ratio", "aspectratio"), _RATIO),
    **dict.fromkeys(("quality", "q"), _QUALITY),
    **dict.fromkeys(("n", "r", "repeat", "batch", "num", "count"), _COUNT),
    **dict.fromkeys(("format", "fmt"), _FORMAT),
    "size": Flag("--size", Setting.SIZE, Takes.RATIO, _SIZE),
    "preset": Flag("--preset", Setting.SIZE, Takes.RATIO, _SIZE),
    "sizes": Flag(
        "--sizes", Setting.SIZES, Takes.SIZES, "sizes with commas between, such as square,story,banner"
    ),
    "no": Flag("--no", Setting.WITHOUT, Takes.REST, "what the picture must not show"),
    "draft": Flag("--draft", Setting.DRAFT, Takes.NOTHING, "nothing after it"),
    "final": Flag("--final", Setting.FINAL, Takes.NOTHING, "nothing after it"),
    **dict.fromkeys(("private", "stealth", "only-me", "onlyme"), _PRIVATE),
    "help": Flag("--help", Setting.HELP, Takes.NOTHING, "nothing after it"),
}

FOREIGN: dict[str, Foreign] = {
    **dict.fromkeys(("s", "stylize", "c", "chaos", "weird", "w", "stop"), Foreign(Takes.NUMBER)),
    **dict.fromkeys(("v", "version", "niji", "exp", "uplight"), Foreign(Takes.NUMBER)),
    **dict.fromkeys(("iw", "sw", "cw", "ow", "sv", "seed", "sameseed"), Foreign(Takes.NUMBER)),
    **dict.fromkeys(("sref", "cref", "oref", "style", "profile"), Foreign(Takes.WORD)),
    **dict.fromkeys(("raw", "test", "testp", "creative", "p", "tile"), Foreign(Takes.NOTHING)),
    **dict.fromkeys(("fast", "relax", "turbo", "video", "hd", "public"), Foreign(Takes.NOTHING)),
    "transparent": Foreign(Takes.NOTHING),
    **dict.fromkeys(("background", "mask"), Foreign(Takes.WORD)),
}
"""Named in the answer instead of ignored: somebody typed them for a reason (UX reference 1)."""


def lookup(name: str) -> Flag | Foreign | None:
    """The flag of this name, typed in any case, with ``_`` for ``-`` or the other way round."""
    key = name.lower().replace("_", "-").replace("‐", "-").replace("‑", "-")
    return OURS.get(key) or FOREIGN.get(key)


@lru_cache(maxsize=512)
def closest(name: str, *, cutoff: float = 0.7) -> str | None:
    """Our flag whose name or alias is most like ``name``, with its dashes; None when none is."""
    found = get_close_matches(name.lower(), OURS, n=1, cutoff=cutoff)
    return f"--{found[0]}" if found else None


def is_slip(name: str) -> bool:
    """Whether ``name`` can only be one of our flags with a typing mistake."""
    return closest(name, cutoff=0.85) is not None
