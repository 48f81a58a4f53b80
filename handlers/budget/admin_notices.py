"""Notices for budget admins: what happened, what it means for the money, what to do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from handlers.budget.cards import about_others
from handlers.budget.weekly_digest import digest_notice
from handlers.messages.block_kit import Bold, Channel, Part, Person, quote, rich_text, shorten
from handlers.messages.buttons.budget_buttons import Addition, add_button, change_button
from handlers.messages.buttons.button import actions
from handlers.messages.money.scope_text import capital, whose
from handlers.messages.problems.budget import clock_text
from handlers.messages.problems.error_message import Notice
from handlers.messages.status_text import price

Facts = Mapping[str, Any]


def admin_notice_message(admin_notice: AdminNotice, *, here: str) -> Notice:
    """For one admin, privately. ``here``: see ``about_others``."""
    match admin_notice.kind:
        case AdminNoticeKind.DIGEST:
            return digest_notice(admin_notice.facts)
        case AdminNoticeKind.MORE:
            return _more(admin_notice, here)
        case kind:
            return about_others(_SAID[kind](admin_notice.facts), here=here)


def _more(asked: AdminNotice, here: str) -> Notice:
    """Somebody asks for more money; the buttons give it, or change their limit."""
    user, amount = str(asked.facts["user"]), Money(int(asked.facts["amount"]))
    scope, window = Scope(ScopeKind.USER, asked.team_id, user), Window(str(asked.facts["window"]))
    said = about_others([Person(user), f" asks for {amount.as_room()} more this {window}."], here=here)
    why = str(asked.facts.get("reason") or "")
    words = [rich_text(quote(shorten(why, 300)))] if why else []
    addition = Addition(scope, window, asked.key, amount)
    buttons = actions(add_button(addition), change_button(scope))
    return Notice(said.text, [*said.blocks, *words, buttons])


def _overrun(facts: Facts) -> list[Part]:
    parts: list[Part] = [f"A picture cost {Money(facts['price']).as_cost()}, more than expected. "]
    for number, (scope, _, over) in enumerate(facts["scopes"]):
        parts += ["; " if number else "", *whose(Scope.parse(scope)), f" is {Money(over).as_cost()} over"]
    return [*parts, ". New pictures there wait."]


def _doubt(facts: Facts) -> list[Part]:
    return [
        "No answer from the image service for ",
        Person(facts["user"]),
        " in ",
        Channel(facts["channel"]),
        f". {capital(price(Money(facts['estimate']), exact=False))} stays aside a day, then counts as spent.",
    ]


def _no_price(facts: Facts) -> list[Part]:
    which = f"{facts['size']} at {facts['quality']} quality"
    if facts["size"] == "None":
        which = f"An edit at {facts['quality']} quality"
    return [f"{which} has no price, so somebody's picture was refused. Whoever runs this bot can add it."]


def _odd_price(facts: Facts) -> list[Part]:
    return [
        f"The image service says a picture costs “{shorten(str(facts['stated']), 40)}”. "
        f"It counts as {Money(facts['estimate']).as_cost()}. Compare it with the service's bill.",
    ]


def _drift(facts: Facts) -> list[Part]:
    count = int(facts["count"])
    found = "1 finding" if count == 1 else f"{count} findings"
    return [
        Bold("The books are not right: "),
        f"{found}. Limits may be wrong. Whoever runs this bot has to look.",
    ]


def _clock(facts: Facts) -> list[Part]:
    clock = clock_text(facts.get("seconds"), facts.get("months"))
    return [
        f"{capital(clock)}. Pictures of a new budget period wait until it is right.",
    ]


_SAID: dict[AdminNoticeKind, Callable[[Facts], list[Part]]] = {
    AdminNoticeKind.OVERRUN: _overrun,
    AdminNoticeKind.DOUBT: _doubt,
    AdminNoticeKind.NO_PRICE: _no_price,
    AdminNoticeKind.ODD_PRICE: _odd_price,
    AdminNoticeKind.DRIFT: _drift,
    AdminNoticeKind.CLOCK: _clock,
}
