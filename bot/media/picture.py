"""Pictures and masks that are ready for the provider."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.domain.requests.request import Size
from bot.media.codes import MaskNote, Note


@dataclass(frozen=True, slots=True)
class Normalised:
    """A source as the provider gets it: upright, sRGB, without metadata, within the limits.

    ``had_alpha``: something in it is not opaque (then it is a PNG). ``original`` is the upright size in
    pixels before scaling. ``notes`` say what was done, in order. ``came_as`` is the format of the file.
    """

    data: bytes
    format: Literal["png", "jpeg"]
    width: int
    height: int
    notes: tuple[Note, ...]
    had_alpha: bool
    original: Size
    came_as: str

    @property
    def mimetype(self) -> str:
        return f"image/{self.format}"

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Mask:
    """``data`` is a PNG with alpha, of the source's size. ``coverage`` is the part that changes, 0 to 1."""

    data: bytes
    coverage: Fraction
    notes: tuple[MaskNote, ...]
    width: int
    height: int

    @property
    def mimetype(self) -> str:
        return "image/png"

    @property
    def percent(self) -> int:
        """Of the picture that changes, rounded, but never to 0 or 100."""
        return min(99, max(1, round(self.coverage * 100)))
