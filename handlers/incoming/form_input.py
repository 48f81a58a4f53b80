"""Reads an open form, and one that was sent as one request, or says which field is wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.problem import Problem
from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.refusals import AskRefused, EmptyPrompt, Refusal
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.domain.requests.source import SourceRef, SourceRole
from bot.domain.requests.source_refusals import BadMask, BadSource, NoSource
from bot.domain.requests.variations import Orders, orders_of
from handlers import parsing
from handlers.incoming.message_events import read_files
from handlers.views import request_form as form
from handlers.views.form_fields import VALUE
from handlers.views.form_prices import by_the_fields
from handlers.views.form_state import HERE, ONLY_ME, SAME, SHAPES, Chosen, Mode, Seen, Start

FIELDS = {
    Problem.NO_PRICE: form.SIZE,
    Problem.NO_SOURCE: form.PICTURES,
    Problem.BAD_SOURCE: form.PICTURES,
    Problem.BAD_MASK: form.MASK,
    Problem.CANNOT_POST: form.WHERE,
}
"""The field at which a refusal is shown; any other refusal is shown at the words."""


class RefusedAt(AskRefused):
    """What is typed in one ``field`` is refused, whatever that refusal is shown at elsewhere."""

    def __init__(self, field: str, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.field = field


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent. ``added`` are uploads, a mask last. ``is_only_me``: only the person is to see
    what comes of it, as a field or a flag among the words says."""

    view_id: str
    start: Start
    chosen: Chosen
    added: tuple[SourceRef, ...]
    orders: Orders
    notes: tuple[str, ...]
    is_only_me: bool

    @property
    def request(self) -> PictureRequest:
        """All that is ordered, as one request."""
        return self.orders.request

    @property
    def which(self) -> int:
        """The picture of a job's to start from, counted from 1."""
        return min(max(self.start.which or self.chosen.which, 1), self.start.count)

    @property
    def channel_id(self) -> str | None:
        return self.start.channel_id or self.chosen.channel_id

    @property
    def is_lost(self) -> bool:
        """Whether files that were in the form when it was last drawn are gone."""
        return self.chosen.files + self.chosen.masks < self.start.seen_files

    @property
    def choices(self) -> Choices:
        """What to begin with the next time. A flag among the words is for this once."""
        kept = self.chosen.size in {SAME, "auto"}
        chosen = self.chosen
        size = None if kept else chosen.pixels(self.start)
        return Choices(chosen.quality, chosen.number, chosen.format, size)


def read_form(view: Mapping[str, Any]) -> Filled:
    """Read the view of a form that was sent. Raises AskRefused, and ValueError for a form that is not
    ours."""
    start = Start.unpacked(str(view.get("private_metadata") or ""))
    chosen, values = read_chosen(view, start), _values_of(view)
    pictures, mask = values.files(form.PICTURES), values.files(form.MASK)
    added = (*pictures, *(replace(ref, role=SourceRole.MASK) for ref in mask[:1]))
    must = chosen.mode is Mode.CHANGE or chosen.masks > 0
    if must and not chosen.sources(start):
        raise AskRefused(NoSource())
    orders, notes, is_private = asked(start, chosen)
    is_only_me = is_private or chosen.where == ONLY_ME
    return Filled(str(view["id"]), start, chosen, added, orders, notes, is_only_me)


def read_chosen(view: Mapping[str, Any], start: Start) -> Chosen:
    """What the fields of an open form hold. Raises ValueError for a value that the form never offered."""
    values = _values_of(view)
    words = values.text(form.PROMPT)
    mode = Mode(values.option(form.MODE, start.mode))
    return Chosen(
        mode=mode,
        change=values.text(form.CHANGE) or ("" if values.has(form.MODE) or mode is Mode.ANEW else words),
        keep=values.text(form.KEEP),
        prompt=words,
        quality=Quality(values.option(form.QUALITY, Quality.MEDIUM)),
        size=values.option(form.SIZE, SAME if start.is_edit else SHAPES[0]),
        custom=values.text(form.CUSTOM),
        number=int(values.option(form.COUNT, "1")),
        format=Format(values.option(form.FORMAT, Format.PNG)),
        which=int(values.option(form.WHICH, "0")),
        where=values.option(form.WHERE, HERE),
        channel_id=values.conversation(form.WHERE),
        files=values.count(form.PICTURES),
        masks=min(values.count(form.MASK), 1),
    )


