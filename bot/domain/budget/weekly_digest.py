"""A workspace's week in money, for its budget admins: from Monday to Monday in its own time zone. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.budget.forecast import used_up_at
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Period, Window, period_at
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money

SENT_AFTER = timedelta(hours=9)
"""How long after the week's end the digest is sent: at 9:00 local time, unless clocks change that night."""
SENT_UNTIL = timedelta(days=2)
"""How long after the week's end the digest may still be sent. After that, because the bot was not running, it
is left out."""
TOP_USERS = 5
TOP_CHANNELS = 50


@dataclass(frozen=True, slots=True)
class Week:
    """A workspace's week: ``spent`` by scope; the numbers of jobs that ended with a cost (``paid``) and that
    ``failed``; and the number of holds that are still ``open``, which hold ``held`` together."""

    spent: Mapping[Scope, Money]
    paid: int
    failed: int
    open: int
    held: Money


def week_to_tell(now: datetime, tz: str) -> Period | None:
    """The last week that ended, if its digest is due at ``now``: from Monday, 9:00, until Tuesday ends."""
    running = period_at(now, Window.WEEK, tz)
    if not SENT_AFTER <= now - running.start < SENT_UNTIL:
        return None
    return period_at(running.start - timedelta(seconds=1), Window.WEEK, tz)


def facts_of(period: Period, week: Week, month: ScopePeriod | None, now: datetime) -> dict[str, Any] | None:
    """The facts of the digest's admin notice, as plain data, with amounts in micro-dollars; None when nothing
    was spent. ``month`` is the workspace's row of the current month."""
    total = sum(
        (amount.micros for scope, amount in week.spent.items() if scope.kind is ScopeKind.WORKSPACE), 0
    )
    if total <= 0:
        return None
    used_up = used_up_at(month, now) if month is not None else None
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "tz": period.tz,
        "spent": total,
        "channels": _top(week, ScopeKind.CHANNEL, TOP_CHANNELS),
        "users": _top(week, ScopeKind.USER, TOP_USERS),
        "paid": week.paid,
        "failed": week.failed,
        "average": Money(total).part(1, week.paid).micros if week.paid else None,
        "open": week.open,
        "held": week.held.micros,
        "limit": month.limit.micros + month.granted.micros if month and month.limit is not None else None,
        "month_spent": month.spent.micros if month else None,
        "used_up": used_up.isoformat() if used_up else None,
    }


def _top(week: Week, kind: ScopeKind, count: int) -> Sequence[tuple[str, int]]:
    """The ids of the scopes that spent most, each with its micro-dollars."""
    found = [
        (scope.id, spent.micros)
        for scope, spent in week.spent.items()
        if scope.kind is kind and spent.micros > 0
    ]
    return sorted(found, key=lambda item: (-item[1], item[0]))[:count]
