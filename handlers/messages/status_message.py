"""The one status message of a job: what it shows in every state. Pure: same view, same message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.ports import JobView
from handlers.messages.block_kit import (
    Bold,
    Json,
    Part,
    Person,
    as_text,
    context,
    cut,
    fallback,
    plain_text,
    quote,
    rich_text,
    section,
    shorten,
)
from handlers.messages.job_outcome import explanation, headline, is_unknown
from handlers.messages.status_text import (
    PROMPT_CHARACTERS,
    alt_text,
    arrived,
    is_delivered,
    job_price,
    price,
    settings,
    short_id,
)
from handlers.messages.wording import BotNames

EDIT_BUTTON = "edit_result"
RUN_AGAIN_BUTTON = "run_again"
RESULTS = "results:"
"""Begins the block id of a result's buttons; the number of results follows."""

SHOWN_BY_SLACK = frozenset({"png", "jpeg", "jpg", "gif"})
"""What an image block takes from Slack's own files; webp is not among it (docs slack-file-object)."""

_MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """``text`` is escaped for Slack's top-level text. ``fingerprint`` changes when anything shown does."""

    text: str
    blocks: list[Json]
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        shown = json.dumps([self.text, self.blocks], sort_keys=True).encode()
        object.__setattr__(self, "fingerprint", hashlib.sha256(shown).hexdigest()[:16])


def status_message(
    view: JobView, names: BotNames, *, hidden: Collection[str] = (), in_place: bool = True
) -> StatusMessage:
    """The status message. ``hidden`` are ids of files that Slack cannot show in a block (yet); ``in_place``:
    it stands in the job's thread, where a reply changes the picture."""
    title, tail = headline(view)
    told = explanation(view, names)
    first: list[Part] = [Bold(title), f" {tail}" if tail else "", *_asker(view.job)]
    blocks = [
        rich_text(section(first), quote(shorten(view.job.request.prompt, PROMPT_CHARACTERS))),
        context(settings(view)),
        *_notes(view.job),
        *([rich_text(section(told))] if told else []),
        *(_image(view, picture) for picture in previewable(view) if picture.file_id not in hidden),
        *_buttons(view),
        _footer(view, names, in_place=in_place),
    ]
    return StatusMessage(_spoken(view, title, tail, told), blocks)


def _asker(job: Job) -> list[Part]:
    """The asker's name, in edits of the message only: an edit notifies nobody. The message with the pictures
    notifies the asker, once (``arrival``)."""
    return [" · asked by ", Person(job.user_id)] if job.status_ts is not None else []


def plainest(message: StatusMessage) -> StatusMessage:
    """The same text in one block that Slack has no reason to refuse."""
    return StatusMessage(message.text, [{"type": "section", "text": plain_text(message.text)}])


def previewable(view: JobView) -> list[Picture]:
    """The picture to show in the status message itself: the first one, as the face of the thread.

    Only where it opened the thread and stands in the channel: inside a thread the pictures follow right
    below it, and would be there twice.
    """
    place = view.job.place
    if place.thread_ts is not None and place.thread_ts != view.job.status_ts:
        return []
    return [
        picture
        for picture in view.pictures
        if picture.state is PictureState.SHARED
        and picture.file_id
        and (picture.format or "").lower() in SHOWN_BY_SLACK
    ][:1]


def _notes(job: Job) -> list[Json]:
    """What was understood differently from how it was typed."""
    notes = [f"Note: {shorten(note, PROMPT_CHARACTERS)}" for note in job.notes[:_MOST_NOTES] if note.strip()]
    return [context(*notes)] if notes else []


def _image(view: JobView, picture: Picture) -> Json:
    made = arrived(view)
    position = made.index(picture) + 1
    block: Json = {
        "type": "image",
        "slack_file": {"id": picture.file_id},
        "alt_text": cut(alt_text(view.job, position, len(made)), 2000),
    }
    if len(made) > 1:
        block["title"] = plain_text(f"{position} of {len(made)}; all are in the thread", 200)
    return block


def _buttons(view: JobView) -> list[Json]:
    """The values are ids, never prompts; the block's id tells the form how many results there are."""
    if is_unknown(view):
        return [{"type": "actions", "block_id": RUN_AGAIN_BUTTON, "elements": [_run_again(view.job)]}]
    count = sum(picture.state is PictureState.SHARED for picture in view.pictures)
    if not count or not is_delivered(view):
        return []
    edit = {
        "type": "button",
        "action_id": EDIT_BUTTON,
        "text": plain_text("Edit…", 75),
        "value": view.job.id,
        "accessibility_label": "Edit this picture" if count == 1 else "Edit one of these pictures",
    }
    return [{"type": "actions", "block_id": f"{RESULTS}{count}", "elements": [edit]}]


def _run_again(job: Job) -> Json:
    """A new order, after a second thought: the first one may have been taken and charged."""
    return {
        "type": "button",
        "action_id": RUN_AGAIN_BUTTON,
        "text": plain_text("Run again", 75),
        "value": job.id,
        "accessibility_label": "Run again; it may be charged twice",
        "confirm": {
            "title": plain_text("Run again?", 100),
            "text": plain_text(
                "This may be charged twice: the first order may have been taken. "
                f"A new order is {price(job.estimate, exact=False)}.",
                300,
            ),
            "confirm": plain_text("Run again", 30),
            "deny": plain_text("Leave it", 30),
        },
    }


def _footer(view: JobView, names: BotNames, *, in_place: bool) -> Json:
    """The id, which job it was edited from, and how to change the picture: slash commands do not work in
    threads. An edit's asker knows how; the parent is left out where a note names it already."""
    job = view.job
    parts = [short_id(job.id)]
    if job.parent_id and not any(short_id(job.parent_id) in note for note in job.notes):
        parts.append(f"edited from {short_id(job.parent_id)}")
    if in_place and job.parent_id is None and is_delivered(view):
        parts.append(f"To change it, reply here with {names.bot_name}, not {names.command}")
    return context(" · ".join(parts))


def _spoken(view: JobView, title: str, tail: str, told: tuple[Part, ...]) -> str:
    """The message for notifications and screen readers."""
    job = view.job
    prompt = shorten(job.request.prompt, PROMPT_CHARACTERS)
    parts = [f"{title} {tail}".strip(), f"“{prompt}”", job_price(job), short_id(job.id)]
    line = " · ".join(parts)
    return fallback(f"{line}\n{as_text(told)}" if told else line)
