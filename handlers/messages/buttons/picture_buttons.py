"""The buttons under pictures. Pure (loop reference 3 and 4).

Their values are ids: ``JOB.3``, a job and the number of its picture; number 0 is the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET
from bot.domain.money import Money
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, WhichOfThese
from bot.domain.requests.request import UNNAMED, Format, Named, PictureRequest, Quality
from bot.domain.requests.steps import TAKES, finished, varied
from handlers.ids import is_direct
from handlers.messages.block_kit import Json, plain_text

AGAIN, VARY, EDIT, FINISH, MORE = "pic_again", "pic_vary", "pic_edit", "pic_finish", "pic_more"
CHANGE_WORDS = "pic_words"
"""Opens the form with the words of a job."""

CANCEL, WITHDRAW, ORDER_AGAIN = "pic_cancel", "pic_withdraw", "run_again"

EDIT_RESULT = "edit_result"
"""Opens the form, as EDIT does; older messages have it, with a job alone as its value."""

CHOOSE = "choose"
"""Begins the ids of the buttons of a question which picture."""

SIZES, DETAILS, ALT, SHARE, DELETE = "sizes", "details", "alt", "share", "delete"
"""What the overflow's options begin with; then comes the value of a button."""


@dataclass(frozen=True, slots=True)
class Target:
    """A picture as a button names it."""

    job_id: str
    number: int

    @property
    def value(self) -> str:
        return f"{self.job_id}.{self.number}"


def target_of(value: str) -> Target:
    """The picture that a button's value names. Older buttons name the job alone: its sheet is meant."""
    job_id, _, number = value.rpartition(".")
    if job_id and number.isdecimal() and len(number) < 4:
        return Target(job_id, int(number))
    return Target(value, SHEET)


def label_price(amount: Money) -> str:
    """The shortest form, for buttons: ``$0.08``, ``under $0.01``."""
    shown = amount.as_cost()
    return f"under {shown[1:]}" if shown.startswith("<") else shown


def price_of(prices: PriceTable, request: PictureRequest | None) -> Money | None:
    """What the request may cost; None when the price table does not say, or there is no request."""
    if request is None:
        return None
    try:
        return prices.estimate(request)
    except AskRefused:
        return None


def picture_row(job: Job, number: int, prices: PriceTable) -> Json:
    """The row under one picture: Vary, Edit, Finish, Again, and more."""
    target = Target(job.id, number)
    vary = price_of(prices, varied(job.request))
    buttons = [
        *([_button(VARY, f"Vary ×{TAKES} · {label_price(vary)}", target)] if vary else []),
        _button(EDIT, "Edit…", target),
        *_finish(job, target, prices),
        *_again(job, target, prices),
        _more(job, target),
    ]
    return {"type": "actions", "block_id": f"pic.{target.value}", "elements": buttons}


def sheet_rows(job: Job, numbers: Sequence[int], prices: PriceTable) -> list[Json]:
    """The rows under a sheet with the pictures ``numbers``: use one, vary one, and what is done with all."""
    sheet = Target(job.id, SHEET)
    vary = price_of(prices, varied(job.request))
    rows = [_use_row(job, numbers)]
    if vary is not None:
        said = f"{label_price(vary)}"
        vary_row = [
            _button(
                f"vary_{n}", f"Vary {n}", Target(job.id, n), spoken=f"Four new takes on picture {n}, {said}"
            )
            for n in numbers
        ]
        rows.append({"type": "actions", "block_id": f"vary.{job.id}", "elements": vary_row})
    last = [*_again(job, sheet, prices), _button(EDIT, "Edit…", sheet), _more(job, sheet)]
    rows.append({"type": "actions", "block_id": f"all.{job.id}", "elements": last})
    return rows


def set_rows(jobs: Sequence[Job], numbers: Sequence[int], prices: PriceTable) -> list[Json]:
    """The rows under the sheet of a set: use one, and what is done with all (loop reference 7)."""
    lead, sheet = jobs[0], Target(jobs[0].id, SHEET)
    costs = [cost for job in jobs if (cost := price_of(prices, job.request)) is not None]
    whole = sum(costs, Money.zero()) if len(costs) == len(jobs) else None
    again = [_button(AGAIN, f"Again · {label_price(whole)}", sheet)] if whole is not None else []
    last = [*again, _button(EDIT, "Edit…", sheet), _more(lead, sheet)]
    return [
        _use_row(lead, numbers),
        {"type": "actions", "block_id": f"all.{lead.id}", "elements": last},
    ]


def _use_row(job: Job, numbers: Sequence[int]) -> Json:
    buttons = [
        _button(f"use_{n}", f"Use {n}", Target(job.id, n), spoken=f"Use picture {n}, free") for n in numbers
    ]
    return {"type": "actions", "block_id": f"use.{job.id}", "elements": buttons}


