"""The one status message of a job: what it shows in every state. Pure: same view, same message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, Status
from bot.domain.problem import Failure, Problem
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
from handlers.messages.job_problems import words_for
from handlers.messages.status_text import (
    PROMPT_CHARACTERS,
    alt_text,
    arrived,
    charge_text,
    is_delivered,
    job_price,
    missing,
    price,
    progress,
    settings,
    short_id,
    stuck_charge,
    took,
)
from handlers.messages.wording import Case, Charge

EDIT_BUTTON = "edit_result"
RUN_AGAIN_BUTTON = "run_again"
RESULTS = "results:"
"""Begins the block id of a result's buttons; the number of results follows."""

SHOWN_BY_SLACK = frozenset({"png", "jpeg", "jpg", "gif"})
"""What an image block takes from Slack's own files; webp is not among it (docs slack-file-object)."""

_MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Voice:
    """How this installation is called: its slash command and its name in mentions."""

    command: str = "/imagine"
    bot_name: str = "@Imagine"


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
    view: JobView, voice: Voice, *, hidden: Collection[str] = (), in_place: bool = True
) -> StatusMessage:
    """The status message. ``hidden`` are ids of files that Slack cannot show in a block (yet); ``in_place``:
    it stands in the job's thread, where a reply changes the picture."""
    headline, tail = _headline(view)
    told = _explanation(view, voice)
    first: list[Part] = [Bold(headline), f" {tail}" if tail else "", *_asker(view.job)]
    blocks = [
        rich_text(section(first), quote(shorten(view.job.request.prompt, PROMPT_CHARACTERS))),
        context(settings(view)),
        *_notes(view.job),
        *([rich_text(section(told))] if told else []),
        *(_image(view, picture) for picture in previewable(view) if picture.file_id not in hidden),
        *_buttons(view),
        _footer(view, voice, in_place=in_place),
    ]
    return StatusMessage(_spoken(view, headline, tail, told), blocks)


def _asker(job: Job) -> list[Part]:
    """Named by edits only, which notify nobody: whoever asks a moment ago need not be called.

    They are called once, by the pictures (``arrival``)."""
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


def case_of(job: Job, voice: Voice, failure: Failure | None = None) -> Case:
    """What sentences about this job may need."""
    return Case(
        command=voice.command,
        bot_name=voice.bot_name,
        job_id=job.id,
        channel_id=job.place.channel_id,
        detail=failure.detail if failure else "",
        ended=job.status.is_final,
    )


def _headline(view: JobView) -> tuple[str, str]:
    """A few words for the state, and what follows them."""
    job = view.job
    came, wanted = len(arrived(view)), job.request.n
    if view.stuck:
        return "Stuck", ""
    match job.status:
        case Status.QUEUED:
            return "Queued", f"· {usual}" if (usual := progress(view)) else ""
        case Status.SUBMITTING | Status.RUNNING:
            return "Drawing…", progress(view)
        case Status.CANCELLED:
            return "Cancelled", ""
        case Status.FAILED:
            return "No picture", ""
        case Status.UNKNOWN | Status.TIMED_OUT if came and is_delivered(view):
            return f"{came} of {wanted} pictures", ""
        case Status.UNKNOWN:
            return "I cannot tell how this ended", ""
        case Status.TIMED_OUT:
            return "Still running", ""
        case Status.SUCCEEDED:
            return _success(view, came, wanted), f"in {needed}" if (needed := took(job)) else ""


def _success(view: JobView, came: int, wanted: int) -> str:
    if not came:
        return "No picture"
    if view.job.delivery is Delivery.UNDELIVERABLE:
        return "Finished, but not posted"
    if not is_delivered(view):
        return "Finished, posting it…" if came < 2 else "Finished, posting them…"
    if came < wanted:
        return f"{came} of {wanted} pictures"
    return "Done"


def _explanation(view: JobView, voice: Voice) -> tuple[Part, ...]:
    """What happened · was it charged · what to do; nothing while all goes well."""
    job = view.job
    if view.stuck:
        words = words_for(Problem.STUCK, case_of(job, voice))
        return (*words.what, " ", stuck_charge(job), " ", *words.todo)
    if job.delivery is Delivery.UNDELIVERABLE or (job.status is not Status.SUCCEEDED and not arrived(view)):
        return _trouble(job, voice)
    if job.status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING}:
        return ()
    lacking = missing(view, case_of(job, voice))
    if not lacking:
        return ()
    return (" ".join([*lacking, charge_text(job, Charge.UNSAID)]).strip(),)


def _trouble(job: Job, voice: Voice) -> tuple[Part, ...]:
    failure = job.failure or _IMPLIED.get(job.status)
    if failure is None:
        return ()
    words = words_for(failure.problem, case_of(job, voice, failure))
    parts: list[Part] = [*words.what]
    charged = charge_text(job, words.charge)
    for piece in ((charged,) if charged else (), words.todo):
        parts += [" ", *piece] if piece else []
    if job.delivery is Delivery.UNDELIVERABLE and failure.problem is Problem.DELIVERY_REFUSED:
        parts.append(f" Then quote {short_id(job.id)} to the person who runs this bot.")
    return tuple(parts)


_IMPLIED = {
    Status.FAILED: Failure(Problem.PROVIDER_FAILED),
    Status.CANCELLED: Failure(Problem.CANCELLED),
    Status.UNKNOWN: Failure(Problem.OUTCOME_UNKNOWN),
    Status.TIMED_OUT: Failure(Problem.TIMED_OUT),
}


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


def is_unknown(view: JobView) -> bool:
    """Whether nobody knows what became of an order, and whether it was charged."""
    failure = view.job.failure
    ended = view.job.status is Status.FAILED and failure is not None
    return view.job.status is Status.UNKNOWN or (
        ended and failure is not None and failure.problem is Problem.OUTCOME_UNKNOWN
    )


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


def _footer(view: JobView, voice: Voice, *, in_place: bool) -> Json:
    """The id, where it comes from, and how to go on from here: slash commands do not work in threads. Whoever
    edits a result knows that already, and a note may have said which one."""
    job = view.job
    parts = [short_id(job.id)]
    if job.parent_id and not any(short_id(job.parent_id) in note for note in job.notes):
        parts.append(f"edited from {short_id(job.parent_id)}")
    if in_place and job.parent_id is None and is_delivered(view):
        parts.append(f"To change it, reply here with {voice.bot_name}, not {voice.command}")
    return context(" · ".join(parts))


def _spoken(view: JobView, headline: str, tail: str, told: tuple[Part, ...]) -> str:
    """The message for notifications and screen readers."""
    job = view.job
    prompt = shorten(job.request.prompt, PROMPT_CHARACTERS)
    parts = [f"{headline} {tail}".strip(), f"“{prompt}”", job_price(job), short_id(job.id)]
    line = " · ".join(parts)
    return fallback(f"{line}\n{as_text(told)}" if told else line)
