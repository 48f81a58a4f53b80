"""The message of a job: the picture first, then the words, one small line, and the buttons. Pure (loop
reference 3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.jobs.charges import is_doubtful, was_settled_unknown
from bot.domain.jobs.job import Delivery, PictureState, Status
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET, is_shown_as_it_is
from bot.domain.money import Money
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import Quality
from bot.domain.requests.steps import varied
from bot.ports import JobView
from handlers.messages.block_kit import (
    Json,
    Part,
    Person,
    context,
    fallback,
    plain_text,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.picture_buttons import (
    cancel_row,
    label_price,
    order_again_row,
    picture_row,
    price_of,
    set_rows,
    sheet_rows,
)
from handlers.messages.job.alt_texts import alt_text, earlier_alt_text, sheet_alt_text
from handlers.messages.job.job_line import labels_line, line, picture_line
from handlers.messages.job.shown_message import StatusMessage, with_revision
from handlers.messages.money.amounts import drawn, withdrawn_words
from handlers.messages.status_text import PROMPT_CHARACTERS

_MOST_TEXT = 300
_MOST_LABELS = 1000
_HINT = "Like one? Use it, then Finish."
"""What a person is told once, below their first drafts (loop reference 11)."""


def job_message(
    view: JobView, prices: PriceTable, *, asker: str = "", hidden: Collection[str] = ()
) -> StatusMessage:
    """The root or the working message in the job's present state. ``asker`` is their name, for texts in which
    nobody may be called. ``hidden`` are ids of files that Slack cannot show in a block (yet)."""
    if view.ended_in_vain:
        return in_vain(asker)
    shown = image(view) if view.is_delivered and view.is_root else None
    blocks = [
        *([shown] if shown is not None and shown["slack_file"]["id"] not in hidden else []),
        _words(view, with_name=view.job.status_ts is not None),
        *_line(view, prices),
        *_rows(view, prices),
    ]
    return with_revision(spoken(view, asker), blocks)


def file_message(view: JobView, prices: PriceTable, *, asker: str = "") -> StatusMessage:
    """What stands below the files of the result where it comes as one message: all but the picture."""
    done = _done(view)
    blocks = [*_why_here(view), _words(view, with_name=True), *_line(done, prices), *_rows(done, prices)]
    return with_revision(spoken(done, asker), blocks)


def _why_here(view: JobView) -> list[Json]:
    """Whose picture it is and why it comes, where that was cancelled."""
    if not view.is_withdrawn:
        return []
    return [rich_text(section([withdrawn_words(view.job.request)]))]


def picture_message(view: JobView, number: int, prices: PriceTable, *, asker: str = "") -> StatusMessage:
    """One picture of a job, shown alone, with its buttons."""
    file_id = _file_of(view, number)
    picture: list[Json] = []
    if file_id is not None:
        picture = [_image(f"img.{view.job.id}.{number}", file_id, alt_text(view, number))]
    if picture and view.before is not None and view.before.file_id:
        earlier = _image(f"before.{view.job.id}.{number}", view.before.file_id, earlier_alt_text(view))
        picture = [{**earlier, "title": plain_text("Before")}, {**picture[0], "title": plain_text("After")}]
    return _alone(view, number, prices, picture, asker=asker)


def share_begun(view: JobView, number: int, *, asker: str, said: str) -> StatusMessage:
    """The root of a picture that is shared, before the picture is there. ``said`` is what the person says who
    shares it."""
    line = "Ready, posting…"
    blocks = [*_said(said), _words(view, with_name=False), context(line)]
    return with_revision(_text(view, number, line, asker), blocks)


def share_message(
    view: JobView, number: int, prices: PriceTable, *, asker: str, said: str, file_id: str | None
) -> StatusMessage:
    """The same root with the picture, the file ``file_id``, with name and buttons; None: without the picture,
    which Slack does not show."""
    picture: list[Json] = []
    if file_id is not None:
        picture = [_image(f"img.{view.job.id}.{number}", file_id, alt_text(view, number))]
    return _alone(view, number, prices, [*_said(said), *picture], asker=asker)


def _alone(
    view: JobView, number: int, prices: PriceTable, first: Sequence[Json], *, asker: str
) -> StatusMessage:
    line = picture_line(view, number)
    blocks = [*first, _words(view, with_name=True), context(line), picture_row(view.job, number, prices)]
    return with_revision(_text(view, number, line, asker), blocks)


def _said(said: str) -> list[Json]:
    return [rich_text(section([said]))] if said else []


def _text(view: JobView, number: int, line: str, asker: str) -> str:
    words = shorten(view.job.request.words, PROMPT_CHARACTERS)
    return fallback(f"Picture {view.job.before + number}{_for(asker)}: “{words}” · {line}", _MOST_TEXT)


def in_vain(asker: str) -> StatusMessage:
    """What stays of a message that cannot be deleted, as people have replied to it."""
    whose = f"@{asker}'s" if asker else "This"
    words = f"{whose} picture did not work out."
    return StatusMessage(fallback(words), [context(words)])


def image(view: JobView) -> Json | None:
    """The image block of a job: its sheet, or its one picture; None when Slack can show neither."""
    job = view.job
    if job.request.n > 1:
        sheet = next((p for p in view.previews if p.number == SHEET), None)
        if sheet is not None and sheet.state is PictureState.SHARED and sheet.file_id:
            return _image(f"img.{job.id}.{SHEET}", sheet.file_id, sheet_alt_text(view))
    for number in numbered(view.pictures, view.submissions):
        if (file_id := _file_of(view, number)) is not None:
            return _image(f"img.{job.id}.{number}", file_id, alt_text(view, number))
    return None


def spoken(view: JobView, asker: str) -> str:
    """The message for notifications and screen readers."""
    request = view.job.request
    words = shorten(request.words, PROMPT_CHARACTERS)
    if view.is_delivered and not view.stuck:
        size = f" · {request.size.width}×{request.size.height}" if request.size else ""
        cost = label_price(view.job.cost if view.job.cost is not None else view.job.estimate)
        what = drawn(request, len(view.arrived))
        return fallback(f"{what}{_for(asker)}: “{words}”{size} · {cost}", _MOST_TEXT)
    if view.job.status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING} and not view.stuck:
        return fallback(f"Drawing{_for(asker)}: “{words}”", _MOST_TEXT)
    return fallback(f"{line(view, None)}: “{words}”", _MOST_TEXT)


def _words(view: JobView, *, with_name: bool) -> Json:
    """The asker's name only in edits of the message, as an edit calls nobody."""
    words = shorten(view.job.request.words, PROMPT_CHARACTERS)
    name: list[Part] = [Person(view.job.user_id), "  "] if with_name else []
    return rich_text(section([*name, words]))


