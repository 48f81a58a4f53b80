"""When a budget's fill level is worth a message: at 50, 80 and 100 %, once each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.scope import Scope
from bot.domain.money import Money

MARKS = (50, 80, 100)


@dataclass(frozen=True, slots=True)
class Alert:
    """A mark that a scope has reached in a period, and how far it was then."""

    scope: Scope
    period_key: str
    percent: int
    limit: Money
    used: Money
    at: datetime

    @property
    def subject(self) -> str:
        """Names it in the task queue."""
        return f"{self.scope}|{self.period_key}|{self.percent}|{self.limit.micros}"


def alert_named(subject: str) -> tuple[Scope, str, int]:
    """The scope, period and percentage of the alert that a task's ``subject`` names."""
    scope, period_key, percent = subject.split("|")[:3]
    return Scope.parse(scope), period_key, int(percent)


def marks_reached(row: ScopePeriod) -> tuple[int, ...]:
    """The marks that ``row`` has reached, the highest last; none without a limit or with a limit of zero.

    A mark has those below it in it, so that they are not said after it. 50 and 80 are judged on what is
    spent, 100 on what is spent or set aside (budgets reference 3.1).
    """
    ceiling = ceiling_of(row)
    if ceiling is None or ceiling.micros <= 0:
        return ()
    spent, used = row.spent.micros, row.spent.micros + row.held.micros
    top = max((m for m in MARKS if (used if m == 100 else spent) * 100 >= ceiling.micros * m), default=0)
    return tuple(mark for mark in MARKS if mark <= top)


def marks_below(row: ScopePeriod) -> int:
    """The highest mark at or below the present level: raising a limit re-arms the marks above it."""
    return max(marks_reached(row), default=0)


def ceiling_of(row: ScopePeriod) -> Money | None:
    """The limit with what was granted on top of it."""
    return None if row.limit is None else row.limit + row.granted
