"""Whose budget it is and for which period, in words. Every sentence about a budget takes them from here."""

from __future__ import annotations

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from handlers.ids import is_direct
from handlers.messages.block_kit import Bold, Channel, Part, Person

_OWNERS = {
    ScopeKind.USER: "you",
    ScopeKind.CHANNEL: "this channel",
    ScopeKind.WORKSPACE: "the workspace",
}
_OWNERS_OF = {
    ScopeKind.USER: "your",
    ScopeKind.CHANNEL: "this channel's",
    ScopeKind.WORKSPACE: "the workspace's",
}


def period_text(window: Window) -> str:
    """``today``, ``this week``, ``this month``."""
    return "today" if window is Window.DAY else f"this {window}"


def short_period(window: Window, before: str = " ") -> str:
    """``period_text`` after ``before``; empty for a month, which is what a budget without a period means."""
    return "" if window is Window.MONTH else f"{before}{period_text(window)}"


def owner(scope: Scope) -> str:
    """``you``, ``this channel``, ``the workspace``: in a private message, inside a sentence."""
    return _OWNERS[scope.kind]


def owner_of(scope: Scope) -> str:
    """``your``, ``this channel's``, ``the workspace's``."""
    return _OWNERS_OF[scope.kind]


def capital(text: str) -> str:
    """``text`` as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def channel_of(scope: Scope) -> Channel:
    return Channel(scope.id)


def owner_part(scope: Scope) -> Part:
    """The beginning of a line about one's own budgets: ``#design``, ``You``, ``The workspace``."""
    return channel_of(scope) if scope.kind is ScopeKind.CHANNEL else capital(owner(scope))


def heading(scope: Scope) -> Part:
    """As ``owner_part``, where it stands out: on the Home, which belongs to no channel."""
    match scope.kind:
        case ScopeKind.CHANNEL:
            channel = channel_of(scope)
            return Bold("Direct messages with me") if is_direct(channel.channel_id) else channel
        case ScopeKind.USER:
            return Bold("You")
        case _:
            return Bold("The whole workspace")


def holder(scope: Scope) -> tuple[Part, ...]:
    """For the asker, before "left": ``you have``, ``#design has``, ``the workspace has``."""
    match scope.kind:
        case ScopeKind.CHANNEL:
            return (channel_of(scope), " has")
        case ScopeKind.USER:
            return ("you have",)
        case _:
            return ("the workspace has",)


def budget_of(scope: Scope) -> tuple[Part, ...]:
    """For admins, who read about others: ``the budget of @anna``, ``everybody's own budget``."""
    match scope.kind:
        case ScopeKind.CHANNEL:
            return ("the budget of ", channel_of(scope))
        case ScopeKind.USER:
            return ("the budget of ", Person(scope.id))
        case ScopeKind.DEFAULT:
            return ("everybody's own budget",)
        case _:
            return ("the workspace's budget",)


def whose(scope: Scope) -> tuple[Part, ...]:
    """For admins, as the subject of a sentence: ``@anna``, ``#design``, ``Everybody``, ``The workspace``."""
    match scope.kind:
        case ScopeKind.CHANNEL:
            return (channel_of(scope),)
        case ScopeKind.USER:
            return (Person(scope.id),)
        case ScopeKind.DEFAULT:
            return ("Everybody",)
        case _:
            return ("The workspace",)
