"""The app's Home: what waits for an admin, meters, the month as a chart, the latest pictures. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.budget.forecast import used_up_at
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.spending import Spending
from bot.domain.requests.pending_request import PendingRequest
from bot.ports import JobView
from bot.services.requests.home import Overview
from handlers.ids import is_direct
from handlers.messages.block_kit import (
    Bold,
    Channel,
    Json,
    Link,
    Part,
    Person,
    bullets,
    context,
    plain_text,
    preformatted,
    quote,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.command_buttons import change_button, command_button
from handlers.messages.buttons.question_buttons import approval_request_buttons
from handlers.messages.money.chart import columns, day_text, in_words
from handlers.messages.money.meter import meter
from handlers.messages.money.remaining import reset_text, time_text
from handlers.messages.money.scope_text import capital, heading, owner_of, period_text
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies.notices import ago, state_word
from handlers.messages.replies.welcome import ABOUT
from handlers.messages.status_text import job_price, price, variant_text

NEW, REFRESH, EXPORT = "home_new", "home_refresh", "home_export"
MOST_WAITING = 10
"""Requests shown with their buttons. Everything together stays below Slack's hundred blocks."""

_PROMPT = 80


def home_view(seen: Overview, *, links: Mapping[str, str] | None = None, told: Notice | None = None) -> Json:
    """A view for ``views.publish``. ``links`` lead to jobs' threads, by job id; ``told`` is the
    answer to a button that was just pressed here."""
    blocks: list[Json] = [
        *(told.blocks if told else []),
        *([] if seen.jobs else [rich_text(section([ABOUT]))]),
        _top(seen),
        context(f"As of {time_text(seen.now, seen.zone)}"),
        *(_waiting(seen) if seen.rules else []),
        _title("Budgets"),
        *(block for row in seen.rows for block in _meter(row, seen.now)),
        *(block for chart in seen.charts for block in _chart(chart)),
        *(_pictures(seen, links or {}) if seen.jobs else []),
    ]
    return {"type": "home", "blocks": blocks}


def _top(seen: Overview) -> Json:
    main = None if seen.waiting and seen.rules else "primary"  # a decision that waits is the main thing
    buttons = [button(NEW, "Draw something…", "new", style=main)]
    buttons.append(command_button("My pictures", "history") if seen.jobs else change_button())
    buttons.append(button(REFRESH, "Refresh", "refresh"))
    if seen.rules:
        buttons.append(button(EXPORT, "Export this month (CSV)", "export"))
    return actions(*buttons)


def _waiting(seen: Overview) -> list[Json]:
    """Requests to decide on, the oldest first; without buttons where somebody else has to decide."""
    blocks = [_title("Waiting for a budget admin")]
    if not seen.waiting:
        return [*blocks, context("Nothing waits for a decision.")]
    for pending in seen.waiting[:MOST_WAITING]:
        is_theirs = pending.user_id == seen.user_id
        own = is_theirs and not seen.may_own
        prompt = pending.ask.request.prompt
        words = prompt if is_theirs else pending.ask.place.for_others(prompt)
        blocks += [
            rich_text(section(_request(pending, seen.zone)), quote(shorten(words, 200))),
            context("This is your own: somebody else has to decide.")
            if own
            else approval_request_buttons(pending),
        ]
    more = len(seen.waiting) - MOST_WAITING
    return [*blocks, context(f"And {more} more: decide on these first.")] if more > 0 else blocks


def _request(pending: PendingRequest, zone: str) -> tuple[Part, ...]:
    return (
        Person(pending.user_id),
        f" asks for {variant_text(pending.ask.request)} at ",
        Bold(price(pending.estimate, exact=False)),
        " in ",
        _place(pending.ask.place.channel_id),
        f", open until {time_text(pending.expires_at, zone)}",
    )


def _meter(row: ScopePeriod, now: datetime) -> list[Json]:
    """A bar and what is left; in small print what it is made of, and how long it will last."""
    owner = (heading(row.scope), f" {period_text(row.window)}")
    if row.limit is None or row.left is None:
        return [rich_text(section([*owner, f": {row.spent.as_cost()} spent · no limit"]))]
    ceiling = row.limit + row.granted
    over = f"used up, {(-row.left).as_cost()} over" if row.left.micros < 0 else "used up"
    room = f"{row.left.as_room()} of {ceiling.as_room()} left" if row.left.micros > 0 else over
    bar = meter((row.spent + row.held).micros, ceiling.micros)
    small = [
        f"{row.spent.as_cost()} spent",
        f"{row.held.as_cost()} set aside" if row.held else "",
        "only warns" if row.soft else "",
        f"resets {reset_text(row.end, row.tz)}",
        _forecast(row, now),
    ]
    return [
        rich_text(section([*owner, f"\n{bar}  ", Bold(room)])),
        context(" · ".join(part for part in small if part)),
    ]


def _forecast(row: ScopePeriod, now: datetime) -> str:
    at = used_up_at(row, now)
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(row.tz))
    if local.date() == now.astimezone(local.tzinfo).date():
        return f"at this pace used up today at {local:%H:%M}"
    return f"at this pace used up on {day_text(local.date())}"


def _place(channel_id: str) -> Part:
    return "a direct message" if is_direct(channel_id) else Channel(channel_id)


def _chart(seen: Spending) -> list[Json]:
    """Columns, and under them the same in words: block characters say nothing to a screen reader."""
    title = _title(f"{capital(owner_of(seen.row.scope))} spending this month")
    if not seen.total:
        return [title, context("Nothing yet.")]
    return [title, rich_text(preformatted(columns(seen))), *(context(line) for line in in_words(seen))]


def _pictures(seen: Overview, links: Mapping[str, str]) -> list[Json]:
    rows = bullets([_picture(view, links.get(view.job.id)) for view in seen.jobs])
    return [_title("Your latest pictures"), rich_text(rows)]


def _picture(view: JobView, link: str | None) -> tuple[Part, ...]:
    job, prompt = view.job, shorten(view.job.request.prompt, _PROMPT)
    facts = (state_word(view), job_price(job), ago((view.now - job.created_at).total_seconds()))
    return (Link(prompt, link) if link else prompt, f" · {' · '.join(facts)}")


def _title(text: str) -> Json:
    return {"type": "header", "text": plain_text(text, 150)}
