"""How often one may start: the generic cell rate algorithm. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """``full_at`` is to be kept when allowed; ``wait_seconds`` says when it would be."""

    allowed: bool
    full_at: datetime
    wait_seconds: float


def take(full_at: datetime | None, now: datetime, *, per_minute: int) -> Verdict:
    """One start out of ``per_minute``: all of them may come at once, then one comes free at a time.

    A clock that went back does not lock anybody out for longer than a minute.
    """
    minute = timedelta(minutes=1)
    begin = min(max(full_at or now, now), now + minute)
    then = begin + minute / per_minute
    wait = (then - now - minute).total_seconds()
    return Verdict(wait <= 0, then, max(wait, 0.0))
