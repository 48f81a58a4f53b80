"""How the files of a result are titled and announced. Pure."""

from __future__ import annotations

from bot.domain.jobs.job import Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET, Preview
from bot.ports import JobView
from handlers.messages.block_kit import inert, shorten
from handlers.messages.job.alt_texts import alt_text, sheet_alt_text
from handlers.messages.money.amounts import drawn, withdrawn_words

_TITLE = 250


def titles(view: JobView) -> dict[str, str]:
    """The title of each file that waits to be shared, by file id: the sheet first, then the pictures."""
    made: dict[str, str] = {}
    words = inert(shorten(view.job.request.words, 120))
    of = view.job.request.n
    for preview in view.previews:
        if preview.state is PictureState.UPLOADED and preview.file_id:
            what = f"All {of}" if preview.number == SHEET else f"Preview of {preview.number}"
            made[preview.file_id] = f"{what} · {words}"
    for number, picture in numbered(view.pictures, view.submissions).items():
        if picture.state is PictureState.UPLOADED and picture.file_id:
            made[picture.file_id] = title_of(view, number)
    return made


def title_of(view: JobView, number: int) -> str:
    """The title of a picture's file."""
    of = view.job.request.n
    place = f"{number} of {of} · " if of > 1 else ""
    return shorten(f"{place}{alt_text(view, number)}", _TITLE)


def description(view: JobView, item: Picture | Preview) -> str:
    """What screen readers say for the file of a picture, or of what stands for one or for all."""
    if isinstance(item, Preview):
        return sheet_alt_text(view) if item.number == SHEET else alt_text(view, item.number)
    numbers = numbered(view.pictures, view.submissions)
    return alt_text(view, next((number for number, one in numbers.items() if one.id == item.id), 1))


def arrival(view: JobView) -> str:
    """The comment on the files, which Slack parses: it calls the asker, once."""
    if view.is_withdrawn:
        return f"<@{view.job.user_id}> {withdrawn_words(view.job.request)}"
    return f"<@{view.job.user_id}> {drawn(view.job.request, len(view.arrived))}, full size"
