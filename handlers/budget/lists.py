"""Lists about money for admins: what was decided and why, what waits, who has spent what. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.budget.limits import Change, ChangeKind, Mode
from bot.domain.requests.pending_request import PendingRequest
from bot.services.budget.administration import Spender
from handlers.budget.cards import approval_request_notice, seen_from, spoken
from handlers.messages.block_kit import (
    Bold,
    Part,
    Person,
    bullets,
    fallback,
    rich_text,
    section,
    shorten,
)
from handlers.messages.money.remaining import time_text
from handlers.messages.money.scope_text import budget_of
from handlers.messages.problems.error_message import Notice, notice

_KINDS = {
    ChangeKind.PAUSE: "paused new pictures",
    ChangeKind.RESUME: "resumed new pictures",
    ChangeKind.ZONE: "set the time zone to",
    ChangeKind.WEEK: "set the week's first day to",
    ChangeKind.APPROVE: "approved",
    ChangeKind.DENY: "declined",
    ChangeKind.EXPORT: "exported the pictures of",
}
_VERDICTS = {"once": "this once", "raise": "and raised the period", "change": "with a new limit"}


def history_notice(changes: list[Change], zone: str, *, here: str) -> Notice:
    """Who changed or decided what, and why; times in ``zone``. ``here``: see ``about_others``."""
    if not changes:
        return notice(["Nobody has changed a budget yet."])
    return _list(
        "Latest changes to budgets", [seen_from(here, _change_line(change, zone)) for change in changes]
    )


def _change_line(change: Change, zone: str) -> tuple[Part, ...]:
    """When, who, what, and why."""
    head = (f"{time_text(change.at, zone)}: ", Person(change.actor))
    amount = change.amount.as_room() if change.amount is not None else "no limit"
    about = budget_of(change.scope) if change.scope else ()
    per = f" a {change.window}" if change.window else ""
    match change.kind:
        case ChangeKind.SET:
            before = f" (before: {change.before.as_room()})" if change.before is not None else ""
            mode, _, why = (change.reason or "").partition(": ")
            soft = ", only to warn" if mode == Mode.SOFT else ""
            return (*head, " set ", *about, f" to {amount}{per}{soft}{before}{_why(why)}")
        case ChangeKind.TOPUP:
            this = f" this {change.window}" if change.window else ""
            return (*head, f" added {amount} to ", *about, this)
        case ChangeKind.APPROVE | ChangeKind.DENY:
            verdict, _, why = (change.reason or "").partition(": ")
            how = f" {_VERDICTS[verdict]}" if verdict in _VERDICTS else ""
            asker: tuple[Part, ...] = (" for ", Person(change.scope.id)) if change.scope else ()
            cost = change.amount.as_cost() if change.amount is not None else "an ask"
            return (*head, f" {_KINDS[change.kind]} {cost}", *asker, f"{how}{_why(why)}")
        case _:
            what = f" {shorten(change.reason, 80)}" if change.reason else ""
            return (*head, f" {_KINDS[change.kind]}{what}")


def _why(reason: str) -> str:
    return f": “{shorten(reason, 120)}”" if reason else ""


_MOST_WAITING = 10


def waiting_notice(pending_requests: list[PendingRequest], zone: str, *, here: str) -> Notice:
    """What waits for an admin, each with its buttons; the oldest ten. ``here``: see ``about_others``."""
    if not pending_requests:
        return notice(["Nothing waits for approval."])
    more = len(pending_requests) - _MOST_WAITING
    rest = f" The oldest {_MOST_WAITING}:" if more > 0 else ""
    count = "One request waits" if len(pending_requests) == 1 else f"{len(pending_requests)} requests wait"
    oldest = pending_requests[:_MOST_WAITING]
    cards = [approval_request_notice(pending, zone, here=here) for pending in oldest]
    head = notice([f"{count} for approval.{rest}"])
    text = "\n".join([head.text, *(card.text for card in cards)])
    return Notice(text, [*head.blocks, *(block for card in cards for block in card.blocks)])


def who_notice(spenders: list[Spender]) -> Notice:
    """The month's spenders."""
    if not spenders:
        return notice(["Nobody has spent anything this month."])
    lines: list[Sequence[Part]] = [
        (
            Person(one.user_id),
            f": {one.spent.as_cost()} spent" + (f", {one.held.as_cost()} set aside" if one.held else ""),
        )
        for one in spenders[:20]
    ]
    return _list("Spent this month", lines)


def _list(title: str, lines: Sequence[Sequence[Part]]) -> Notice:
    blocks = [rich_text(section([Bold(title)]), bullets(lines))]
    return Notice(fallback("\n".join([title, *map(spoken, lines)])), blocks)
