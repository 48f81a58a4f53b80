"""The app's Home: meters, the week as bars with amounts, latest jobs, what waits for an admin. Pure."""

from __future__ import annotations

from bot.domain.draft import Draft
from bot.domain.money import Money
from bot.services.home import Overview
from handlers.blocks import Voice
from handlers.budget_buttons import variant_text
from handlers.budget_cards import meter
from handlers.escape import (
    Channel,
    Code,
    Json,
    Part,
    Person,
    bullets,
    plain_text,
    preformatted,
    rich_text,
    section,
    shorten,
)
from handlers.listeners.replies import budget_line
from handlers.notices import state_word
from handlers.status_text import job_price, price


def home_view(seen: Overview, voice: Voice) -> Json:
    """A view for ``views.publish``; well below Slack's hundred blocks."""
    blocks: list[Json] = [
        _title("Budgets"),
        rich_text(bullets([budget_line(row) for row in seen.rows])),
        _title("Your last seven days"),
        rich_text(preformatted("\n".join(_bars(seen.days)))),
    ]
    if seen.jobs:
        lines: list[tuple[Part, ...]] = [
            (
                Code(f"#{view.job.id}"),
                f" {shorten(view.job.request.prompt, 80)} · {state_word(view)} · {job_price(view.job)}",
            )
            for view in seen.jobs
        ]
        blocks += [_title("Your latest pictures"), rich_text(bullets(lines))]
    else:
        blocks.append(rich_text(section(["Say ", Code(f"{voice.command} a red fox in snow"), " to begin."])))
    if seen.waiting:
        blocks += [
            _title("Waiting for a budget admin"),
            rich_text(bullets([_waiting(draft) for draft in seen.waiting[:20]])),
        ]
    return {"type": "home", "blocks": blocks}


def _bars(days: tuple[tuple[str, Money], ...]) -> list[str]:
    most = max((amount.micros for _, amount in days), default=0)
    return [f"{label:>6}  {meter(amount.micros, most)}  {amount.as_cost()}" for label, amount in days]


def _waiting(draft: Draft) -> tuple[Part, ...]:
    return (
        Person(draft.user_id),
        f": {variant_text(draft.ask.request)} at {price(draft.estimate, exact=False)} in ",
        Channel(draft.ask.place.channel_id),
        ". The buttons are in your messages from me.",
    )


def _title(text: str) -> Json:
    return {"type": "header", "text": plain_text(text, 150)}
