"""The forms behind the menu of a picture: sizes, details, alt text, share, delete. Pure.

They hold ids, and words only to be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.jobs.job import Job
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import PictureRequest, Quality
from bot.domain.requests.sizes import PixelClass
from bot.domain.requests.steps import enlarged, reshaped, same_in
from bot.ports import JobView
from handlers.ids import is_direct
from handlers.messages.block_kit import Json, Link, Part, context, plain_text, rich_text, section
from handlers.messages.buttons.picture_buttons import Target, label_price, price_of
from handlers.messages.job.alt_texts import alt_text
from handlers.messages.job.job_line import picture_line
from handlers.messages.replies.notices import ago
from handlers.messages.status_text import short_id
from handlers.views.form_fields import radio

SIZES_FORM, ALT_FORM, SHARE_FORM, DELETE_FORM = "pic_sizes", "pic_alt", "pic_share", "pic_delete_form"
SIZES_YES = "pic_sizes_yes"
SHAPES_BLOCK, WHICH_BLOCK, TEXT_BLOCK, WHERE_BLOCK, LINE_BLOCK = "shapes", "which", "alt", "where", "line"
SHAPES_CHOSEN = "sizes_chosen"
VALUE = "value"

_SHAPES = (
    ("square", "Square 1:1"),
    ("story", "Story 9:16"),
    ("banner", "Banner 3:1"),
    ("wide", "Wide 16:9"),
    ("tall", "Tall 2:3"),
)
_MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about, and where it was opened."""

    target: Target
    place: Place

    def packed(self) -> str:
        """For ``private_metadata``."""
        place = self.place
        return json.dumps([self.target.value, place.channel_id, place.thread_ts, place.is_private])

    @classmethod
    def unpacked(cls, text: str, team_id: str) -> About:
        """Raises ValueError for what ``packed`` never made."""
        value, channel, thread, is_private = json.loads(text)
        job_id, _, number = str(value).rpartition(".")
        return cls(Target(job_id, int(number)), Place(team_id, channel, thread, is_private))


Offers = Mapping[str, tuple[str, PictureRequest, Money]]
"""By name: label, request and price."""


def offers(job: Job, prices: PriceTable) -> Offers:
    """The shapes and sizes that a picture of this job can get: by name, with label, request and price."""
    found: dict[str, tuple[str, PictureRequest, Money]] = {}
    for name, label in _SHAPES:
        try:
            request = reshaped(job.request, name)
        except AskRefused:
            continue
        if request.size != job.request.size and (price := price_of(prices, request)) is not None:
            found[name] = (label, request, price)
    for pixels in (PixelClass.K2, PixelClass.K4):
        if enlarged(job.request.size, pixels) is None:
            continue
        larger = same_in(job.request, pixels)
        price = price_of(prices, larger)
        if larger is not None and price is not None:
            found[pixels.value] = (f"Same shape in {pixels.value.upper()}", larger, price)
    return found


def total_of(offered: Offers, chosen: Sequence[str]) -> Money:
    """What the ``chosen`` ones cost together."""
    return sum((offered[name][2] for name in chosen if name in offered), Money.zero())


def sizes_view(
    about: About, job: Job, prices: PriceTable, *, numbers: Sequence[int], chosen: Sequence[str] = ()
) -> Json:
    """Which shapes and sizes to make, each with its price; the total stands on the submit button."""
    offered = offers(job, prices)
    options = [
        {"text": plain_text(f"{label} · {label_price(price)}", 75), "value": name}
        for name, (label, _, price) in offered.items()
    ]
    total = total_of(offered, chosen)
    boxes: Json = {
        "type": "input",
        "block_id": SHAPES_BLOCK,
        "dispatch_action": True,
        "label": plain_text("One picture each"),
        "element": {"type": "checkboxes", "action_id": SHAPES_CHOSEN, "options": options},
    }
    submit = f"Draw · {label_price(total)}" if total else "Draw"
    blocks = [*_which(about, numbers), boxes, context(f"Quality: {_QUALITY[job.request.quality]}")]
    return _form(SIZES_FORM, "Sizes, 2K, 4K", about, blocks, submit=submit)


def sizes_question(about: About, chosen: Sequence[str], total: Money) -> Json:
    """Whether to make them all, at a total that is asked about once more; on top of the form, or in its own
    place where the price has risen meanwhile."""
    count = f"{len(chosen)} pictures" if len(chosen) > 1 else "1 picture"
    text = f"{count} for {label_price(total)}?"
    kept = json.dumps([about.packed(), list(chosen), total.micros])
    view = _form(
        SIZES_YES,
        "Draw them all?",
        about,
        [rich_text(section([text]))],
        submit=f"Draw · {label_price(total)}",
    )
    return view | {"private_metadata": kept, "close": plain_text("Back")}


