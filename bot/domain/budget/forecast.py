"""When a budget will be used up if spending goes on as it has. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.budget.ledger import ScopePeriod

_MICROSECOND = timedelta(microseconds=1)

SOONEST_PART = 10
"""No forecast in the first tenth of a period: one early ask is no pace."""


def used_up_at(row: ScopePeriod, now: datetime) -> datetime | None:
    """The instant (in ``now``'s zone) at which the pace so far reaches the ceiling, within the period.

    None without a limit, when it is used up already, when it lasts, and while it is too early to tell.
    Only what is spent counts as pace; what is set aside may come back.
    """
    elapsed = now - row.start
    if row.limit is None or row.spent.micros <= 0 or elapsed * SOONEST_PART < row.end - row.start:
        return None
    ceiling = row.limit + row.granted
    if row.spent >= ceiling:
        return None
    # In whole microseconds: as a timedelta the product would be too large long before the money is.
    wait = (elapsed // _MICROSECOND) * (ceiling - row.spent).micros // row.spent.micros
    return now + wait * _MICROSECOND if wait < (row.end - now) // _MICROSECOND else None
