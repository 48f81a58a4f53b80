"""Messages about money for one person: a request to an admin, its outcome, a budget's level. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.budget.forecast import used_up_at
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.threshold import Alert
from bot.domain.requests.pending_request import PendingRequest, PendingState
from handlers.ids import is_direct
from handlers.messages.block_kit import (
    Bold,
    Channel,
    Code,
    Part,
    Person,
    as_text,
    fallback,
    quote,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons import approval_request_buttons
from handlers.messages.error_message import Notice, notice
from handlers.messages.meter import meter
from handlers.messages.remaining import reset_text
from handlers.messages.scope_text import budget_of
from handlers.messages.status_text import price, variant_text


def approval_request_notice(pending: PendingRequest, zone: str, *, here: str) -> Notice:
    """The card for an admin: who asks for what, at what price; the buttons, or what was decided. Dates are
    said in ``zone``. What was said in private is not quoted. ``here``: see ``about_others``."""
    head: tuple[Part, ...] = (
        Bold("Over budget: "),
        Person(pending.user_id),
        " asks for ",
        f"{variant_text(pending.ask.request)} at {price(pending.estimate, exact=False)} in ",
        Channel(pending.ask.place.channel_id),
        ".",
    )
    words = pending.ask.place.for_others(pending.ask.request.prompt)
    prompt = rich_text(quote(shorten(words, 300)))
    if pending.state is PendingState.ASKED:
        said = about_others(
            [*head, *_dearer(pending), f" It can be approved until {reset_text(pending.expires_at, zone)}."],
            here=here,
        )
        return Notice(said.text, [*said.blocks, prompt, approval_request_buttons(pending)])
    said = about_others([*head, " ", *_outcome(pending)], here=here)
    return Notice(said.text, [*said.blocks, prompt])


def _dearer(pending: PendingRequest) -> tuple[Part, ...]:
    return (" The price has gone up since it was asked: this is the new one.",) if pending.round else ()


def _outcome(pending: PendingRequest) -> tuple[Part, ...]:
    by: tuple[Part, ...] = (Person(pending.decided_by),) if pending.decided_by else ("somebody",)
    why = f" “{shorten(pending.reason, 300)}”" if pending.reason else ""
    match pending.state:
        case PendingState.RUN:
            return ("Approved by ", *by, ": ", Code(f"#{pending.job_id}"), f" is running.{why}")
        case PendingState.DENIED:
            return ("Declined by ", *by, f".{why} Nothing was spent.")
        case PendingState.EXPIRED:
            return ("Expired: nobody decided in time. Nothing was spent.",)
        case _:
            return ("Withdrawn. Nothing was spent.",)


def decided_notice(pending: PendingRequest) -> Notice:
    """For the asker."""
    prompt = shorten(pending.ask.request.prompt, 80)
    if pending.state is PendingState.RUN:
        return notice([f"Approved: “{prompt}” is being drawn now, in the place where you asked."])
    what = f"“{prompt}” ({price(pending.estimate, exact=False)})"
    if pending.state is PendingState.EXPIRED:
        return notice(
            [f"No budget admin decided on {what} in time. Nothing was spent. Ask again if you still want it."]
        )
    why = f" They say: “{shorten(pending.reason, 300)}”." if pending.reason else ""
    return notice([f"A budget admin declined {what}.{why} Nothing was spent."])


def alert_notice(alert: Alert, row: ScopePeriod, *, here: str) -> Notice:
    """How full a budget is, with a bar and in words. ``here``: see ``about_others``."""
    used = Bold(f"{alert.percent} % ")
    return about_others(
        [
            used,
            "of ",
            *budget_of(alert.scope),
            f" is used: {alert.used.as_cost()} of {alert.limit.as_room()}. "
            f"{meter(alert.used.micros, alert.limit.micros)} {_ahead(alert, row)}"
            f"It resets {reset_text(row.end, row.tz)}.",
        ],
        here=here,
    )


def _ahead(alert: Alert, row: ScopePeriod) -> str:
    """Below 100 % there is something to look ahead to."""
    used_up = used_up_at(row, alert.at) if alert.percent < 100 else None
    return f"{forecast_text(used_up, row.tz)} " if used_up else ""


def forecast_text(at: datetime, tz: str) -> str:
    """``At this pace it is used up on 23 Nov.``"""
    local = at.astimezone(ZoneInfo(tz))
    return f"At this pace it is used up on {local.day} {local:%b}."


def about_others(parts: Sequence[Part], *, here: str) -> Notice:
    """A notice that names people other than its reader: its plain text has their ids. ``here`` is where it is
    read, a conversation or a person: what is said of another channel is not said of this one."""
    seen = seen_from(here, parts)
    return Notice(fallback(spoken(seen)), [rich_text(section(seen))])


def seen_from(here: str, parts: Sequence[Part]) -> list[Part]:
    """``parts``, with every channel called what it is for whoever reads them ``here``, where its name cannot
    be shown: in plain text, and always for a direct message."""
    return [
        Channel(part.channel_id, spoken=_place(part.channel_id, here)) if isinstance(part, Channel) else part
        for part in parts
    ]


def _place(channel_id: str, here: str) -> str:
    if is_direct(channel_id):
        return "this conversation" if channel_id == here else "a private message"
    return "this channel" if channel_id == here else "another channel"


def spoken(parts: Sequence[Part]) -> str:
    return as_text(part.user_id if isinstance(part, Person) else part for part in parts)
