"""What an admin hears after a change of budgets: how it stands now, and what can follow. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Mode
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from bot.services.budget.administration import LimitSet
from handlers.budget.cards import about_others
from handlers.messages.block_kit import Part
from handlers.messages.buttons.budget_buttons import Addition, add_button, change_button, give_button
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.command_buttons import command_button
from handlers.messages.money.remaining import reset_text
from handlers.messages.money.scope_text import whose
from handlers.messages.problems.error_message import Notice, notice


def set_notice(made: LimitSet, *, here: str) -> Notice:
    """A limit was set or lifted. ``here``: see ``about_others``."""
    rule, row = made.rule, made.row
    said: list[Part] = [*whose(rule.scope)]
    buttons = []
    if rule.amount is None:
        said.append(f" has no limit a {rule.window} now.")
        if made.shut:
            said.append(f" It still allows nothing a {made.shut}.")
    elif not rule.amount:
        said = _without(rule.scope)
        buttons.append(give_button(rule.scope))
    else:
        said.append(f" has {rule.amount.as_room()} a {rule.window} now.")
        if rule.mode is Mode.SOFT:
            said.append(" It only warns.")
        used = row.spent + row.held if row is not None else Money.zero()
        if row is not None and used > rule.amount + row.granted:
            said.append(
                f" {used.as_cost()} is used, so new pictures wait until {reset_text(row.end, row.tz)}."
            )
            buttons.append(add_button(Addition(rule.scope, rule.window, f"set.{row.period_key}")))
    said += [
        f" It allows more a {shorter} than a {longer}, so the {longer} decides."
        for shorter, longer in made.ineffective
    ]
    told = about_others(said, here=here)
    return Notice(told.text, [*told.blocks, actions(*buttons, change_button(rule.scope))])


def _without(scope: Scope) -> list[Part]:
    if scope.kind is ScopeKind.DEFAULT:
        return ["Nobody has a budget of their own now."]
    return [*whose(scope), " has no budget now."]


def added_notice(
    scope: Scope, amount: Money, window: Window, row: ScopePeriod | None, *, here: str
) -> Notice:
    """Money was added. ``row`` is how it stands now, if that is known. ``here``: see ``about_others``."""
    head: list[Part] = [*whose(scope), f" has {amount.as_room()} more this {window}"]
    if row is None:
        return about_others([*head, ". Slack does not say yet what is left."], here=here)
    left = f"{row.left.as_room()} is left" if row.left is not None else "there is no limit"
    return about_others([*head, f": {left} until {reset_text(row.end, row.tz)}."], here=here)


def paused_notice() -> Notice:
    said = notice(["New pictures are paused for everybody. What is being drawn still arrives."])
    return Notice(said.text, [*said.blocks, actions(command_button("Resume", "budget resume"))])


def resumed_notice() -> Notice:
    return notice(["New pictures are possible again."])


def exported_notice() -> Notice:
    return notice(["The list is on its way to your messages."])


def verified_notice(violations: Sequence[object]) -> Notice:
    if not violations:
        return notice(["The books are right."])
    count = "1 finding" if len(violations) == 1 else f"{len(violations)} findings"
    return notice([f"The books are not right: {count}. Whoever runs this bot has to look."])