def sizes_agreed(metadata: str, team_id: str) -> tuple[About, list[str], Money]:
    """What the question was about, and the total that it showed. Raises ValueError for what
    ``sizes_question`` never made."""
    about, chosen, micros = json.loads(metadata)
    return About.unpacked(about, team_id), [str(name) for name in chosen], Money(int(micros))


_QUALITY = {Quality.LOW: "draft", Quality.MEDIUM: "medium", Quality.HIGH: "final"}


def details_view(
    about: About, view: JobView, *, file_id: str | None, links: Sequence[tuple[str, str]]
) -> Json:
    """Everything about a picture. Apps have no clipboard, so the words stand in a field to copy. ``links``
    lead to its messages and files."""
    job, number = view.job, about.target.number
    picture: list[Json] = []
    if file_id is not None:
        text = alt_text(view, number or 1)
        picture = [{"type": "image", "slack_file": {"id": file_id}, "alt_text": text}]
    facts = [
        picture_line(view, number) if number != SHEET else f"{job.request.n} pictures",
        f"Asked {ago((view.now - job.created_at).total_seconds())} · {short_id(job.id)}",
        *job.notes,
    ]
    return {
        "type": "modal",
        "title": plain_text("Details"),
        "submit": plain_text("Done"),  # Slack wants one where there is a field; it changes nothing
        "close": plain_text("Close"),
        "private_metadata": about.packed(),
        "blocks": [
            *picture,
            *_text_to_copy("words", "Words", job.request.words),
            *(
                _text_to_copy("sent", "What was sent", job.request.to_send)
                if job.request.to_send != job.request.words
                else []
            ),
            context(*facts),
            *_links(links),
        ],
    }


def alt_view(about: About, view: JobView, *, numbers: Sequence[int]) -> Json:
    """The text that screen readers say for a picture."""
    number = about.target.number if about.target.number != SHEET else min(numbers, default=1)
    picture = numbered(view.pictures, view.submissions).get(number)
    shown = picture.alt_text if picture is not None and picture.alt_text else alt_text(view, number)
    element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": True,
        "max_length": _MOST_TEXT,
        "initial_value": shown,
    }
    hint = "What the picture shows, for people who cannot see it. Empty: made from the words."
    field = _input(TEXT_BLOCK, "Alt text", element, hint=hint, optional=True)
    return _form(ALT_FORM, "Alt text", about, [*_which(about, numbers), field], submit="Save")


def share_view(about: About, *, numbers: Sequence[int]) -> Json:
    """Where to share a picture, and what to say with it."""
    select = {
        "type": "conversations_select",
        "action_id": VALUE,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    line = {"type": "plain_text_input", "action_id": VALUE, "max_length": 300}
    title = "Post to channel" if is_direct(about.place.channel_id) else "Share"
    blocks = [
        *_which(about, numbers),
        _input(WHERE_BLOCK, "Where", select),
        _input(LINE_BLOCK, "What to say", line, optional=True),
    ]
    return _form(SHARE_FORM, title, about, blocks, submit="Share")


def delete_view(about: About, job: Job, *, numbers: Sequence[int]) -> Json:
    """A second thought before a picture goes for everybody."""
    cost = label_price(job.cost if job.cost is not None else job.estimate)
    what = "these pictures" if about.target.number == SHEET and len(numbers) > 1 else "this picture"
    its = "Their" if what.startswith("these") else "Its"
    text = f"Delete {what} for everyone? {its} {cost} stays spent."
    blocks = [rich_text(section([text]))]
    return _form(DELETE_FORM, "Delete", about, blocks, submit="Delete")


def _form(callback: str, title: str, about: About, blocks: Sequence[Json], *, submit: str) -> Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": about.packed(),
        "title": plain_text(title),
        "submit": plain_text(submit, 24),
        "close": plain_text("Leave it"),
        "blocks": list(blocks),
    }


def _which(about: About, numbers: Sequence[int]) -> list[Json]:
    """Which of several pictures, where a sheet was pressed."""
    if about.target.number != SHEET or len(numbers) < 2:
        return []
    options = [(str(number), f"Picture {number}") for number in numbers]
    element = {"action_id": VALUE, **radio(options, options[0][0])}
    return [_input(WHICH_BLOCK, "Which picture", element)]


def _text_to_copy(block_id: str, label: str, text: str) -> list[Json]:
    element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": True,
        "initial_value": text[:3000],
    }
    return [_input(block_id, label, element, optional=True)]


def _links(links: Sequence[tuple[str, str]]) -> list[Json]:
    parts: list[Part] = []
    for label, url in links:
        parts += [" · "] if parts else []
        parts.append(Link(label, url))
    return [rich_text(section(parts))] if parts else []


def _input(block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    made: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
    return made | ({"hint": plain_text(hint)} if hint else {})
