"""A month's money by day, in the period's own zone."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.budget.ledger import ScopePeriod, unused
from bot.domain.budget.periods import Window, period_at
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.spending import spending_by_day
from bot.domain.money import Money

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOTHING = Money.zero()


def a_month(tz: str = "UTC", at: datetime = NOON) -> ScopePeriod:
    month = period_at(at, Window.MONTH, tz)
    scope = Scope(ScopeKind.USER, "T1", "U1")
    return unused(scope, month)


def test_every_day_up_to_today_is_there_and_the_rest_is_yet_to_come() -> None:
    seen = spending_by_day(a_month(), [(NOON - timedelta(days=2), Money(30)), (NOON, Money(12))], NOON)

    assert [day for day, _ in seen.days] == [date(2026, 11, number) for number in range(1, 23)]
    assert dict(seen.days)[date(2026, 11, 20)] == Money(30)
    assert seen.last_day == date(2026, 11, 30)
    assert (seen.total, seen.dearest) == (Money(42), (date(2026, 11, 20), Money(30)))


def test_a_day_begins_at_midnight_of_the_periods_zone() -> None:
    late = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)

    india = spending_by_day(
        a_month("Asia/Kolkata"), [(late, Money(7)), (late - timedelta(minutes=15), Money(1))], NOON
    )

    assert dict(india.days)[date(2026, 11, 21)] == Money(7)
    assert dict(india.days)[date(2026, 11, 20)] == Money(1)


def test_a_price_that_came_after_the_end_counts_on_the_last_day() -> None:
    after = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)

    seen = spending_by_day(a_month(), [(after, Money(9))], after)

    assert len(seen.days) == 30
    assert seen.days[-1] == (date(2026, 11, 30), Money(9))


def test_the_dearest_day_is_full_and_the_cheapest_is_not_nothing() -> None:
    seen = spending_by_day(
        a_month(),
        [
            (NOON, Money(1_000_000)),
            (NOON - timedelta(days=1), Money(1)),
            (NOON - timedelta(days=2), Money(500_000)),
        ],
        NOON,
    )

    assert seen.levels(40)[-3:] == [20, 1, 40]
    assert set(seen.levels(40)[:-3]) == {0}
    assert spending_by_day(a_month(), [], NOON).levels(40) == [0] * 22
