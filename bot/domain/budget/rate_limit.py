"""How often one may start: the generic cell rate algorithm. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more start is allowed now. If so, the caller stores ``full_at``, the time at which the
    allowance is whole again; if not, a start is allowed after ``wait_seconds``."""

    allowed: bool
    full_at: datetime
    wait_seconds: float


def take(full_at: datetime | None, now: datetime, *, per_minute: int) -> Verdict:
    """Decide on one start, of which ``per_minute`` are allowed.

    All of them may happen at once; after that, one more is allowed every 60 / ``per_minute`` seconds.
    ``full_at`` is what was stored last. It counts as at most a minute from now, so that a clock that was set
    back locks nobody out for longer than that.
    """
    minute = timedelta(minutes=1)
    begin = min(max(full_at or now, now), now + minute)
    then = begin + minute / per_minute
    wait = (then - now - minute).total_seconds()
    return Verdict(wait <= 0, then, max(wait, 0.0))
