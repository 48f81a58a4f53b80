"""What an open form is about: where it began, what it shows, and what is chosen in it. Pure.

A form's ``private_metadata`` (3000 characters, Slack reference 6) holds ids, places and amounts, never words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bot.domain.money import Money
from bot.domain.requests.request import Format, Quality, Size
from bot.domain.requests.sizes import PRESETS, PixelClass, from_ratio, parse_size

SAME, K2, K4, OTHER = "same", "2k", "4k", "other"
SHAPES = ("square", "landscape_3_2", "landscape_16_9", "portrait_2_3", "portrait_16_9")
"""Values of the field for the size: as the picture, named shapes, larger ones, and a typed one."""

HERE, ONLY_ME = "here", "me"
"""Values of the field for where the result goes."""

_METADATA_CHARACTERS = 3000
_CLASSES = {K2: PixelClass.K2, K4: PixelClass.K4}


class Mode(StrEnum):
    """What the words are: a change of the picture, or a description to draw anew."""

    CHANGE = "change"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Start:
    """What a form was opened on. ``channel_id`` None: the person says where. ``files`` are Slack's ids.

    ``is_private`` is the conversation's (see ``Place``), where the form's place is not chosen in it.
    ``job_id`` with ``count`` results: one of these is edited, in that job's thread; ``which`` is its number,
    from 1, or 0 where it is chosen in the form. ``is_words``: the job is asked for again in other words.
    ``draft`` is the pending request that the form replaces. ``is_edit``: without a picture of its own the
    form insists on one. ``sources`` and ``has_mask``: what the ask starts from, without files that are added.
    ``picture`` is the file to show: of one picture, or of the sheet of all. ``same`` is the size to keep,
    where it is known. ``shown`` is the price on the button that sends the form, ``left`` what is left of the
    person's budget, ``seen_files`` how many files were in the form when it was last drawn.
    """

    channel_id: str | None = None
    thread_ts: str | None = None
    files: tuple[str, ...] = ()
    job_id: str | None = None
    count: int = 1
    is_edit: bool = False
    is_private: bool | None = None
    which: int = 0
    is_words: bool = False
    draft: str | None = None
    sources: int = 0
    has_mask: bool = False
    picture: str | None = None
    same: Size | None = None
    shown: Money | None = None
    left: Money | None = None
    seen_files: int = 0

    def packed(self) -> str:
        """For ``private_metadata``."""
        values = {
            "c": self.channel_id,
            "t": self.thread_ts,
            "f": list(self.files),
            "j": self.job_id,
            "n": self.count,
            "e": self.is_edit,
            "p": {True: "y", False: "n", None: ""}[self.is_private],
            "i": self.which,
            "w": self.is_words,
            "d": self.draft,
            "s": self.sources,
            "m": self.has_mask,
            "g": self.picture,
            "z": str(self.same) if self.same else "",
            "x": self.seen_files,
        }
        amounts = {"$": self.shown, "l": self.left}
        kept: dict[str, Any] = {key: value for key, value in values.items() if value}
        kept |= {key: amount.micros for key, amount in amounts.items() if amount is not None}
        text = json.dumps(kept, separators=(",", ":"))
        assert len(text) <= _METADATA_CHARACTERS
        return text

    @classmethod
    def unpacked(cls, text: str) -> Start:
        """Raises ValueError for what ``packed`` never made. What older versions packed is read, too."""
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("no form of ours")
        files = tuple(values.get("f", ()))
        return cls(
            channel_id=values.get("c"),
            thread_ts=values.get("t"),
            files=files,
            job_id=values.get("j"),
            count=int(values.get("n", 1)),
            is_edit=bool(values.get("e", False)),
            is_private={"y": True, "n": False}.get(values.get("p", "")),
            which=int(values.get("i", 0)),
            is_words=bool(values.get("w", False)),
            draft=values.get("d"),
            sources=int(values.get("s", len(files) or int("j" in values and "w" not in values))),
            has_mask=bool(values.get("m", False)),
            picture=values.get("g"),
            same=_size(values.get("z")),
            shown=_money(values.get("$")),
            left=_money(values.get("l")),
            seen_files=int(values.get("x", 0)),
        )

    @property
    def has_picture(self) -> bool:
        return self.sources > 0

    @property
    def mode(self) -> Mode:
        """What the words of the form are where nobody can choose."""
        return Mode.CHANGE if self.is_edit and not (self.is_words or self.draft) else Mode.ANEW

    @property
    def is_open(self) -> bool:
        """Whether one of several pictures is chosen in the form."""
        return self.has_modes and self.count > 1 and not self.which

    @property
    def has_modes(self) -> bool:
        """Whether the picture can be changed as well as drawn anew: its words are known."""
        return self.job_id is not None and not self.is_words


@dataclass(frozen=True, slots=True)
class Seen:
    """What the form says about where it began: a line, and ``alt``, the text of the picture that it shows.
    ``is_lost``: files that were added are no longer in the form."""

    title: str = ""
    alt: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the fields hold. ``size`` is the value of an option, ``custom`` what was typed for OTHER;
    ``files`` and ``masks`` count the files that were added."""

    mode: Mode = Mode.ANEW
    change: str = ""
    keep: str = ""
    prompt: str = ""
    quality: Quality = Quality.MEDIUM
    size: str = SHAPES[0]
    custom: str = ""
    number: int = 1
    format: Format = Format.PNG
    which: int = 0
    where: str = HERE
    channel_id: str | None = None
    files: int = 0
    masks: int = 0

    def sources(self, start: Start) -> int:
        """How many pictures the ask starts from, without a mask."""
        base = 0 if start.has_modes and self.mode is Mode.ANEW else start.sources
        return base + self.files

    def pixels(self, start: Start) -> Size | None:
        """The size that is chosen; None for an edit that keeps a shape that is not known yet. Raises
        AskRefused BadSize or BadValue for one that was typed."""
        return size_behind(self.size, start.same, self.custom)


def size_behind(value: str, same: Size | None, custom: str = "") -> Size | None:
    """The size behind an option's value. The larger ones have the shape of ``same``, else they are square."""
    match value:
        case "same" | "auto":  # "auto" is what older forms sent
            return same
        case "2k" | "4k":
            ratio = Fraction(same.width, same.height) if same else Fraction(1)
            return from_ratio(ratio, 1, pixels=_CLASSES[value])
        case "other":
            return parse_size(custom)
        case _:
            return PRESETS.get(value) or parse_size(value)


def _size(text: object) -> Size | None:
    width, _, height = str(text or "").partition("x")
    return Size(int(width), int(height)) if height else None


def _money(micros: object) -> Money | None:
    return Money(micros) if isinstance(micros, int) else None
