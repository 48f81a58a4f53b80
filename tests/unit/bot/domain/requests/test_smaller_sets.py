"""What is offered instead of a whole set: when it is dear, and over budget (loop reference 6 and 7)."""

from __future__ import annotations

import pytest

from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.smaller_sets import cheaper_set, fitting_part, same_price
from bot.domain.requests.variations import orders_of

PRICES = PriceTable.load()
LETTERS = "abcdefghijkl"


def a_set(count: int, quality: Quality = Quality.LOW) -> Ask:
    words = f"{{{','.join(LETTERS[:count])}}}"
    orders = orders_of(PictureRequest(Kind.GENERATE, words, Size(1024, 1024), quality, Format.PNG, 1))
    return Ask("k", Place("T", "C"), "U", orders.request, variations=orders.variations)


def said(ask: Ask | None) -> tuple[str, int, str] | None:
    """Its prompt, how many pictures of which quality."""
    return (ask.request.prompt, ask.request.n, ask.request.quality.value) if ask is not None else None


@pytest.mark.parametrize(
    ("left", "offered"),
    [
        (30_000, ("{a,b,c,d}", 3, "low")),
        (29_999, ("{a,b,c,d}", 2, "low")),
        (10_000, ("a", 1, "low")),
        (9_999, None),
    ],
)
def test_over_budget_as_many_as_fit_in_order(left: int, offered: object) -> None:
    found = fitting_part(PRICES, a_set(4), Money(left))

    assert said(found) == offered
    if found is not None:
        assert same_price(PRICES, a_set(4), PRICES.price_of(found)) == found
        assert [one.request.prompt for one in found.variations] in ([], ["a", "b"], ["a", "b", "c"])


def test_where_not_even_one_fits_they_are_of_a_lower_quality() -> None:
    finals = a_set(4, Quality.HIGH)

    assert said(fitting_part(PRICES, finals, Money(500_000))) == ("{a,b,c,d}", 2, "high")
    assert said(fitting_part(PRICES, finals, Money(150_000))) == ("{a,b,c,d}", 4, "low")
    assert said(fitting_part(PRICES, finals, Money(25_000))) == ("{a,b,c,d}", 2, "low")


def test_a_dear_set_is_offered_whole_in_a_lower_quality_first() -> None:
    finals = a_set(4, Quality.HIGH)

    assert said(cheaper_set(PRICES, finals, Money(879_999))) == ("{a,b,c,d}", 4, "medium")
    assert said(cheaper_set(PRICES, a_set(4), Money(39_999))) == ("{a,b,c,d}", 3, "low")
    assert cheaper_set(PRICES, a_set(4), Money(1)) is None


@pytest.mark.parametrize("quality", Quality)
@pytest.mark.parametrize("count", [2, 3, 12])
def test_whatever_is_offered_is_found_again_by_its_price(count: int, quality: Quality) -> None:
    """Also where two qualities cost the same: 2 medium pictures are 12 drafts."""
    ask = a_set(count, quality)
    wrong = []
    for left in range(0, PRICES.price_of(ask).micros, 5_000):
        for find in (fitting_part, cheaper_set):
            found = find(PRICES, ask, Money(left))
            if found is not None and same_price(PRICES, ask, PRICES.price_of(found)) != found:
                wrong.append((find.__name__, left))
    assert wrong == []
