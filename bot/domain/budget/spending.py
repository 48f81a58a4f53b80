"""How much of a budget was spent on each day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import zone_of
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Spending:
    """What one scope spent on each day of its period, from its first day to today, in the period's zone."""

    row: ScopePeriod
    days: tuple[tuple[date, Money], ...]

    @property
    def last_day(self) -> date:
        """The last day of the period; it may be in the future."""
        return _last_day(self.row)

    @property
    def total(self) -> Money:
        return Money(sum(amount.micros for _, amount in self.days))

    @property
    def dearest(self) -> tuple[date, Money]:
        """The first day on which the most was spent."""
        return max(self.days, key=lambda one: one[1])

    def levels(self, steps: int) -> list[int]:
        """Each day's spending on a scale from 0 to ``steps``, which is the dearest day's; at least 1 where
        anything was spent."""
        most = self.dearest[1].micros
        return [max(amount.micros * steps // most, 1) if amount.micros > 0 else 0 for _, amount in self.days]


def spending_by_day(row: ScopePeriod, booked: Iterable[tuple[datetime, Money]], now: datetime) -> Spending:
    """Add up ``booked``, the amounts with the times at which they were spent, by day. An amount booked after
    the period's end, such as a price that came late, counts on its last day."""
    zone, first, last = zone_of(row.tz), row.start.astimezone(zone_of(row.tz)).date(), _last_day(row)
    today = min(max(now.astimezone(zone).date(), first), last)
    spent: Counter[date] = Counter()
    for at, amount in booked:
        spent[min(max(at.astimezone(zone).date(), first), today)] += amount.micros
    days = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return Spending(row, tuple((day, Money(spent[day])) for day in days))


def _last_day(row: ScopePeriod) -> date:
    return (row.end - timedelta(microseconds=1)).astimezone(zone_of(row.tz)).date()
