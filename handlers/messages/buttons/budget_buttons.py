"""The buttons under what is said about budgets: a member's, and an admin's. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.money import Money
from bot.services.budget.desk import Desk
from handlers.messages.block_kit import Json
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.command_buttons import command_button

MORE = "budget_more"
LIMITS = "budget_limits"
GIVE, ADD = "budget_give", "budget_add"

USUAL = Money(5_000_000)
"""What *Give* and *Add* offer where nobody named an amount."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What *Add* adds. ``occasion`` names why, so that two admins who press it for one reason add it once."""

    scope: Scope
    window: Window
    occasion: str
    amount: Money = USUAL

    @property
    def value(self) -> str:
        """As the button carries it."""
        return f"{self.scope}|{self.window}|{self.amount.micros}|{self.occasion}"

    @classmethod
    def read(cls, value: str) -> Addition:
        """Raises ValueError for what no button of ours carries."""
        scope, window, micros, occasion = value.split("|", 3)
        return cls(Scope.parse(scope), Window(window), occasion, Money(int(micros)))


def member_buttons() -> Json:
    return actions(more_button(), command_button("My pictures", "history"))


def admin_buttons(desk: Desk) -> Json:
    waiting = [command_button(f"Requests ({desk.waiting})", "budget approvals")] if desk.waiting else []
    pause = (
        command_button("Resume", "budget resume")
        if desk.is_paused
        else command_button("Pause", "budget pause")
    )
    return actions(
        button(LIMITS, "Limits…", "any"), *waiting, pause, command_button("Export", "budget export")
    )


def more_button() -> Json:
    return button(MORE, "Ask for more…", "more")


def change_button(scope: Scope) -> Json:
    return button(LIMITS, "Change…", str(scope))


def give_button(scope: Scope) -> Json:
    return button(GIVE, f"Give {_short(USUAL)} a month", str(scope))


def add_button(addition: Addition) -> Json:
    return button(ADD, f"Add {_short(addition.amount)}", addition.value)


def _short(amount: Money) -> str:
    """``$5``, ``$7.50``."""
    return amount.as_room().removesuffix(".00")