def asked(start: Start, chosen: Chosen) -> tuple[Orders, tuple[str, ...], bool]:
    """What is ordered, the notes on it, and whether only the person is to see it, from the fields and from
    lists and flags among the words. A flag wins over its field, as it was typed on purpose. Raises
    AskRefused."""
    try:
        size = chosen.pixels(start)
    except AskRefused as refused:
        raise RefusedAt(form.SIZE, refused.refusal) from refused
    is_change = chosen.mode is Mode.CHANGE
    sources = chosen.sources(start)
    found = parsing.parse(
        chosen.change if is_change else chosen.prompt,
        default_quality=chosen.quality,
        default_format=chosen.format,
        default_size=size or DEFAULT_SIZE,
        default_count=chosen.number,
        sources=sources,
    )
    if isinstance(found, parsing.NotAPicture):
        found = found.picture  # its button has the price on it and was pressed
    if not isinstance(found, parsing.Imagine):
        raise AskRefused(EmptyPrompt())
    request = found.request
    prompt = Change(request.prompt, chosen.keep).prompt if is_change else request.prompt
    kind = Kind.EDIT if sources else Kind.GENERATE
    has_mask = start.has_mask or chosen.masks > 0
    whole = replace(request, kind=kind, prompt=prompt, size=request.size or size, has_mask=has_mask)
    return orders_of(whole, found.sizes), found.notes, found.is_private


def to_price(start: Start, chosen: Chosen) -> Orders:
    """What to show the price of while the form is open; words that cannot be drawn yet count for
    nothing."""
    fields = Orders(by_the_fields(start, chosen))
    try:
        orders, _, _ = asked(start, chosen)
    except AskRefused:
        return fields
    return fields if orders.is_too_large else orders


def seen_in(view: Mapping[str, Any], *, is_lost: bool = False) -> Seen:
    """What an open form says about where it began, so that it can be drawn again without looking it up.
    ``is_lost``: files that were added to it are gone."""
    blocks = {str(block.get("block_id")): block for block in view.get("blocks") or ()}
    src = blocks.get(form.SRC, {})
    image = blocks.get(form.SHEET) or src.get("accessory") or {}
    return Seen(
        title=str((src.get("text") or {}).get("text") or ""),
        alt=str(image.get("alt_text") or ""),
        is_lost=is_lost,
    )


def field_of(refused: Exception, view: Mapping[str, Any]) -> str:
    """The block whose field a refusal is about, of those that this form has."""
    problem = refused.problem if isinstance(refused, AskRefused) else Problem.UNAVAILABLE
    wanted = refused.field if isinstance(refused, RefusedAt) else FIELDS.get(problem, form.CHANGE)
    has = {block.get("block_id") for block in view.get("blocks") or () if block.get("type") == "input"}
    return next((field for field in (wanted, form.CHANGE) if field in has), form.PROMPT)


def _values_of(view: Mapping[str, Any]) -> _Values:
    return _Values((view.get("state") or {}).get("values") or {})


class _Values:
    """``view.state.values``, where anything may be missing."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def has(self, block: str) -> bool:
        return block in self._values

    def text(self, block: str) -> str:
        return str(self._of(block).get("value") or "")

    def option(self, block: str, default: str) -> str:
        return str((self._of(block).get("selected_option") or {}).get("value") or default)

    def conversation(self, block: str) -> str | None:
        found = self._of(block).get("selected_conversation")
        return found if isinstance(found, str) and found else None

    def count(self, block: str) -> int:
        return len(read_files(self._of(block).get("files")))

    def files(self, block: str) -> tuple[SourceRef, ...]:
        files = read_files(self._of(block).get("files"))
        if not all(file.may_be_picture for file in files):
            raise AskRefused(BadMask() if block == form.MASK else BadSource())
        return tuple(SourceRef(file_id=file.kept(), name=file.name) for file in files)

    def _of(self, block: str) -> Mapping[str, Any]:
        found = (self._values.get(block) or {}).get(VALUE)
        return found if isinstance(found, dict) else {}
