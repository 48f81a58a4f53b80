"""When to ask the provider again, and how long to wait after an error. Pure; all times in seconds.

The schedule is provider reference 2.5: the gateway refreshes a task every 15 s or so, so asking more often
than every 5 s gains little, and after two minutes less is enough.
"""

from __future__ import annotations

from typing import Final

DEFAULT_FLOOR: Final = 2.0
"""The default of IMAGINE_POLL_FLOOR_SECONDS. A lower floor means an accelerated provider: the whole schedule,
the two minutes and the late polls included, is sped up by the same factor, so 0.05 polls forty times as fast.
A higher floor only lengthens the waits that are shorter than it."""

_FIRST = 5.0
_PATIENCE = 120.0


def next_poll(
    *, age_seconds: float, polls: int, floor_seconds: float, timed_out: bool, jitter: float
) -> float:
    """Seconds from now until a task of this age, asked about ``polls`` times, is asked about again.

    It is asked about first when it is 5 s old, then every 5 to 8 s, and from an age of 2 minutes on every
    13.5 to 16.5 s. Once it has ``timed_out`` by the bot's own deadline, the wait is a sixth of its age,
    between 5 and 15 minutes. ``jitter`` in [0, 1) spreads tasks that started together. The wait is never
    shorter than ``floor_seconds``.
    """
    pace = pace_of(floor_seconds)
    age = age_seconds / pace
    if timed_out:
        wait = min(max(age / 6, 300 / 0.9), 900) * (0.9 + 0.1 * jitter)
    elif polls == 0:
        wait = _FIRST - age
    elif age < _PATIENCE:
        wait = _FIRST + 3 * jitter
    else:
        wait = 15 * (0.9 + 0.2 * jitter)
    return max(floor_seconds, wait * pace)


def pace_of(floor_seconds: float) -> float:
    """The factor on every time of the schedule: 1 with the default floor or a higher one, less with a lower
    one. Raises ValueError for a floor of zero or below."""
    if floor_seconds <= 0:
        raise ValueError("the poll floor must be above zero")
    return min(1.0, floor_seconds / DEFAULT_FLOOR)


def backoff(attempt: int, *, base: float, cap: float, jitter: float) -> float:
    """Seconds to wait after failed attempt number ``attempt`` (the first is 0), with full jitter.

    The wait is ``jitter`` (in [0, 1)) times ``base`` doubled ``attempt`` times, which is at most ``cap``: so
    callers that failed together do not repeat together.
    """
    doubled = base * 2.0 ** min(max(attempt, 0), 64)
    return jitter * min(cap, doubled)