def _line(view: JobView, prices: PriceTable) -> list[Json]:
    vary = price_of(prices, varied(view.job.request)) if not view.members else None
    told = line(view, label_price(vary) if vary else None)
    is_new = view.is_first and view.is_delivered and view.job.request.quality is not Quality.HIGH
    parts = (told, shorten(labels_line(view), _MOST_LABELS), _HINT if is_new else "")
    return [context(part) for part in parts if part]


def _rows(view: JobView, prices: PriceTable) -> list[Json]:
    job = view.job
    in_doubt = view.is_in_doubt or job.status is Status.TIMED_OUT
    doubt = [order_again_row(job, _price_in_doubt(view))] if in_doubt else []
    if view.stuck:
        return []
    if view.is_delivered and job.delivery is not Delivery.UNDELIVERABLE:
        shared = [
            number
            for number, picture in numbered(view.pictures, view.submissions).items()
            if picture.state is PictureState.SHARED
        ]
        if job.request.n > 1:
            rows = set_rows(view.members, shared, prices) if view.members else sheet_rows(job, shared, prices)
            return [*rows, *doubt] if shared else doubt
        return [picture_row(job, shared[0], prices), *doubt] if shared else doubt
    if doubt:
        return doubt
    if job.status is Status.QUEUED:
        return [cancel_row(job, is_drawing=False)]
    if job.status in {Status.SUBMITTING, Status.RUNNING}:
        return [cancel_row(job, is_drawing=True)]
    return []


def _price_in_doubt(view: JobView) -> Money:
    """What ordering again costs: only what is without an answer is ordered."""
    jobs = {job.id: job for job in view.members or (view.job,)}
    costs = [
        jobs[call.job_id].estimate.part(call.n, jobs[call.job_id].request.n)
        for call in view.submissions
        if is_doubtful(call) or was_settled_unknown(call)
    ]
    return sum(costs, Money.zero()) if costs else view.job.estimate


def _done(view: JobView) -> JobView:
    """The view as it will be once the files that are uploaded are there."""
    there = [
        replace(picture, state=PictureState.SHARED) if picture.state is PictureState.UPLOADED else picture
        for picture in view.pictures
    ]
    return replace(view, pictures=there)


def file_shown(view: JobView, number: int) -> str | None:
    """The file that stands for a picture, or for all of them, where it can be shown."""
    if number != SHEET:
        return _file_of(view, number)
    shown = image(view)
    return str(shown["slack_file"]["id"]) if shown is not None else None


def _file_of(view: JobView, number: int) -> str | None:
    """The file that stands for a picture in an image block: itself, or its preview."""
    picture = numbered(view.pictures, view.submissions).get(number)
    if picture is None or picture.state is not PictureState.SHARED:
        return None
    if is_shown_as_it_is(picture):
        return picture.file_id
    preview = next((p for p in view.previews if p.number == number), None)
    return preview.file_id if preview is not None and preview.state is PictureState.SHARED else None


def _image(block_id: str, file_id: str, text: str) -> Json:
    return {"type": "image", "block_id": block_id, "slack_file": {"id": file_id}, "alt_text": text}


def _for(asker: str) -> str:
    return f" for @{asker}" if asker else ""
