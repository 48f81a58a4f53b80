"""Prices: an upper bound or a refusal, never free, never a float (provider reference 4; budgets reference
1.6)."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.budget.ledger import CostSource
from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.pricing import PriceTable, usable_amount
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.sizes import keep_ratio_of

SQUARE, WIDE = Size(1024, 1024), Size(1536, 1024)
TABLE = PriceTable.load()
SURCHARGE = '\n[surcharge]\nlow = "0.01"\nmedium = "0.01"\nhigh = "0.01"\n'
CLASS = '[[class]]\nname = "all"\nmax_pixels = 9_000_000\nlow = "0.01"\nmedium = "0.05"\nhigh = "0.2"\n'


def request(size=SQUARE, quality=Quality.MEDIUM, n=1, sources=0, mask=False) -> PictureRequest:
    kind = Kind.EDIT if sources else Kind.GENERATE
    return PictureRequest(kind, "a fox", size, quality, Format.PNG, n, sources, mask)


def table(tmp_path: Path, text: str) -> PriceTable:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return PriceTable.load(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        table(tmp_path, text)
    return caught.value.sentences


@pytest.mark.parametrize(
    ("size", "low", "medium", "high"),
    [
        ("1024x1024", "0.01", "0.06", "0.22"),
        ("1024x768", "0.01", "0.06", "0.22"),
        ("1536x1024", "0.01", "0.05", "0.17"),
        ("1024x1536", "0.01", "0.05", "0.17"),
        ("1536x864", "0.01", "0.05", "0.17"),
        ("1248x1248", "0.02", "0.11", "0.43"),  # squarer than the cheap wide class: the next one is safe
        ("2048x2048", "0.02", "0.11", "0.43"),
        ("2560x1440", "0.02", "0.11", "0.43"),
        ("2880x2880", "0.02", "0.14", "0.57"),
        ("3840x2160", "0.02", "0.14", "0.57"),
    ],
)
def test_builtin_table_is_the_reservation_table_of_the_reference(size, low, medium, high):
    width, height = map(int, size.split("x"))
    prices = [TABLE.per_picture(Size(width, height), quality) for quality in Quality]

    assert prices == [Money.from_decimal(Decimal(amount)) for amount in (low, medium, high)]


@pytest.mark.parametrize(
    ("asked", "micros"),
    [
        (request(n=4), 240_000),
        (request(sources=1), 70_000),
        (request(sources=1, mask=True), 80_000),
        (request(quality=Quality.LOW, n=4), 40_000),
        (request(quality=Quality.LOW, n=4, sources=1), 80_000),  # four takes on a draft
        (request(size=None, quality=Quality.LOW, n=4, sources=1), 80_000),
        (request(quality=Quality.LOW, sources=1), 20_000),
        (request(quality=Quality.HIGH, sources=1), 230_000),  # a draft, finished
        (request(quality=Quality.HIGH, size=Size(2880, 2880), sources=1), 580_000),  # in 4K
        (request(quality=Quality.HIGH, size=WIDE, n=3, sources=2, mask=True), 3 * (170_000 + 3 * 10_000)),
    ],
)
def test_estimate_adds_inputs_and_multiplies_by_pictures(asked, micros):
    assert TABLE.estimate(asked) == Money(micros)


@pytest.mark.parametrize("quality", list(Quality))
def test_edit_of_unknown_size_costs_at_least_what_any_source_makes_it_cost(quality):
    unknown = TABLE.estimate(request(size=None, quality=quality, sources=1))
    known = {
        TABLE.estimate(request(size=keep_ratio_of(width, 1000), quality=quality, sources=1))
        for width in range(200, 5000, 3)
    }

    assert unknown == max(known)


def test_request_for_no_picture_is_our_own_mistake():
    with pytest.raises(ValueError, match="at least one"):
        TABLE.estimate(request(n=0))


def test_size_without_a_price_is_refused_and_never_free(tmp_path):
    small = table(tmp_path, CLASS.replace("9_000_000", "1_100_000") + SURCHARGE)

    for size in (Size(1536, 1024), None):
        with pytest.raises(AskRefused) as caught:
            small.estimate(request(size=size, sources=0 if size else 1))
        assert caught.value.problem is Problem.NO_PRICE
        assert caught.value.refusal == NoPrice(size, Quality.MEDIUM)
    assert small.estimate(request()) == Money(50_000)


@pytest.mark.parametrize("amount", ['"0.05"', "0.05", '" 0.05 "', "5e-2"])
def test_amounts_may_be_strings_or_decimals(tmp_path, amount):
    found = table(tmp_path, CLASS.replace('"0.05"', amount) + SURCHARGE)

    assert found.estimate(request()) == Money(50_000)


def test_whole_dollars_are_amounts(tmp_path):
    assert table(tmp_path, CLASS.replace('"0.2"', "1") + SURCHARGE).estimate(
        request(quality=Quality.HIGH)
    ) == Money(1_000_000)


def test_amount_finer_than_a_micro_dollar_is_rounded_up(tmp_path):
    found = table(tmp_path, CLASS.replace('"0.05"', '"0.0000001"') + SURCHARGE)

    assert found.estimate(request()) == Money(1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"0.05"', '"-1"'), "all: medium must be more than 0, not '-1'."),
        (('"0.05"', "-0.05"), "all: medium must be more than 0, not '-0.05'."),
        (('"0.05"', "0"), "all: medium must be more than 0, not '0'."),
        (('"0.05"', '"cheap"'), "all: medium must be dollars such as \"0.06\", not 'cheap'."),
        (('"0.05"', '"1e3"'), "all: medium must be dollars such as \"0.06\", not '1e3'."),
        (('"0.05"', "nan"), "all: medium must be dollars such as \"0.06\", not 'NaN'."),
        (('"0.05"', "inf"), "all: medium must be dollars such as \"0.06\", not 'Infinity'."),
        (('"0.05"', "true"), "all: medium must be dollars such as \"0.06\", not 'True'."),
        (('"0.05"', "500"), "all: medium must be at most $100.00, not '500'."),
        (('medium = "0.05"\n', ""), "all: medium is missing: write the most it may cost in dollars."),
        (("medium", "mediun"), "all: 'mediun' is not known"),
        (("9_000_000", '"many"'), "all: max_pixels must be a whole number above 0, not 'many'."),
        (("9_000_000", "true"), "all: max_pixels must be a whole number above 0, not 'True'."),
        (("max_pixels = 9_000_000\n", ""), "all: max_pixels must be a whole number above 0, not nothing."),
        (("low", 'min_ratio = "0.5"\nlow'), "all: min_ratio must be 1 or more, not '0.5'."),
        (('name = "all"\n', "name = \n"), "is not valid TOML"),
        (("[[class]]", "[class]"), "it needs at least one [[class]]"),
        (('name = "all"', 'name = "all"\nultra = "3"'), "all: 'ultra' is not known"),
    ],
)
def test_mistake_in_the_file_is_one_clear_sentence(tmp_path, change, sentence):
    found = mistakes(tmp_path, CLASS.replace(*change, 1) + SURCHARGE)

    assert any(sentence in each for each in found), found
    assert all(each.startswith("IMAGINE_PRICES (prices.toml)") and each.endswith(".") for each in found)
    assert all("\n" not in each for each in found)


def test_each_mistake_has_its_sentence(tmp_path):
    found = mistakes(tmp_path, CLASS.replace('"0.01"', "-1").replace('"0.2"', "0") + "[extra]\n")

    assert len(found) == 4  # low, high, no surcharge, extra


def test_surcharge_may_be_nothing_but_not_negative(tmp_path):
    free = table(tmp_path, CLASS + SURCHARGE.replace('medium = "0.01"', "medium = 0"))

    assert free.estimate(request(sources=1)) == Money(50_000)
    assert (
        "surcharge: low must be 0 or more"
        in mistakes(tmp_path, CLASS + SURCHARGE.replace('"0.01"', "-1", 1))[0]
    )


def test_classes_out_of_order_are_a_mistake(tmp_path):
    smaller = CLASS.replace("9_000_000", "1_000_000").replace("all", "small")

    assert "small: max_pixels must not be below" in mistakes(tmp_path, CLASS + smaller + SURCHARGE)[0]


def test_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        PriceTable.load(tmp_path / "none.toml")


def test_version_follows_the_content_and_not_the_comments(tmp_path):
    plain = table(tmp_path, CLASS + SURCHARGE)

    assert (
        table(tmp_path, "# cheaper\n" + CLASS.replace('"0.2"', "0.20") + SURCHARGE).version == plain.version
    )
    assert table(tmp_path, CLASS.replace('"0.2"', '"0.21"') + SURCHARGE).version != plain.version
    assert table(tmp_path, CLASS + SURCHARGE.replace('"0.01"', '"0.02"', 1)).version != plain.version
    assert re.fullmatch(r"[0-9a-f]{12}", plain.version)


@pytest.mark.parametrize(
    ("asked", "room", "n", "quality", "size"),
    [
        (request(quality=Quality.HIGH, n=4), 880_000 - 1, 4, Quality.MEDIUM, SQUARE),
        (request(quality=Quality.HIGH), 219_999, 1, Quality.MEDIUM, SQUARE),
        (request(quality=Quality.HIGH, n=4), 230_000, 4, Quality.LOW, SQUARE),
        (request(quality=Quality.MEDIUM, n=4), 40_000, 4, Quality.LOW, SQUARE),
        (request(quality=Quality.HIGH, n=4), 39_999, 3, Quality.LOW, SQUARE),
        (request(quality=Quality.LOW, n=4), 25_000, 2, Quality.LOW, SQUARE),
        (request(size=Size(3840, 2160), quality=Quality.HIGH), 500_000, 1, Quality.MEDIUM, Size(3840, 2160)),
        (request(size=Size(3840, 2160), quality=Quality.HIGH), 19_999, 1, Quality.LOW, Size(1536, 864)),
        (request(size=None, quality=Quality.HIGH, sources=1), 100_000, 1, Quality.MEDIUM, None),
        (request(size=None, quality=Quality.HIGH, sources=1), 69_999, 1, Quality.LOW, None),
    ],
)
def test_cheaper_is_lower_quality_then_fewer_then_smaller(asked, room, n, quality, size):
    variant = TABLE.cheaper_variants(asked, Money(room))

    assert variant is not None
    assert (variant.n, variant.quality, variant.size) == (n, quality, size)
    assert TABLE.estimate(variant) <= Money(room)
    assert (variant.prompt, variant.format, variant.sources) == (asked.prompt, asked.format, asked.sources)


@pytest.mark.parametrize(
    ("asked", "room"),
    [(request(), 9_999), (request(), 0), (request(), -5), (request(quality=Quality.LOW), 1_000_000)],
)
def test_no_cheaper_variant_when_nothing_fits_or_nothing_is_cheaper(asked, room):
    assert TABLE.cheaper_variants(asked, Money(room)) is None


ESTIMATE = Money(60_000)


@pytest.mark.parametrize(
    ("reported", "cost", "source"),
    [
        (Decimal("0.042"), 42_000, CostSource.PROVIDER),
        (Decimal("0.06"), 60_000, CostSource.PROVIDER),
        (Decimal("0.20"), 200_000, CostSource.PROVIDER),  # dearer than we thought is the truth
        (Decimal("0.3"), 300_000, CostSource.PROVIDER),  # exactly five times
        (Decimal("0.300001"), 60_000, CostSource.ESTIMATE),
        (Decimal("0.0000001"), 1, CostSource.PROVIDER),
        (Decimal(0), 60_000, CostSource.ESTIMATE),
        (Decimal("-0.0"), 60_000, CostSource.ESTIMATE),
        (Decimal("-0.01"), 60_000, CostSource.ESTIMATE),
        (Decimal("NaN"), 60_000, CostSource.ESTIMATE),
        (Decimal("sNaN"), 60_000, CostSource.ESTIMATE),
        (Decimal("Infinity"), 60_000, CostSource.ESTIMATE),
        (Decimal("1E+999999"), 60_000, CostSource.ESTIMATE),
        (Decimal("1E-999999"), 1, CostSource.PROVIDER),
        (None, 60_000, CostSource.ESTIMATE),
        (Money(42_000), 42_000, CostSource.PROVIDER),
        (Money(0), 60_000, CostSource.ESTIMATE),
        (Money(-1), 60_000, CostSource.ESTIMATE),
        (Money(300_001), 60_000, CostSource.ESTIMATE),
    ],
)
def test_reported_cost_is_believed_or_replaced_by_the_estimate(reported, cost, source):
    assert usable_amount(reported, ESTIMATE) == (Money(cost), source)
