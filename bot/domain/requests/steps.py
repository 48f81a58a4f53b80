"""What people do next with a picture: vary it, finish it, give it another shape. Pure.

The provider has no seeds: each step is an edit that starts from the picture, with a sentence of its own added
to the words (loop reference 4).
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from bot.domain.requests.request import Kind, Manner, PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, from_ratio, parse_ratio

TAKES = 4
"""How many pictures a variation makes."""


class Step(StrEnum):
    """A paid step from a picture that is there."""

    AGAIN = "again"
    VARY = "vary"
    FINISH = "finish"
    RESHAPE = "reshape"


SHAPES = {
    "square": "1:1",
    "wider": "16:9",
    "taller": "2:3",
    "portrait": "2:3",
    "landscape": "3:2",
    "story": "9:16",
    "banner": "3:1",
    "wide": "16:9",
    "tall": "2:3",
}
"""Shapes by the names that people use."""


def varied(made: PictureRequest) -> PictureRequest:
    """Four new takes on one picture of ``made``: drafts, as they are there to choose from."""
    return _from_picture(made, Manner.VARIATION, quality=Quality.LOW, n=TAKES, size=made.size)


def finished(made: PictureRequest, pixels: PixelClass | None = None) -> PictureRequest | None:
    """The picture as a final: in high quality at its size; if it has that, at 4K. ``pixels`` asks for a pixel
    class right away. None when the picture is as good already."""
    if pixels is None and made.quality is not Quality.HIGH:
        return _from_picture(made, Manner.FINISHED, quality=Quality.HIGH, n=1, size=made.size)
    larger = enlarged(made.size, pixels or PixelClass.K4)
    if larger is None:
        return None
    return _from_picture(made, Manner.FINISHED, quality=Quality.HIGH, n=1, size=larger)


def enlarged(size: Size | None, pixels: PixelClass) -> Size | None:
    """The size of the same shape in that pixel class; None when ``size`` has as many pixels."""
    if size is None:
        return None
    larger = from_ratio(Fraction(size.width, size.height), 1, pixels=pixels)
    return larger if larger.pixels > size.pixels else None


def same_in(made: PictureRequest, pixels: PixelClass) -> PictureRequest | None:
    """The same picture and shape in a larger pixel class, at the quality that it has; None when it has as
    many pixels."""
    larger = enlarged(made.size, pixels)
    if larger is None:
        return None
    return _from_picture(made, Manner.FINISHED, quality=made.quality, n=1, size=larger)


def reshaped(made: PictureRequest, shape: str) -> PictureRequest:
    """One picture in another shape: a name of SHAPES, or a ratio such as ``16:9``. Raises AskRefused BadValue
    or BadSize for what is no shape that can be drawn."""
    ratio = parse_ratio(SHAPES.get(shape, shape))
    return _from_picture(made, Manner.EXTENDED, quality=made.quality, n=1, size=from_ratio(ratio, 1))


def _from_picture(
    made: PictureRequest, manner: Manner, *, quality: Quality, n: int, size: Size | None
) -> PictureRequest:
    is_change = made.manner.of_a_change or (made.kind is Kind.EDIT and made.manner is Manner.PLAIN)
    manner = manner.after_a_change if is_change else manner
    return replace(
        made, kind=Kind.EDIT, manner=manner, quality=quality, n=n, size=size, sources=1, has_mask=False
    )
