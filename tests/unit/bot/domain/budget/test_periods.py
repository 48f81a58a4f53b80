"""Calendar vectors of budgets reference 5.2, T10 and T11."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import resources

import pytest

from bot.domain.budget.periods import (
    CALENDARS,
    Calendar,
    Window,
    months_after,
    period_at,
    zone_of,
)

HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def hours(period) -> float:
    return (period.end - period.start) / HOUR


@pytest.mark.parametrize(
    ("tz", "month", "key", "start"),
    [
        # midnight of the first does not exist: the month begins where the gap ends
        ("America/Asuncion", utc(2023, 10, 5), "2023-10", utc(2023, 10, 1, 4)),
        ("America/Asuncion", utc(2017, 10, 5), "2017-10", utc(2017, 10, 1, 4)),
        # it exists twice: the first one counts
        ("America/Havana", utc(2020, 11, 5), "2020-11", utc(2020, 11, 1, 4)),
        ("America/Havana", utc(2015, 11, 5), "2015-11", utc(2015, 11, 1, 4)),
        ("Asia/Kolkata", utc(2026, 11, 5), "2026-11", utc(2026, 10, 31, 18, 30)),
        ("Asia/Kathmandu", utc(2026, 11, 5), "2026-11", utc(2026, 10, 31, 18, 15)),
        ("UTC", utc(2026, 11, 5), "2026-11", utc(2026, 11, 1)),
    ],
)
def test_month_begins_at_the_first_local_instant(tz, month, key, start):
    period = period_at(month, Window.MONTH, tz)

    assert (period.key, period.start, period.tz) == (key, start, tz)
    before = period_at(start - timedelta(microseconds=1), Window.MONTH, tz)
    assert before.key < key
    assert before.end == start
    assert period_at(start, Window.MONTH, tz) == period


@pytest.mark.parametrize(
    ("tz", "day", "length", "start"),
    [
        ("Asia/Beirut", (2026, 3, 29), 23, utc(2026, 3, 28, 22)),
        ("Africa/Cairo", (2026, 4, 24), 23, utc(2026, 4, 23, 22)),
        ("America/Santiago", (2026, 9, 6), 23, utc(2026, 9, 6, 4)),
        ("Atlantic/Azores", (2026, 3, 29), 23, utc(2026, 3, 29, 1)),
        ("Atlantic/Azores", (2026, 10, 25), 25, utc(2026, 10, 25, 0)),
    ],
)
def test_day_with_a_missing_or_double_midnight(tz, day, length, start):
    period = period_at(utc(*day, 12), Window.DAY, tz)

    assert period.key == "{:04d}-{:02d}-{:02d}".format(*day)
    assert hours(period) == length
    assert period.start == start


@pytest.mark.parametrize(
    ("tz", "month", "length"),
    [
        ("Europe/Berlin", 3, 743),
        ("Europe/Berlin", 10, 745),
        ("America/New_York", 3, 743),
        ("America/New_York", 11, 721),
        ("Australia/Lord_Howe", 4, 720.5),
        ("Australia/Lord_Howe", 10, 743.5),
    ],
)
def test_month_lengths_follow_the_clock_changes(tz, month, length):
    assert hours(period_at(utc(2026, month, 15), Window.MONTH, tz)) == length


def test_skipped_day_has_no_instant():
    before = period_at(utc(2011, 12, 30, 9, 59), Window.DAY, "Pacific/Apia")
    after = period_at(utc(2011, 12, 30, 10), Window.DAY, "Pacific/Apia")

    assert (before.key, after.key) == ("2011-12-29", "2011-12-31")
    assert before.end == after.start == utc(2011, 12, 30, 10)


def test_day_that_has_begun_stays_when_clocks_go_back_over_midnight():
    # 2010-11-07 00:01 in St. John's became 23:01 of the day before.
    found = [
        period_at(utc(2010, 11, 7, 2, minute), Window.DAY, "America/St_Johns") for minute in (29, 30, 45)
    ]

    assert [period.key for period in found] == ["2010-11-06", "2010-11-07", "2010-11-07"]
    assert found[1] == found[2]
    assert found[0].end == found[1].start == utc(2010, 11, 7, 2, 30)


def test_midnight_inside_a_gap_begins_the_day_at_its_end():
    # Toronto in 1919 went from 23:30 straight to 00:30.
    period = period_at(utc(1919, 3, 31, 12), Window.DAY, "America/Toronto")

    assert period.start == utc(1919, 3, 31, 4, 30)
    assert period_at(period.start - timedelta(seconds=1), Window.DAY, "America/Toronto").key == "1919-03-30"


def test_leap_day_and_year_end():
    assert period_at(utc(2028, 2, 29, 12), Window.DAY, "UTC").key == "2028-02-29"
    assert hours(period_at(utc(2028, 2, 10), Window.MONTH, "UTC")) == 29 * 24
    december = period_at(utc(2026, 12, 31, 22, 59), Window.MONTH, "Europe/Berlin")
    january = period_at(utc(2026, 12, 31, 23), Window.MONTH, "Europe/Berlin")
    assert (december.key, january.key) == ("2026-12", "2027-01")
    assert december.end == january.start


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (utc(2026, 11, 22, 23, 59), "2026-W47"),
        (utc(2026, 11, 23), "2026-W48"),
        (utc(2026, 12, 31), "2026-W53"),
        (utc(2027, 1, 3, 23), "2026-W53"),
        (utc(2027, 1, 4), "2027-W01"),
        (utc(2024, 12, 30), "2025-W01"),  # the ISO year is not the calendar's
    ],
)
def test_week_is_the_iso_week_from_monday(now, key):
    period = period_at(now, Window.WEEK, "UTC")

    assert period.key == key
    assert period.start.weekday() == 0
    assert hours(period) == 168


def test_period_depends_on_the_instant_and_not_on_how_it_is_written():
    now = utc(2026, 11, 30, 23, 30)

    assert (
        period_at(now.astimezone(timezone(timedelta(hours=9))), Window.MONTH, "Europe/Berlin").key
        == "2026-12"
    )
    assert period_at(now, Window.MONTH, "America/New_York").key == "2026-11"


def test_job_just_before_midnight_is_in_the_old_month():
    period = period_at(datetime(2026, 11, 30, 22, 59, 59, 900_000, tzinfo=UTC), Window.MONTH, "Europe/Berlin")

    assert period.key == "2026-11"
    assert period.end == utc(2026, 11, 30, 23)


def test_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"):
        period_at(datetime(2026, 11, 1), Window.MONTH, "UTC")  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    "tz", ["", "Mars/Phobos", "../etc/passwd", "America", "/UTC", "Europe/Berlin\0", "zone.tab"]
)
def test_unknown_zone_is_refused(tz):
    with pytest.raises(ValueError, match="not a time zone"):
        period_at(utc(2026, 11, 1), Window.MONTH, tz)


def test_zones_come_from_the_package_and_not_from_the_host(tmp_path):
    host = tmp_path / "Europe" / "Berlin"
    host.parent.mkdir()
    host.write_bytes(resources.files("tzdata.zoneinfo").joinpath("Asia", "Tokyo").read_bytes())
    zoneinfo.reset_tzpath([tmp_path])
    zoneinfo.ZoneInfo.clear_cache()
    zone_of.cache_clear()
    try:
        assert utc(2026, 1, 1).astimezone(zoneinfo.ZoneInfo("Europe/Berlin")).hour == 9  # the host is wrong
        assert utc(2026, 1, 1).astimezone(zone_of("Europe/Berlin")).hour == 1
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.parametrize("window", list(Window))
def test_a_period_knows_its_window(window):
    assert period_at(utc(2026, 11, 22), window, "UTC").window is window


def test_every_window_has_a_calendar_and_keys_of_its_own():
    assert set(CALENDARS) == set(Window)
    moments = [utc(2024, 1, 1) + timedelta(hours=7) * number for number in range(2000)]
    keys = {window: {period_at(now, window, "UTC").key for now in moments} for window in Window}

    assert len(set().union(*keys.values())) == sum(map(len, keys.values()))


@pytest.mark.parametrize(
    ("later", "earlier", "months"),
    [
        ((utc(2026, 12, 9), "UTC"), (utc(2026, 11, 22), "UTC"), 1),
        ((utc(2027, 1, 1), "UTC"), (utc(2026, 11, 30), "UTC"), 2),
        ((utc(2026, 11, 1), "UTC"), (utc(2026, 11, 30), "UTC"), 0),
        ((utc(2025, 11, 1), "UTC"), (utc(2026, 11, 1), "UTC"), -12),
        # Each begins on a first of its own, almost two days apart.
        ((utc(2026, 11, 5), "Pacific/Kiritimati"), (utc(2026, 11, 5), "Pacific/Niue"), 0),
        ((utc(2026, 11, 30, 12), "Pacific/Kiritimati"), (utc(2026, 12, 1, 9), "Pacific/Niue"), 1),
    ],
)
def test_months_are_counted_in_each_periods_own_zone(later, earlier, months):
    first, second = (period_at(now, Window.MONTH, tz) for now, tz in (later, earlier))

    assert months_after(first, second) == months


QUARTER = Calendar(
    first_day=lambda day, _: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
    next_first_day=lambda first: (first + timedelta(days=95)).replace(day=1),
    key=lambda first: f"{first.year}-Q{(first.month + 2) // 3}",
)


@pytest.mark.parametrize(
    ("now", "key", "start", "end"),
    [
        (utc(2026, 11, 22), "2026-Q4", utc(2026, 9, 30, 22), utc(2026, 12, 31, 23)),
        (utc(2026, 12, 31, 23), "2027-Q1", utc(2026, 12, 31, 23), utc(2027, 3, 31, 22)),
        (utc(2027, 6, 30, 21, 59), "2027-Q2", utc(2027, 3, 31, 22), utc(2027, 6, 30, 22)),
    ],
)
def test_another_window_is_one_more_calendar(monkeypatch, now, key, start, end):
    """A quarter, in the place of the month."""
    monkeypatch.setitem(CALENDARS, Window.MONTH, QUARTER)

    period = period_at(now, Window.MONTH, "Europe/Berlin")

    assert (period.key, period.start, period.end) == (key, start, end)
