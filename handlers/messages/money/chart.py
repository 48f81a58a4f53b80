"""A month's spending as columns of block characters, and the same in words. Pure.

Slack's own chart block is documented for messages only, and a picture on the Home would need a public
address: this needs neither, and is never refused.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.budget.spending import Spending

HEIGHT = 5
"""Rows of text; each has eight steps."""

_STEPS = " ▁▂▃▄▅▆▇█"
_STEP = len(_STEPS) - 1
_SCALE = 7
"""Places for the amounts beside the columns: with a month's days it fits a phone."""

_WEEK = 7


def columns(seen: Spending) -> str:
    """One column a day, today's the last one; days to come are dotted."""
    levels = seen.levels(HEIGHT * _STEP)
    first, last = seen.days[0][0], seen.last_day
    to_come = (last - first).days + 1 - len(levels)
    lines = [
        (f"{seen.dearest[1].as_cost():>{_SCALE}} ┤" if row == HEIGHT - 1 else " " * _SCALE + " │")
        + "".join(_STEPS[min(max(level - row * _STEP, 0), _STEP)] for level in levels)
        for row in reversed(range(HEIGHT))
    ]
    lines.append(f"{'$0':>{_SCALE}} └{'─' * len(levels)}{'┈' * to_come}")
    lines.append(" " * (_SCALE + 2) + _dates(first, last))
    return "\n".join(line.rstrip() for line in lines)


def _dates(first: date, last: date) -> str:
    """The day of the month under its column, once a week."""
    days = (first + timedelta(days=number) for number in range(0, (last - first).days + 1, _WEEK))
    return "".join(f"{day.day:<{_WEEK}}" for day in days)


def in_words(seen: Spending) -> list[str]:
    """The gist in a sentence; where that does not say it all, the amount of every day that cost something."""
    spent = [f"{day.day} {day:%b} {amount.as_cost()}" for day, amount in seen.days if amount]
    (top, most), (_, today) = seen.dearest, seen.days[-1]
    gist = f"{seen.total.as_cost()} so far, {today.as_cost() if today else 'nothing'} of it today."
    if len(spent) == 1:
        return [f"{seen.total.as_cost()} so far, all of it {'today' if today else f'on {day_text(top)}'}."]
    return [f"{gist} Most on {day_text(top)}: {most.as_cost()}.", f"By day: {', '.join(spent)}"]


def day_text(day: date) -> str:
    """``Sat 28 Nov``."""
    return f"{day:%a} {day.day} {day:%b}"
