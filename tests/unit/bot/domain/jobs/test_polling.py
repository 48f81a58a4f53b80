"""When to ask again (provider reference 2.5)."""

import pytest

from bot.domain.jobs.polling import backoff, next_poll, pace_of


def wait(age, polls=1, floor=2.0, jitter=0.5, *, late=False):
    return next_poll(age_seconds=age, polls=polls, floor_seconds=floor, timed_out=late, jitter=jitter)


def test_first_poll_is_at_five_seconds_of_age():
    assert wait(0, polls=0) == 5
    assert wait(1.5, polls=0) == 3.5
    assert wait(600, polls=0) == 2  # overdue after a restart: soon, not in a negative time


@pytest.mark.parametrize(
    ("age", "jitter", "expected"),
    [
        (6, 0.0, 5.0),
        (6, 0.999999, 8.0),
        (119.9, 0.5, 6.5),
        (120, 0.0, 13.5),
        (120, 0.5, 15.0),
        (1700, 0.999999, 16.5),
    ],
)
def test_young_tasks_are_asked_often_and_old_ones_less(age, jitter, expected):
    assert wait(age, jitter=jitter) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("age", "low", "high"), [(1800, 300, 334), (3600, 540, 600), (20_000, 810, 900)])
def test_late_polls_are_minutes_apart(age, low, high):
    assert wait(age, jitter=0.0, late=True) == pytest.approx(low)
    assert wait(age, jitter=0.9999, late=True) == pytest.approx(high, abs=1)


def test_floor_cuts_off_what_is_shorter():
    assert wait(0, polls=0, floor=20) == 20
    assert wait(6, floor=20) == 20
    assert wait(500, floor=20) == 20
    assert wait(1800, floor=20, late=True) > 300


def test_lower_floor_speeds_the_whole_schedule_up():
    for age, polls, late in [(0, 0, False), (6, 1, False), (130, 9, False), (1800, 50, True)]:
        assert wait(age / 40, polls, 0.05, late=late) == pytest.approx(wait(age, polls, late=late) / 40)


@pytest.mark.parametrize("floor", [0, -1])
def test_floor_must_be_above_zero(floor):
    with pytest.raises(ValueError, match="above zero"):
        pace_of(floor)


def test_backoff_doubles_up_to_its_cap_with_full_jitter():
    assert [backoff(attempt, base=2, cap=60, jitter=0.5) for attempt in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert backoff(3, base=2, cap=60, jitter=0.0) == 0
    assert backoff(10_000, base=2, cap=60, jitter=0.5) == 30
    assert backoff(-1, base=2, cap=60, jitter=0.5) == 1
