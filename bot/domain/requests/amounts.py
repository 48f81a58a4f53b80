"""How many pictures an ask is for and at which quality, by what was typed (loop reference 6). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.requests.request import PictureRequest, Quality

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


def in_mode(request: PictureRequest, asked: Asked, mode: PictureMode) -> PictureRequest:
    """``request``, a new picture, with the quality and number that ``asked`` means in ``mode``."""
    quality, n = of_new(asked, mode)
    return replace(request, quality=quality, n=n)


def like_source(request: PictureRequest, asked: Asked, source: Quality | None) -> PictureRequest:
    """``request``, an edit, with the quality and number that ``asked`` means (``of_edit``)."""
    quality, n = of_edit(asked, source)
    return replace(request, quality=quality, n=n)
