"""What people do next with a picture: vary it, finish it, give it another shape. Pure.

The provider has no seeds: each step is an edit that starts from the picture, with a sentence of its own added
to the words (loop reference 4).
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from bot.domain.requests.request import Kind, Manner, PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, from_ratio, parse_ratio, parse_size

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

_PIXELS = re.compile(r"\d{3,4}[x×]\d{3,4}")


def varied(made: PictureRequest) -> PictureRequest:
    """Four new takes on one picture of ``made``: drafts, as they are there to choose from."""
    return _from_picture(made, Manner.VARIATION, quality=Quality.LOW, n=TAKES, size=made.size)


def finished(made: PictureRequest, named: str | None = None) -> PictureRequest | None:
    """The picture as a final: in high quality at its size; if it has that, at 4K. ``named`` asks for a size
    right away (see ``size_named``); in another shape it is extended. None when the picture is as good
    already. Raises AskRefused as ``size_named``."""
    if named is None and made.quality is not Quality.HIGH:
        size = made.size
    else:
        size = size_named(made.size, named or PixelClass.K4)
        if size is None or (made.quality is Quality.HIGH and size == made.size):
            return None
    manner = Manner.FINISHED if _has_shape_of(made.size, size) else Manner.EXTENDED
    return _from_picture(made, manner, quality=Quality.HIGH, n=1, size=size)


def size_named(size: Size | None, name: str) -> Size | None:
    """The size that ``name`` means for a picture of ``size``: a name of SHAPES, a ratio such as ``16:9``, or
    pixels such as ``2048x1152``; of a pixel class the same shape, and None when ``size`` has as many pixels.
    Raises AskRefused BadValue or BadSize for what is no size that can be drawn."""
    if name in set(PixelClass):
        return enlarged(size, PixelClass(name))
    if _PIXELS.fullmatch(name):
        return parse_size(name)
    return from_ratio(parse_ratio(SHAPES.get(name, name)), 1)


def _has_shape_of(one: Size | None, other: Size | None) -> bool:
    """Also where the size is not known, and kept."""
    if one is None or other is None:
        return one == other
    shapes = [Fraction(size.width, size.height) for size in (one, other)]
    return abs(shapes[0] / shapes[1] - 1) < _ROUNDED


_ROUNDED = Fraction(1, 50)
"""Sizes of one shape differ by less than this part, as edges are multiples of 16 pixels."""


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
    """One picture in another shape or in other pixels. Raises AskRefused as ``size_named``."""
    size = size_named(made.size, shape)
    return _from_picture(made, Manner.EXTENDED, quality=made.quality, n=1, size=size)


def _from_picture(
    made: PictureRequest, manner: Manner, *, quality: Quality, n: int, size: Size | None
) -> PictureRequest:
    is_change = made.manner.of_a_change or (made.kind is Kind.EDIT and made.manner is Manner.PLAIN)
    manner = manner.after_a_change if is_change else manner
    return replace(
        made, kind=Kind.EDIT, manner=manner, quality=quality, n=n, size=size, sources=1, has_mask=False
    )
