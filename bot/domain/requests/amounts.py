"""How many pictures an ask is for and at which quality, by what was typed (loop reference 6). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.requests.request import PictureRequest, Quality
from bot.domain.requests.variations import NamedSize, Orders, is_set, orders_of

DRAFTS_AT_ONCE = 4
"""So many drafts are a choice instead of a lottery, and cost less than one medium picture."""


class PictureMode(StrEnum):
    """What a new picture is when nothing is said of it: four drafts to choose from, or one medium picture."""

    DRAFTS = "drafts"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text says of quality and number; None: nothing. ``is_draft``: the quality is low because of the
    word draft, which means several."""

    quality: Quality | None = None
    n: int | None = None
    is_draft: bool = False


UNSAID = Asked()
"""Nothing was said of either."""


def of_new(asked: Asked, mode: PictureMode) -> tuple[Quality, int]:
    """Quality and number of a new picture. What was said of either always counts."""
    if mode is PictureMode.SINGLE and not asked.is_draft:
        return asked.quality or Quality.MEDIUM, asked.n or 1
    usual = Quality.MEDIUM if asked.n == 1 else Quality.LOW
    quality = asked.quality or usual
    return quality, asked.n or (DRAFTS_AT_ONCE if quality is Quality.LOW else 1)


def of_edit(asked: Asked, source: Quality | None) -> tuple[Quality, int]:
    """Quality and number of an edit. ``source`` is the quality of the picture of our own that it starts from;
    None for somebody's upload."""
    return asked.quality or source or Quality.MEDIUM, asked.n or 1


def of_set(asked: Asked, mode: PictureMode) -> tuple[Quality, int]:
    """Quality and number of each order of a set of new pictures: one draft, where drafts are usual."""
    usual = Quality.LOW if mode is PictureMode.DRAFTS else Quality.MEDIUM
    return asked.quality or usual, asked.n or 1


def new_orders(
    request: PictureRequest, asked: Asked, mode: PictureMode, sizes: Sequence[NamedSize] = ()
) -> Orders:
    """What ``request``, a new picture in each of ``sizes``, orders: with the quality and number that
    ``asked`` means in ``mode``."""
    several = is_set(request.prompt, sizes)
    quality, n = of_set(asked, mode) if several else of_new(asked, mode)
    return orders_of(replace(request, quality=quality, n=n), sizes)


def edit_orders(
    request: PictureRequest, asked: Asked, source: Quality | None, sizes: Sequence[NamedSize] = ()
) -> Orders:
    """What ``request``, an edit in each of ``sizes``, orders: with the quality and number that ``asked``
    means (``of_edit``)."""
    quality, n = of_edit(asked, source)
    return orders_of(replace(request, quality=quality, n=n), sizes)
