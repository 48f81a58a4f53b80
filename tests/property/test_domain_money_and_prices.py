"""Money as shown and prices as estimated: never promise too much, never charge what was not said."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget.ledger import CostSource
from bot.domain.money import Money
from bot.domain.requests.pricing import PriceTable, usable_amount
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, auto_sizes, sizes_of

TABLE = PriceTable.load()
SIZES = [size for pixels in PixelClass for size in sizes_of(pixels)]
micros = st.integers(-(10**12), 10**12)
requests = st.builds(
    PictureRequest,
    kind=st.just(Kind.EDIT),
    prompt=st.just("a fox"),
    size=st.one_of(
        st.none(), st.sampled_from(SIZES), st.sampled_from(SIZES).map(lambda s: Size(s.height, s.width))
    ),
    quality=st.sampled_from(Quality),
    format=st.sampled_from(Format),
    n=st.integers(1, 4),
    sources=st.integers(0, 4),
    has_mask=st.booleans(),
)


def dollars(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace("<", ""))


@given(micros)
def test_shown_cost_is_never_less_and_shown_room_never_more(amount):
    money = Money(amount)

    assert dollars(money.as_cost()) >= Decimal(amount) / 1_000_000
    assert dollars(money.as_room()) <= Decimal(amount) / 1_000_000
    assert abs(dollars(money.as_cost()) - dollars(money.as_room())) <= Decimal("0.01")
    assert amount <= 0 or "$0.00" not in money.as_cost()


@given(st.integers(0, 10**14))
def test_exact_amount_is_read_as_it_is_written(amount):
    text = f"{amount // 10**6}.{amount % 10**6:06d}"

    assert Money.parse(text) == Money.from_decimal(Decimal(text)) == Money(amount)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_reported_dollars_are_never_understated(amount):
    found = Decimal(Money.from_decimal(amount).micros)

    assert found >= amount * 10**6 - Decimal("1e-9")
    assert found - amount * 10**6 < 1 + Decimal("1e-9")


@given(st.one_of(st.none(), st.decimals()), st.integers(1, 10**8))
def test_settled_amount_is_above_zero_and_never_absurd(reported, estimate):
    cost, source = usable_amount(reported, Money(estimate))

    assert 0 < cost.micros <= 5 * estimate
    assert source is CostSource.PROVIDER or cost == Money(estimate)


@given(requests)
def test_estimate_is_never_free_and_grows_with_everything(request):
    price = TABLE.estimate(request)

    assert price.micros >= 10_000 * request.n
    assert TABLE.per_picture(request.size, Quality.LOW) <= TABLE.per_picture(request.size, Quality.HIGH)
    assert (
        price
        == TABLE.per_picture(request.size, request.quality, inputs=request.sources + request.has_mask)
        * request.n
    )


@given(st.sampled_from(auto_sizes()), st.sampled_from(Quality))
def test_edit_of_unknown_size_never_turns_out_dearer(size, quality):
    assert TABLE.per_picture(size, quality) <= TABLE.per_picture(None, quality)


@given(requests, st.integers(0, 2_500_000))
def test_cheaper_variant_fits_and_asks_for_nothing_more(request, room):
    variant = TABLE.cheaper_variants(request, Money(room))

    if variant is None:
        cheapest = PictureRequest(**{**_fields(request), "n": 1, "quality": Quality.LOW})
        price = TABLE.estimate(cheapest)
        assert price > Money(room) or price == TABLE.estimate(request)
    else:
        assert TABLE.estimate(variant) <= Money(room)
        assert TABLE.estimate(variant) < TABLE.estimate(request)
        assert variant.n <= request.n
        assert (variant.size is None) == (request.size is None)
        assert variant.size is None or variant.size.pixels <= request.size.pixels


@given(requests, st.integers(0, 2_500_000))
def test_the_number_falls_only_where_no_quality_fits_and_the_size_only_where_no_number_does(request, room):
    variant = TABLE.cheaper_variants(request, Money(room))
    if variant is None:
        return

    def fits(n, quality):
        price = TABLE.estimate(replace(request, n=n, quality=quality))
        return price <= Money(room) and price < TABLE.estimate(request)

    kept = [(n, quality) for n in range(request.n, 0, -1) for quality in _down_from(request.quality)]
    first = next((one for one in kept if fits(*one)), None)
    if variant.size == request.size:
        assert (variant.n, variant.quality) == first
    else:
        assert first is None


@given(requests, st.integers(0, 2_500_000))
def test_a_variant_is_found_again_by_its_price(request, room):
    variant = TABLE.cheaper_variants(request, Money(room))

    assert variant is None or TABLE.cheaper_variants(request, TABLE.estimate(variant)) == variant


def _down_from(quality):
    return [one for one in reversed(Quality) if list(Quality).index(one) <= list(Quality).index(quality)]


def _fields(request: PictureRequest) -> dict[str, object]:
    return {name: getattr(request, name) for name in PictureRequest.__dataclass_fields__}
