"""When a budget will be used up if spending goes on as it has. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.budget.ledger import ScopePeriod

_MICROSECOND = timedelta(microseconds=1)

SOONEST_PART = 10
"""There is no forecast in the first tenth of a period: a single early ask says nothing about the pace."""


def used_up_at(row: ScopePeriod, now: datetime) -> datetime | None:
    """When the budget will be used up, in ``now``'s zone, if spending goes on at its average pace so far.

    None when there is no limit, when nothing is spent yet, when the budget is used up already, when it lasts
    to the end of the period, and in the first tenth of the period. Only spent money counts for the pace,
    because held money may be released.
    """
    elapsed = now - row.start
    if row.limit is None or row.spent.micros <= 0 or elapsed * SOONEST_PART < row.end - row.start:
        return None
    ceiling = row.limit + row.granted
    if row.spent >= ceiling:
        return None
    # In whole microseconds: a timedelta would overflow at products that the amounts of money allow.
    wait = (elapsed // _MICROSECOND) * (ceiling - row.spent).micros // row.spent.micros
    return now + wait * _MICROSECOND if wait < (row.end - now) // _MICROSECOND else None
