"""Answers to commands, but for those in ``notices``. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Delivery, Job
from bot.ports import JobView
from handlers.messages.block_kit import (
    Bold,
    Code,
    Part,
    as_text,
    bullets,
    fallback,
    rich_text,
    section,
    shorten,
)
from handlers.messages.error_message import Notice, notice
from handlers.messages.meter import meter
from handlers.messages.notices import state_word
from handlers.messages.remaining import reset_text
from handlers.messages.scope_text import owner_part, short_period
from handlers.messages.status_text import progress
from handlers.messages.wording import BotNames

Json = dict[str, Any]


def private(said: Notice) -> Json:
    """The acknowledgement that shows ``said`` to the asker alone."""
    return {"response_type": "ephemeral", "text": said.text, "blocks": said.blocks}


def cancelled_notice(job: Job) -> Notice:
    return notice([Code(f"#{job.id}"), " is cancelled. Nothing was spent."])


def other_workspace_notice() -> Notice:
    return notice(["This bot serves another workspace. Ask whoever installed it to set it up here."])


def no_form_notice(names: BotNames) -> Notice:
    """Slack did not open the form in time."""
    return notice(
        [
            "The form did not open. Nothing was spent. Try once more, or mention me: ",
            Code(f"{names.bot_name} make the sky pink"),
            ".",
        ]
    )


def budget_notice(rows: Sequence[ScopePeriod]) -> Notice:
    """What is left in every scope that an ask from here counts against, the tightest first."""
    limited = sorted((row for row in rows if row.left is not None), key=lambda row: row.left or row.spent)
    unlimited = [row for row in rows if row.left is None]
    return _list("Budgets here", [budget_line(row) for row in [*limited, *unlimited]])


def budget_line(row: ScopePeriod) -> tuple[Part, ...]:
    spent = f"{row.spent.as_cost()} spent"
    held = f", {row.held.as_cost()} set aside" if row.held else ""
    if row.left is None or row.limit is None:
        return (owner_part(row.scope), short_period(row.window), f": no limit · {spent}{held}")
    total = (row.limit + row.granted).as_room()
    room = f"{row.left.as_room()} of {total} left" if row.left.micros >= 0 else f"used up ({total})"
    soft = " (only warns)" if row.soft else ""
    bar = meter((row.spent + row.held).micros, (row.limit + row.granted).micros)
    return (
        owner_part(row.scope),
        short_period(row.window),
        f": {bar} {room}{soft} · {spent}{held} · resets {reset_text(row.end, row.tz)}",
    )


def is_under_way(view: JobView) -> bool:
    """Whether this person still waits for it: not ended, or ended and not posted yet."""
    job = view.job
    posting = job.failure is None and job.delivery in {Delivery.ANNOUNCED, Delivery.DELIVERING}
    return not job.status.is_final or posting


def status_notice(views: Sequence[JobView], names: BotNames) -> Notice:
    """What is being drawn for this person now."""
    if not views:
        return notice(
            ["Nothing is being drawn for you. ", Code(f"{names.command} history"), " lists your latest."]
        )
    return _list("Under way for you", [_status_line(view) for view in views])


def _status_line(view: JobView) -> tuple[Part, ...]:
    details = " · ".join(part for part in (state_word(view), progress(view)) if part)
    return (Code(f"#{view.job.id}"), f" {shorten(view.job.request.prompt, 80)} · {details}")


def _list(title: str, lines: Sequence[tuple[Part, ...]]) -> Notice:
    blocks = [rich_text(section([Bold(title)]), bullets(lines))]
    return Notice(fallback("\n".join([title, *map(as_text, lines)])), blocks)
