"""Messages about money for one person: a request to an admin, its outcome, a budget's level. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.budget import Scope, ScopePeriod
from bot.domain.draft import Draft, DraftState
from handlers.budget_buttons import petition_buttons, variant_text
from handlers.escape import (
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
from handlers.messages import Notice, notice, reset_text
from handlers.status_text import price

_FILLED, _EMPTY, _BAR = "█", "░", 10


def petition_notice(draft: Draft) -> Notice:
    """The card for an admin: who asks for what, at what price; the buttons, or what was decided."""
    head: tuple[Part, ...] = (
        Bold("Over budget: "),
        Person(draft.user_id),
        " asks for ",
        f"{variant_text(draft.ask.request)} at {price(draft.estimate, exact=False)} in ",
        Channel(draft.ask.place.channel_id),
        ".",
    )
    prompt = rich_text(quote(shorten(draft.ask.request.prompt, 300)))
    if draft.state is DraftState.ASKED:
        said = about_others([*head, f" It can be approved until {reset_text(draft.expires_at)}."])
        return Notice(said.text, [*said.blocks, prompt, petition_buttons(draft)])
    said = about_others([*head, " ", *_outcome(draft)])
    return Notice(said.text, [*said.blocks, prompt])


def _outcome(draft: Draft) -> tuple[Part, ...]:
    by: tuple[Part, ...] = (Person(draft.decided_by),) if draft.decided_by else ("somebody",)
    match draft.state:
        case DraftState.RUN:
            return ("Approved by ", *by, ": ", Code(f"#{draft.job_id}"), " is running.")
        case DraftState.DENIED:
            return ("Declined by ", *by, ". Nothing was spent.")
        case _:
            return ("Withdrawn. Nothing was spent.",)


def decided_notice(draft: Draft) -> Notice:
    """For the asker."""
    prompt = shorten(draft.ask.request.prompt, 80)
    if draft.state is DraftState.RUN:
        return notice([f"Approved: “{prompt}” is being drawn now, in the place where you asked."])
    return notice(
        [f"A budget admin declined “{prompt}” ({price(draft.estimate, exact=False)}). Nothing was spent."]
    )


def alert_notice(alert: Alert, row: ScopePeriod) -> Notice:
    """How full a budget is, with a bar and in words."""
    used = Bold(f"{alert.percent} % ")
    return about_others(
        [
            used,
            "of ",
            *whose(alert.scope),
            f" is used: {alert.used.as_cost()} of {alert.limit.as_room()}. "
            f"{meter(alert.used.micros, alert.limit.micros)} It resets {reset_text(row.end, row.tz)}.",
        ]
    )


def about_others(parts: Sequence[Part]) -> Notice:
    """A notice that names people who are not its reader: spoken, they are their ids."""
    return Notice(fallback(spoken(parts)), [rich_text(section(parts))])


def spoken(parts: Sequence[Part]) -> str:
    return as_text(part.user_id if isinstance(part, Person) else part for part in parts)


def whose(scope: Scope) -> tuple[Part, ...]:
    """A scope in people's words."""
    ident = scope.id.rpartition("/")[2]
    match scope.type:
        case "channel":
            return ("the budget of ", Channel(ident))
        case "user":
            return ("the budget of ", Person(ident))
        case "default":
            return ("everybody's own budget",)
        case _:
            return ("the workspace's budget",)


def meter(used: int, limit: int) -> str:
    """Ten places, filled as far as it is used; never empty for a cent, never full before it is."""
    if limit <= 0:
        return _EMPTY * _BAR
    filled = min(used * _BAR // limit, _BAR)
    filled = max(filled, 1) if used > 0 else 0
    return _FILLED * filled + _EMPTY * (_BAR - filled)
