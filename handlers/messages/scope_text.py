"""Whose budget it is and for which period, in words. Every sentence about a budget takes them from here."""

from __future__ import annotations

from bot.domain.budget.ledger import Scope
from bot.domain.budget.periods import Window
from handlers.ids import is_direct
from handlers.messages.block_kit import Bold, Channel, Part, Person

_PERIODS = {Window.DAY: "today", Window.WEEK: "this week", Window.MONTH: "this month"}
_OWNERS = {"user": "you", "channel": "this channel", "workspace": "the workspace"}
_OWNERS_OF = {"user": "your", "channel": "this channel's", "workspace": "the workspace's"}


def period_text(window: Window) -> str:
    """``today``, ``this week``, ``this month``."""
    return _PERIODS[window]


def short_period(window: Window, before: str = " ") -> str:
    """``period_text`` after ``before``; empty for a month, which is what a budget without a period means."""
    return "" if window is Window.MONTH else f"{before}{period_text(window)}"


def owner(scope: Scope) -> str:
    """``you``, ``this channel``, ``the workspace``: in a private message, inside a sentence."""
    return _OWNERS[scope.type]


def owner_of(scope: Scope) -> str:
    """``your``, ``this channel's``, ``the workspace's``."""
    return _OWNERS_OF[scope.type]


def capital(text: str) -> str:
    """``text`` as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def channel_of(scope: Scope) -> Channel:
    return Channel(ident_of(scope))


def ident_of(scope: Scope) -> str:
    """The id of the person or the channel."""
    return scope.id.rpartition("/")[2]


def owner_part(scope: Scope) -> Part:
    """The beginning of a line about one's own budgets: ``#design``, ``You``, ``The workspace``."""
    return channel_of(scope) if scope.type == "channel" else capital(owner(scope))


def heading(scope: Scope) -> Part:
    """As ``owner_part``, where it stands out: on the Home, which belongs to no channel."""
    match scope.type:
        case "channel":
            channel = channel_of(scope)
            return Bold("Direct messages with me") if is_direct(channel.channel_id) else channel
        case "user":
            return Bold("You")
        case _:
            return Bold("The whole workspace")


def own_budget(scope: Scope, window: Window) -> tuple[Part, ...]:
    """For the asker: ``the budget of #design``, ``your own budget for today``, ``the workspace's budget``."""
    period = short_period(window, " for ")
    match scope.type:
        case "channel":
            return ("the budget of ", channel_of(scope), period)
        case "user":
            return (f"your own budget{period}",)
        case _:
            return (f"the workspace's budget{period}",)


def budget_of(scope: Scope) -> tuple[Part, ...]:
    """For admins, who read about others: ``the budget of @anna``, ``everybody's own budget``."""
    match scope.type:
        case "channel":
            return ("the budget of ", channel_of(scope))
        case "user":
            return ("the budget of ", Person(ident_of(scope)))
        case "default":
            return ("everybody's own budget",)
        case _:
            return ("the workspace's budget",)
