"""An ask, and its conversion to plain data that can be stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.amounts import UNSAID, Asked
from bot.domain.requests.request import Format, Kind, Manner, PictureRequest, Quality, Size
from bot.domain.requests.source import SourceRef, SourceRole
from bot.domain.requests.variations import NamedSize, Variation

SAME_PRESS_SECONDS = 10
"""Presses of one button on one message by one person within so many seconds are one (loop reference 4)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asked for, where, and from which sources. It has cost nothing yet.

    ``request_key`` is the same for every delivery of one ask. ``notes`` are sentences for the asker.
    ``reply_url`` is a short-lived private way to answer the asker (a secret). ``parent_id`` and
    ``parent_picture`` are the picture that this ask started from (see ``Job``), and ``ask_ts`` is the
    message that asked, if there was one. ``agreed`` is the price that the asker saw before they pressed the
    button or sent the form; None: the ask was typed. ``earlier_key`` is the request key of a press just
    before: what it has become within SAME_PRESS_SECONDS is the same ask. ``candidates`` are the pictures of
    which the asker still has to choose one; ``sources`` begin with the first of them until then.
    ``variations`` are the orders of a set, at least two; then ``request`` is all of them, ``gathered``.
    """

    request_key: str
    place: Place
    user_id: str
    request: PictureRequest
    notes: tuple[str, ...] = ()
    reply_url: str | None = None
    parent_id: str | None = None
    ask_ts: str | None = None
    sources: tuple[SourceRef, ...] = ()
    candidates: tuple[SourceRef, ...] = ()
    parent_picture: int | None = None
    agreed: Money | None = None
    earlier_key: str | None = None
    variations: tuple[Variation, ...] = ()

    def choosing(self, number: int) -> Ask | None:
        """The same ask for the candidate ``number``, counted from 1, or LAST; None when there is none."""
        by_number = {ref.number or at: ref for at, ref in enumerate(self.candidates, start=1)}
        index = max(by_number, default=0) if number == LAST else number
        chosen = by_number.get(index)
        if chosen is None:
            return None
        note = f"Changed from picture {index}."
        return replace(
            self,
            sources=(chosen, *self.sources[1:]),
            candidates=(),
            notes=(note, *self.notes),
            parent_picture=index if self.parent_id else None,
        )


LAST = -1
"""Stands for the last of several pictures, however many there are."""

UNCLEAR = 0
"""Stands for several pictures where one is needed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which picture a text names, from 1, LAST or UNCLEAR, and the prompt with "it" in its place."""

    number: int
    prompt: str


@dataclass(frozen=True, slots=True)
class TypedAsk:
    """A picture as the text of a message asks for it, and notes for the asker. ``is_clear`` is False when the
    text hardly asks for a picture: then nothing is drawn without another yes. ``choice`` is the picture that
    it names, None when it names none; ``asked`` is what it says of quality and number. In each of ``sizes``
    one is asked for; the lists among its words are still to be read (``amounts.new_orders``).
    ``is_private``: only the asker is to see what comes of it."""

    request: PictureRequest
    notes: tuple[str, ...] = ()
    is_clear: bool = True
    choice: Choice | None = None
    asked: Asked = UNSAID
    sizes: tuple[NamedSize, ...] = ()
    is_private: bool = False


def ask_to_data(ask: Ask) -> dict[str, Any]:
    """The ask as plain data, from which ``ask_from_data`` makes it again."""
    return dataclasses.asdict(ask)


def ask_from_data(data: dict[str, Any]) -> Ask:
    """The ask that ``ask_to_data`` has made plain data of. Raises KeyError, TypeError or ValueError for data
    of another form."""
    return Ask(
        **{
            **data,
            "place": Place(**data["place"]),
            "request": _request(data["request"]),
            "notes": tuple(data["notes"]),
            "sources": _refs(data["sources"]),
            "candidates": _refs(data.get("candidates", ())),
            "agreed": Money(**data["agreed"]) if data.get("agreed") else None,
            "variations": tuple(
                Variation(each["label"], _request(each["request"])) for each in data.get("variations", ())
            ),
        }
    )


def _request(data: dict[str, Any]) -> PictureRequest:
    size = data["size"]
    return PictureRequest(
        **{
            **data,
            "kind": Kind(data["kind"]),
            "quality": Quality(data["quality"]),
            "format": Format(data["format"]),
            "size": Size(**size) if size else None,
            "manner": Manner(data.get("manner", Manner.PLAIN)),
        }
    )


def _refs(data: Iterable[dict[str, Any]]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(**{**ref, "role": SourceRole(ref["role"])}) for ref in data)