def choose_row(asked: WhichOfThese) -> Json:
    """One button a picture, for a step that needs one. The block's id says which step, and what was named
    with it."""
    price = f" · {label_price(asked.price)}" if asked.price is not None else ""
    buttons = [_button(f"{CHOOSE}_{n}", f"{n}{price}", Target(asked.job_id, n)) for n in asked.numbers]
    return {
        "type": "actions",
        "block_id": f"{CHOOSE}.{asked.step}.{_said_with(asked)}{_PRIVATELY if asked.is_private else ''}",
        "elements": buttons,
    }


_PRIVATELY = ".private"
"""Ends the id of a row that is about a step whose result only the person is to see."""


def chosen_step(block_id: str) -> tuple[str, str | None]:
    """The step, and the size named with it, of a row that ``choose_row`` has made."""
    _, _, rest = block_id.removesuffix(_PRIVATELY).partition(".")
    step, size, *_ = (*rest.split("."), "")
    return step, size or None


def chosen_named(block_id: str) -> Named:
    """What else was named with the step of such a row; rows of older messages say nothing of it."""
    said = block_id.removesuffix(_PRIVATELY).split(".")[3:]
    if len(said) != 3:
        return UNNAMED
    quality, n, file_format = said
    return Named(
        Quality(quality) if quality else None,
        int(n) if n else None,
        Format(file_format) if file_format else None,
    )


def _said_with(asked: WhichOfThese) -> str:
    named, size = asked.named, asked.size or ""
    return f"{size}.{named.quality or ''}.{named.n or ''}.{named.format or ''}" if named != UNNAMED else size


def is_chosen_privately(block_id: str) -> bool:
    """Whether only the person is to see what comes of the choice."""
    return block_id.endswith(_PRIVATELY)


def cancel_row(job: Job, *, is_drawing: bool) -> Json:
    """Cancel: free while the job waits; a second thought once it is ordered."""
    button = _button(WITHDRAW if is_drawing else CANCEL, "Cancel", Target(job.id, SHEET))
    if is_drawing:
        button["confirm"] = withdraw_dialog(job)
    return {"type": "actions", "block_id": f"run.{job.id}", "elements": [button]}


def withdraw_dialog(job: Job) -> Json:
    return _dialog("Cancel?", withdraw_text(job), yes="Cancel it", no="Let it draw")


def withdraw_text(job: Job) -> str:
    """What cancelling means for a job that the image service has."""
    count = "picture" if job.request.n == 1 else "pictures"
    return (
        f"The image service cannot take an order back: {label_price(job.estimate)} may still be charged. "
        f"The {count} will come to your messages with me."
    )


def order_again_row(job: Job, price: Money) -> Json:
    """A new order, after a second thought: the first one may have been taken and charged. ``price`` is that
    of the new one."""
    button = _button(ORDER_AGAIN, f"Order again · {label_price(price)}", Target(job.id, SHEET))
    button["value"] = job.id
    both = label_price(job.estimate + price)
    button["confirm"] = _dialog(
        "Order again?",
        f"The first order may still arrive and be charged too: up to {both} in all.",
        yes="Order again",
        no="Leave it",
    )
    return {"type": "actions", "block_id": f"again.{job.id}", "elements": [button]}


def _finish(job: Job, target: Target, prices: PriceTable) -> list[Json]:
    final = finished(job.request)
    cost = price_of(prices, final)
    if final is None or cost is None:
        return []
    name = "4K" if job.request.quality is Quality.HIGH else "Finish"
    return [_button(FINISH, f"{name} · {label_price(cost)}", target, style="primary")]


def _again(job: Job, target: Target, prices: PriceTable) -> list[Json]:
    cost = price_of(prices, job.request)
    return [_button(AGAIN, f"Again · {label_price(cost)}", target)] if cost is not None else []


def _more(job: Job, target: Target) -> Json:
    share = "Post to channel…" if is_direct(job.place.channel_id) else "Share…"
    options = (
        (SIZES, "Sizes, 2K, 4K…"),
        (DETAILS, "Details…"),
        (ALT, "Alt text…"),
        (SHARE, share),
        (DELETE, "Delete…"),
    )
    return {
        "type": "overflow",
        "action_id": MORE,
        "options": [
            {"text": plain_text(label, 75), "value": f"{what}.{target.value}"} for what, label in options
        ],
    }


def _button(action_id: str, text: str, target: Target, *, style: str = "", spoken: str = "") -> Json:
    made: Json = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(text, 75),
        "value": target.value,
    }
    return made | ({"style": style} if style else {}) | ({"accessibility_label": spoken} if spoken else {})


def _dialog(title: str, text: str, *, yes: str, no: str) -> Json:
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }
