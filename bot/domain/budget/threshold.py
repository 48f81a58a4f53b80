"""Which thresholds of a budget are reached: 50, 80 and 100 % of its limit, each told once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.scope import Scope
from bot.domain.money import Money

MARKS = (50, 80, 100)


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold that a scope has reached in a period. ``limit``, with grants, and ``used`` are the amounts
    at that time."""

    scope: Scope
    period_key: str
    percent: int
    limit: Money
    used: Money
    at: datetime

    @property
    def subject(self) -> str:
        """The subject of the task that sends it."""
        return f"{self.scope}|{self.period_key}|{self.percent}|{self.limit.micros}"


def alert_named(subject: str) -> tuple[Scope, str, int]:
    """The scope, period and percentage of the alert that a task's ``subject`` names."""
    scope, period_key, percent = subject.split("|")[:3]
    return Scope.parse(scope), period_key, int(percent)


def marks_reached(row: ScopePeriod) -> tuple[int, ...]:
    """The thresholds (percentages) that ``row`` has reached, the highest last; none without a limit or with a
    limit of zero.

    Reaching one includes those below it, so that a lower one is not told after a higher one. 50 and 80 are
    measured by spent money, 100 by spent and held money (budgets reference 3.1).
    """
    ceiling = ceiling_of(row)
    if ceiling is None or ceiling.micros <= 0:
        return ()
    spent, used = row.spent.micros, row.spent.micros + row.held.micros
    top = max((m for m in MARKS if (used if m == 100 else spent) * 100 >= ceiling.micros * m), default=0)
    return tuple(mark for mark in MARKS if mark <= top)


def marks_below(row: ScopePeriod) -> int:
    """The highest threshold that is reached now, 0 if none is. Raising a limit re-arms those above it."""
    return max(marks_reached(row), default=0)


def ceiling_of(row: ScopePeriod) -> Money | None:
    """The limit and grants together; None without a limit."""
    return None if row.limit is None else row.limit + row.granted
