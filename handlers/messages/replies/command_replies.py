"""Answers to commands, but for those in ``notices``. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Delivery
from bot.ports import JobView
from bot.services.budget.desk import Desk
from handlers.messages.block_kit import (
    Bold,
    Json,
    Part,
    as_text,
    bullets,
    fallback,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.budget_buttons import admin_buttons, member_buttons
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.command_buttons import cancel_button, command_button, draw_button, jump_button
from handlers.messages.money.meter import meter
from handlers.messages.money.remaining import reset_text
from handlers.messages.money.scope_text import owner_part, short_period
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.replies.notices import NO_LINKS, state_word
from handlers.messages.status_text import progress

MOST_ROWS = 20
"""Two blocks a row: Slack takes fifty in a message."""


def private(said: Notice) -> Json:
    """The acknowledgement that shows ``said`` to the asker alone."""
    return {"response_type": "ephemeral", "text": said.text, "blocks": said.blocks}


def cancelled_notice() -> Notice:
    return notice(["Cancelled. Nothing was charged."])


def other_workspace_notice() -> Notice:
    """For people of other workspaces, wherever they ask."""
    return notice(["Only people of this workspace can draw."])


def no_form_notice() -> Notice:
    """Slack did not open the form in time."""
    said = notice(["The form did not open. Press once more."])
    return Notice(said.text, [*said.blocks, actions(draw_button())])


def budget_notice(rows: Sequence[ScopePeriod], desk: Desk | None = None, *, lead: str = "") -> Notice:
    """What is left in every scope that an ask from here counts against, the tightest first, and what can be
    done about it. ``desk`` is a budget admin's, who gets other buttons. ``lead`` comes before it."""
    limited = sorted((row for row in rows if row.left is not None), key=lambda row: row.left or row.spent)
    unlimited = [row for row in rows if row.left is None]
    said = _list("Budgets here", [budget_line(row) for row in [*limited, *unlimited]])
    buttons = member_buttons() if desk is None else admin_buttons(desk)
    first = notice([lead]) if lead else None
    return Notice(
        f"{first.text}\n{said.text}" if first else said.text,
        [*(first.blocks if first else []), *said.blocks, buttons],
    )


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


def status_notice(views: Sequence[JobView], links: Mapping[str, str] = NO_LINKS) -> Notice:
    """What is being drawn for this person now: a row each, with a button that cancels it. ``links`` lead to
    the jobs' messages, by job id."""
    if not views:
        said = notice(["Nothing is being drawn for you."])
        row = actions(command_button("My pictures", "history"), draw_button())
        return Notice(said.text, [*said.blocks, row])
    title = "Under way for you"
    lines = [_status_line(view) for view in views[:MOST_ROWS]]
    blocks: list[Json] = [rich_text(section([Bold(title)]))]
    for view, line in zip(views, lines, strict=False):
        buttons = [] if view.job.status.is_final else [cancel_button(view.job.id)]
        link = links.get(view.job.id)
        buttons += [jump_button(link)] if link else []
        blocks += [rich_text(section([line])), *([actions(*buttons)] if buttons else [])]
    return Notice(fallback("\n".join([title, *lines])), blocks)


def _status_line(view: JobView) -> str:
    details = " · ".join(part for part in (state_word(view), progress(view)) if part)
    return f"{shorten(view.job.request.words, 80)} · {details}"


def _list(title: str, lines: Sequence[tuple[Part, ...]]) -> Notice:
    blocks = [rich_text(section([Bold(title)]), bullets(lines))]
    return Notice(fallback("\n".join([title, *map(as_text, lines)])), blocks)
