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
    Part,
    Person,
    as_text,
    context,
    fallback,
    quote,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.budget_buttons import Addition, add_button, change_button, more_button
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.question_buttons import approval_request_buttons
from handlers.messages.money.meter import meter
from handlers.messages.money.remaining import reset_text, time_text
from handlers.messages.money.scope_text import whose
from handlers.messages.problems.error_message import Notice, notice
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
        said = about_others([*head, " It costs more by now." if pending.round else ""], here=here)
        until = f"Open until {time_text(pending.expires_at, zone)}"
        blocks = [*said.blocks, prompt, context(until), approval_request_buttons(pending)]
        return Notice(f"{said.text} {until}.", blocks)
    said = about_others([*head, " ", *_outcome(pending)], here=here)
    return Notice(said.text, [*said.blocks, prompt])


def _outcome(pending: PendingRequest) -> tuple[Part, ...]:
    by: tuple[Part, ...] = (Person(pending.decided_by),) if pending.decided_by else ("somebody",)
    why = f" “{shorten(pending.reason, 300)}”" if pending.reason else ""
    match pending.state:
        case PendingState.RUN:
            return ("Approved by ", *by, f".{why}")
        case PendingState.DENIED:
            return ("Declined by ", *by, f".{why}")
        case PendingState.EXPIRED:
            return ("Nobody decided in time.",)
        case _:
            return ("Withdrawn.",)


def decided_notice(pending: PendingRequest) -> Notice:
    """For the asker."""
    prompt = f"“{shorten(pending.ask.request.prompt, 80)}”"
    if pending.state is PendingState.RUN:
        return notice([f"Approved: {prompt} is being drawn where you asked."])
    if pending.state is PendingState.EXPIRED:
        return notice([f"No budget admin decided on {prompt} in time. Ask again if you still want it."])
    why = f" They say: “{shorten(pending.reason, 300)}”." if pending.reason else ""
    return notice([f"A budget admin declined {prompt}.{why}"])


def alert_notice(alert: Alert, row: ScopePeriod, *, here: str) -> Notice:
    """How full a budget is, with a bar and in words, and what can be done. ``here``: see ``about_others``."""
    is_own = here == alert.scope.id
    who: tuple[Part, ...] = ("You have",) if is_own else (*whose(alert.scope), " has")
    if alert.percent >= 100:
        used = f" used all of {alert.limit.as_room()}."
        ahead = f"It starts anew on {reset_text(row.end, row.tz)}."
    else:
        used = f" used {alert.used.as_cost()} of {alert.limit.as_room()}."
        ahead = _ahead(alert, row) or f"It starts anew on {reset_text(row.end, row.tz)}."
    said = about_others([*who, f"{used} {ahead}"], here=here)
    bar = context(f"{meter(alert.used.micros, alert.limit.micros)} {alert.percent} %")
    added = Addition(alert.scope, row.window, f"{alert.period_key}.{alert.percent}")
    buttons = [more_button()] if is_own else [add_button(added), change_button(alert.scope)]
    return Notice(said.text, [*said.blocks, bar, actions(*buttons)])


def _ahead(alert: Alert, row: ScopePeriod) -> str:
    """When it is used up, if that comes before it starts anew."""
    used_up = used_up_at(row, alert.at)
    return forecast_text(used_up, row.tz) if used_up else ""


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
