"""When the money will be gone at the pace so far."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.budget.forecast import used_up_at
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
NOTHING = Money.zero()
ROW = ScopePeriod(
    Scope(ScopeKind.USER, "T1", "U1"),
    "2026-11",
    Window.MONTH,
    START,
    END,
    "UTC",
    Money(10_000_000),
    NOTHING,
    NOTHING,
    Money(5_000_000),
)
TENTH_DAY = START + timedelta(days=10)


def test_half_used_after_ten_days_is_used_up_after_twenty() -> None:
    assert used_up_at(ROW, TENTH_DAY) == START + timedelta(days=20)


def test_what_was_granted_on_top_lasts_longer_and_what_is_set_aside_may_come_back() -> None:
    assert used_up_at(replace(ROW, granted=Money(2_500_000)), TENTH_DAY) == START + timedelta(days=25)
    assert used_up_at(replace(ROW, held=Money(4_000_000)), TENTH_DAY) == START + timedelta(days=20)


@pytest.mark.parametrize(
    ("row", "now"),
    [
        (replace(ROW, limit=None), TENTH_DAY),
        (replace(ROW, spent=NOTHING), TENTH_DAY),
        (replace(ROW, spent=Money(10_000_000)), TENTH_DAY),
        (replace(ROW, spent=Money(11_000_000)), TENTH_DAY),
        (ROW, START + timedelta(days=2, hours=23)),
        (ROW, START),
        (ROW, START - timedelta(days=1)),
        (replace(ROW, spent=Money(3_333_333)), TENTH_DAY),
        (replace(ROW, limit=Money(10**15), spent=Money(1)), TENTH_DAY),
    ],
    ids=[
        "no limit",
        "nothing spent",
        "used up",
        "over",
        "too early",
        "at its start",
        "clock back",
        "lasts",
        "lasts for ever",
    ],
)
def test_there_is_no_forecast(row: ScopePeriod, now: datetime) -> None:
    assert used_up_at(row, now) is None


def test_one_micro_dollar_more_and_it_does_not_last() -> None:
    reached = used_up_at(replace(ROW, spent=Money(3_333_334)), TENTH_DAY)

    assert reached is not None
    assert END - timedelta(minutes=1) < reached < END
