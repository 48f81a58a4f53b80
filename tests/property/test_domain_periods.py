"""Periods: every instant in exactly one, keys that only grow, bounds without gaps (budgets reference T11)."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget.periods import Window, period_at, zone_of

ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Asuncion",
    "America/Havana", "America/Santiago", "America/St_Johns", "Atlantic/Azores", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "Antarctica/Troll",
]  # fmt: skip
PARTS = 12
FIRST, LAST = datetime(2010, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
instants = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)).map(
    lambda t: t.replace(tzinfo=UTC)
)


def all_zones() -> list[str]:
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return sorted(listed.split())


def scan(tz: str, window: Window, instants_in_order: list[datetime]) -> list[str]:
    """What is wrong, one thing for each instant: it is to be inside its period, neighbouring periods are
    to touch, keys never to go back."""
    last, wrong = None, []
    for now in instants_in_order:
        period = period_at(now, window, tz)
        if last is not None and last.start <= now < last.end:
            if period != last:
                wrong.append(f"{tz} {window}: {now} is in {period}, and in {last}")
            continue
        if not period.start <= now < period.end:
            wrong.append(f"{tz} {window}: {now} is outside of its period {period}")
        elif last is not None and period.key <= last.key:
            wrong.append(f"{tz} {window}: at {now} the key goes back from {last.key} to {period.key}")
        elif last is not None and period_at(last.end, window, tz).start != last.end:
            wrong.append(f"{tz} {window}: a gap after {last}")
        last = period
    return wrong


def around(moment: datetime) -> list[datetime]:
    return [moment + timedelta(hours=step) for step in range(-3, 4)]


def changes(tz: str, first: datetime, last: datetime) -> list[datetime]:
    """The hours before which the zone's offset changed, found in steps of a day and then of an hour."""
    zone, found, now = zone_of(tz), [], first
    while now < last:
        following = now + timedelta(days=1)
        if now.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found += [now + timedelta(hours=hour) for hour in range(24)]
        now = following
    return found


def month_starts() -> list[datetime]:
    return [datetime(year, month, 1, tzinfo=UTC) for year in range(2010, 2038) for month in range(1, 13)]


@given(st.sampled_from(ZONES), st.sampled_from(Window), instants)
def test_instant_is_in_exactly_one_period(tz, window, now):
    period = period_at(now, window, tz)

    assert period.start <= now < period.end
    assert period_at(period.start, window, tz) == period
    following = period_at(period.end, window, tz)
    before = period_at(period.start - timedelta(seconds=1), window, tz)
    assert following.start == period.end
    assert before.end == period.start
    assert before.key < period.key < following.key


@given(st.sampled_from(ZONES), st.sampled_from(Window), instants, instants)
def test_later_instant_has_no_earlier_key(tz, window, one, other):
    early, late = sorted((one, other))

    assert period_at(early, window, tz).key <= period_at(late, window, tz).key


def test_hours_around_every_clock_change_of_two_years():
    first = datetime(2010, 9, 1, tzinfo=UTC)
    wrong = []
    for tz in ZONES:
        hours = changes(tz, first, first + timedelta(days=730))
        instants_in_order = sorted({step for hour in hours for step in around(hour)})
        wrong += [fault for window in Window for fault in scan(tz, window, instants_in_order)]

    assert wrong == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("tz", ZONES)
def test_every_half_hour_of_the_years(tz):
    halves = int((LAST - FIRST) / timedelta(minutes=30))

    assert scan(tz, Window.DAY, [FIRST + step * timedelta(minutes=30) for step in range(halves)]) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_zone_around_month_starts_and_clock_changes(part):
    """In parts, for the workers of a test run to share."""
    wrong = []
    for tz in all_zones()[part::PARTS]:
        moments = [*month_starts(), *changes(tz, FIRST, LAST)]
        hours = sorted({step for moment in moments for step in around(moment)})
        wrong += [fault for window in Window for fault in scan(tz, window, hours)]

    assert wrong == []
