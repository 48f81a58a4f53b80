"""Notices for budget admins: what happened, what it means for the money, what to do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.scope import Scope
from bot.domain.money import Money
from handlers.budget.cards import about_others
from handlers.budget.weekly_digest import digest_notice
from handlers.messages.block_kit import Bold, Channel, Code, Part, Person, shorten
from handlers.messages.error_message import Notice
from handlers.messages.problems.budget import clock_text
from handlers.messages.scope_text import budget_of
from handlers.messages.status_text import price

Facts = Mapping[str, Any]


def admin_notice_message(admin_notice: AdminNotice, *, here: str) -> Notice:
    """For one admin, privately. ``here``: see ``about_others``."""
    if admin_notice.kind is AdminNoticeKind.DIGEST:
        return digest_notice(admin_notice.facts)
    return about_others(_SAID[admin_notice.kind](admin_notice.facts), here=here)


def _overrun(facts: Facts) -> list[Part]:
    parts: list[Part] = [
        Bold("Over the limit: "),
        Code(f"#{facts['job']}"),
        f" costs {Money(facts['price']).as_cost()}, more than was set aside. It has to be paid, so ",
    ]
    for number, (scope, _, over) in enumerate(facts["scopes"]):
        parts += ["; " if number else "", *budget_of(Scope.parse(scope)), f" is {Money(over).as_cost()} over"]
    return [*parts, ". New asks there are refused. If this goes on, correct the price table."]


def _doubt(facts: Facts) -> list[Part]:
    return [
        Bold("Nobody knows whether this was charged: "),
        Code(f"#{facts['job']}"),
        " of ",
        Person(facts["user"]),
        " in ",
        Channel(facts["channel"]),
        f" ({price(Money(facts['estimate']), exact=False)}) got no clear answer for a quarter of an hour. "
        "It was not sent again. Its price stays counted, and after a day it counts as spent if nothing was "
        "heard until then. The image service's own bill shows what was charged.",
    ]


def _no_price(facts: Facts) -> list[Part]:
    which = f"{facts['size']} at {facts['quality']} quality"
    if facts["size"] == "None":
        which = f"an edit at {facts['quality']} quality"
    return [
        Bold("A price is missing: "),
        f"somebody asked for {which}, which the price table does not have. It was refused and nothing was "
        "spent. Add the price to the table (",
        Code("IMAGINE_PRICES"),
        ") to allow it.",
    ]


def _odd_price(facts: Facts) -> list[Part]:
    return [
        Bold("A price nobody can believe: "),
        "the image service says that ",
        Code(f"#{facts['job']}"),
        f" costs “{shorten(str(facts['stated']), 40)}”. It counts as {Money(facts['estimate']).as_cost()}, "
        "what the price table says. Compare it with the image service's bill. (Said once a day.)",
    ]


def _drift(facts: Facts) -> list[Part]:
    rule, detail = facts["violations"][0]
    count = int(facts["count"])
    more = f" and {count - 1} more" if count > 1 else ""
    return [
        Bold("The books do not balance: "),
        f"{rule}, {shorten(str(detail), 200)}{more}. Limits may refuse too early or too late. ",
        Code("imagine-bot audit"),
        " lists everything; tell the person who runs this bot.",
    ]


def _clock(facts: Facts) -> list[Part]:
    clock = clock_text(facts.get("seconds"), facts.get("months"))
    return [
        Bold("The clock is wrong: "),
        f"{clock}. I cannot tell which budget period it is, so asks that would begin a new one "
        "are refused and not charged; what is running goes on. An operator must set the clock.",
    ]


_SAID: dict[AdminNoticeKind, Callable[[Facts], list[Part]]] = {
    AdminNoticeKind.OVERRUN: _overrun,
    AdminNoticeKind.DOUBT: _doubt,
    AdminNoticeKind.NO_PRICE: _no_price,
    AdminNoticeKind.ODD_PRICE: _odd_price,
    AdminNoticeKind.DRIFT: _drift,
    AdminNoticeKind.CLOCK: _clock,
}
