"""Reads what a person sent with the form as one request, or says which field is wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused, EmptyPrompt
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.domain.requests.source import SourceRef, SourceRole
from bot.domain.requests.source_refusals import BadMask, BadSource, NoSource
from handlers import parsing
from handlers.incoming.message_events import read_files
from handlers.views import request_form as form
from handlers.views.request_form import Start

FIELDS = {
    Problem.NO_PRICE: form.SIZE,
    Problem.NO_SOURCE: form.PICTURES,
    Problem.BAD_SOURCE: form.PICTURES,
    Problem.BAD_MASK: form.MASK,
    Problem.CANNOT_POST: form.WHERE,
}
"""The field at which a refusal is shown; any other refusal is shown at the prompt."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent. ``which`` is the picture to edit of a job's, counted from 1; ``added`` are
    uploads, a mask last."""

    view_id: str
    start: Start
    which: int
    channel_id: str | None
    added: tuple[SourceRef, ...]
    request: PictureRequest
    notes: tuple[str, ...]


def read_form(view: Mapping[str, Any]) -> Filled:
    """Read the view of a form that was sent. Raises AskRefused, and ValueError for a form that is not
    ours."""
    start = Start.unpacked(str(view.get("private_metadata") or ""))
    values = _Values((view.get("state") or {}).get("values") or {})
    pictures, mask = values.files(form.PICTURES), values.files(form.MASK)
    added = (*pictures, *(replace(ref, role=SourceRole.MASK) for ref in mask[:1]))
    if (start.is_edit or mask) and not (start.has_picture or pictures):
        raise AskRefused(NoSource())
    sources = len(pictures) + (1 if start.job_id else len(start.files))
    request, notes = _request(values, sources)
    return Filled(
        view_id=str(view["id"]),
        start=start,
        which=min(max(int(values.option(form.WHICH, "1")), 1), start.count),
        channel_id=start.channel_id or values.conversation(form.WHERE),
        added=added,
        request=replace(request, has_mask=bool(mask)),
        notes=notes,
    )


def field_of(refused: Exception, view: Mapping[str, Any]) -> str:
    """The block whose field a refusal is about, of those that this form has."""
    problem = refused.problem if isinstance(refused, AskRefused) else Problem.UNAVAILABLE
    field = FIELDS.get(problem, form.PROMPT)
    return field if any(block.get("block_id") == field for block in view.get("blocks") or ()) else form.PROMPT


def _request(values: _Values, sources: int) -> tuple[PictureRequest, tuple[str, ...]]:
    """The request and its notes, from the fields and from flags in the prompt. A flag wins over its field, as
    it was typed on purpose."""
    chosen = form.size_named(values.option(form.SIZE, form.AUTO))
    asked = parsing.parse(
        values.text(form.PROMPT),
        default_quality=Quality(values.option(form.QUALITY, Quality.MEDIUM.value)),
        default_format=Format(values.option(form.FORMAT, Format.PNG.value)),
        default_size=chosen or DEFAULT_SIZE,
        default_count=int(values.option(form.COUNT, "1")),
        sources=sources,
    )
    if not isinstance(asked, parsing.Imagine):
        raise AskRefused(EmptyPrompt())
    request = asked.request
    kind = Kind.EDIT if sources else Kind.GENERATE
    return replace(request, kind=kind, size=request.size or chosen), asked.notes


class _Values:
    """``view.state.values``, where anything may be missing."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, block: str) -> str:
        return str(self._of(block).get("value") or "")

    def option(self, block: str, default: str) -> str:
        return str((self._of(block).get("selected_option") or {}).get("value") or default)

    def conversation(self, block: str) -> str | None:
        found = self._of(block).get("selected_conversation")
        return found if isinstance(found, str) and found else None

    def files(self, block: str) -> tuple[SourceRef, ...]:
        files = read_files(self._of(block).get("files"))
        if not all(file.may_be_picture for file in files):
            raise AskRefused(BadMask() if block == form.MASK else BadSource())
        return tuple(SourceRef(file_id=file.kept(), name=file.name) for file in files)

    def _of(self, block: str) -> Mapping[str, Any]:
        found = (self._values.get(block) or {}).get(form.VALUE)
        return found if isinstance(found, dict) else {}
