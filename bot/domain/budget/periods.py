"""Budget periods: calendar day, week or month in a workspace's own time zone.

The key is a local calendar label computed from UTC, which is never ambiguous; wall-clock times are never
compared (budgets reference 1.8). A day begins at the first instant whose local time is at or past its
midnight, also where midnight does not exist, exists twice or the whole day was skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


class Window(StrEnum):
    """How long a limit's periods are, from the shortest to the longest. What differs between windows, where
    a period begins and how it is named, is in ``CALENDARS`` only."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar period. ``key`` is its name, such as ``2026-11``. The key is never parsed: ``window`` says
    what kind of period it is.

    ``start`` and ``end`` are UTC; ``end`` is the next period's ``start`` and no longer part of this one.
    """

    key: str
    window: Window
    start: datetime
    end: datetime
    tz: str


def period_at(now: datetime, window: Window, tz: str, week_start: int = 0) -> Period:
    """The period that ``now`` (aware) falls into; weeks begin on ``week_start`` (0 is Monday).

    Raises ValueError for a naive time or an unknown zone.
    """
    if now.tzinfo is None:
        raise ValueError("a period needs an aware time")
    zone = zone_of(tz)
    now = now.astimezone(UTC)
    calendar = CALENDARS[window]
    first = calendar.first_day(now.astimezone(zone).date(), week_start)
    # Where clocks went back over midnight (St. John's until 2011, at 00:01) the old date comes again after
    # the new one: the new period has begun by then and stays. A skipped day is a period of no length.
    while now >= (end := start_of_day(calendar.next_first_day(first), zone)):
        first = calendar.next_first_day(first)
    return Period(calendar.key(first), window, start_of_day(first, zone), end, tz)


def months_after(later: Period, earlier: Period) -> int:
    """How many calendar months ``later`` begins after ``earlier``, each in its own zone; negative when it
    begins before."""
    day, other = (one.start.astimezone(zone_of(one.tz)) for one in (later, earlier))
    return (day.year - other.year) * 12 + day.month - other.month


@lru_cache(maxsize=64)
def zone_of(tz: str) -> ZoneInfo:
    """The IANA zone from the ``tzdata`` package, whatever the host has: all replicas must have one calendar.

    Raises ValueError for a name that is none.
    """
    parts = tz.split("/")
    if not all(part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in parts):
        raise ValueError(f"not a time zone: {tz!r}")
    try:
        with resources.files("tzdata.zoneinfo").joinpath(*parts).open("rb") as file:
            return ZoneInfo.from_file(file, key=tz)
    except (OSError, ValueError):
        raise ValueError(f"not a time zone: {tz!r}") from None


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which ``day`` begins in ``zone``; the first of two midnights."""
    midnight = datetime.combine(day, time.min)
    latest = midnight.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if latest.astimezone(zone).replace(tzinfo=None) == midnight:
        return latest
    # Midnight fell into a gap: the day begins where the gap ends. Reading the same wall time with the
    # offset after the gap (fold=1) gives an instant before it, with the offset before it one after.
    earliest = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while latest - earliest > timedelta(seconds=1):
        middle = earliest + timedelta(seconds=(latest - earliest) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= midnight:
            latest = middle
        else:
            earliest = middle
    return latest


@dataclass(frozen=True, slots=True)
class Calendar:
    """How days are grouped into the periods of one window.

    ``first_day`` takes a day and the weekday on which weeks begin (0 is Monday), and returns the first day of
    that day's period. ``next_first_day`` and ``key`` take a period's first day; ``key`` is the period's name.
    """

    first_day: Callable[[date, int], date]
    next_first_day: Callable[[date], date]
    key: Callable[[date], str]


def _week_key(first: date) -> str:
    """The ISO week, such as ``2026-W48``, of the week's fourth day, on whatever day the week begins."""
    year, week, _ = (first + timedelta(days=3)).isocalendar()
    return f"{year:04d}-W{week:02d}"


CALENDARS: Mapping[Window, Calendar] = {
    Window.DAY: Calendar(
        first_day=lambda day, _: day,
        next_first_day=lambda first: first + timedelta(days=1),
        key=date.isoformat,
    ),
    Window.WEEK: Calendar(
        first_day=lambda day, week_start: day - timedelta(days=(day.weekday() - week_start) % 7),
        next_first_day=lambda first: first + timedelta(days=7),
        key=_week_key,
    ),
    Window.MONTH: Calendar(
        first_day=lambda day, _: day.replace(day=1),
        next_first_day=lambda first: (first + timedelta(days=32)).replace(day=1),
        key=lambda first: first.isoformat()[:7],
    ),
}
"""A new window is a member of ``Window`` and a line here. Keys must differ between windows."""
