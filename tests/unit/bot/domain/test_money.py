"""Money as typed, as reported and as shown (budgets reference 2.7, T15, T16)."""

from decimal import Decimal

import pytest

from bot.domain.money import Money


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("$5", 5_000_000),
        ("5", 5_000_000),
        ("5.00", 5_000_000),
        ("5,00", 5_000_000),
        ("$ 5", 5_000_000),
        ("US$5", 5_000_000),
        ("5$", 5_000_000),
        ("5 USD", 5_000_000),
        ("0", 0),
        ("0.000001", 1),
        ("0.041", 41_000),
        ("0,041", 41_000),
        ("7.5", 7_500_000),
        ("20.1234", 20_123_400),
        ("999999999", 999_999_999_000_000),
        (" $5 ", 5_000_000),
    ],
)
def test_amount_as_typed(text, micros):
    assert Money.parse(text) == Money(micros)


@pytest.mark.parametrize(
    "text",
    ["", "$", "-5", "+5", "1e3", "1,000", "1.000", "1,000.00", "1 000", "5.", ".5", "0.0000001", "five", "€5",
     "$5$x", "NaN", "inf", "٥", "1'000", "5 EUR", "0x10", "1_000"],
)  # fmt: skip
def test_amount_that_could_mean_something_else_is_refused(text):
    with pytest.raises(ValueError, match=r"amount|thousand"):
        Money.parse(text)


def test_ten_thousand_cents_are_a_hundred_dollars():
    total = Money.zero()
    for _ in range(10_000):
        total += Money.from_decimal(Decimal("0.01"))

    assert total == Money(100_000_000)


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [
        ("0.042", 42_000),
        ("0.0000001", 1),
        ("0.01000000000000000000000000000000000001", 10_001),  # more digits than a context keeps
        ("-0.0000001", 0),
        ("1E-999999", 1),
    ],
)
def test_reported_amount_is_rounded_up_once(dollars, micros):
    assert Money.from_decimal(Decimal(dollars)) == Money(micros)


@pytest.mark.parametrize("dollars", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E+30"])
def test_amount_that_is_no_money_is_refused(dollars):
    with pytest.raises(ValueError, match="amount of money"):
        Money.from_decimal(Decimal(dollars))


@pytest.mark.parametrize(
    ("micros", "cost", "room"),
    [
        (0, "$0.00", "$0.00"),
        (1, "<$0.01", "$0.00"),
        (9_999, "<$0.01", "$0.00"),
        (10_000, "$0.01", "$0.01"),
        (10_001, "$0.02", "$0.01"),
        (1_999_999, "$2.00", "$1.99"),
        (-10_001, "-$0.01", "-$0.02"),
        (-1, "$0.00", "-$0.01"),
        (1_234_560_000, "$1234.56", "$1234.56"),
    ],
)
def test_cost_is_shown_rounded_up_and_room_rounded_down(micros, cost, room):
    assert Money(micros).as_cost() == cost
    assert Money(micros).as_room() == room


def test_arithmetic_is_exact():
    assert Money(3) - Money(5) == Money(-2)
    assert -Money(3) == Money(-3)
    assert Money(3) * 4 == Money(12)
    assert not Money(0)
    assert Money(1) > Money(0)
