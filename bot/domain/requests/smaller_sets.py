"""What is offered instead of a set that is dear, or that a budget has no room for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.money import Money
from bot.domain.requests.ask import Ask
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Quality
from bot.domain.requests.variations import Variation, gathered


def cheaper_set(prices: PriceTable, ask: Ask, room: Money) -> Ask | None:
    """The first that costs at most ``room``: all of the set in a lower quality, then fewer of it (loop
    reference 6). None without one."""
    fitting = ((made, cost) for made, cost in _cheaper(prices, ask) if cost <= room)
    return next((made for made, _ in fitting), None)


def fitting_part(prices: PriceTable, ask: Ask, room: Money) -> Ask | None:
    """As many of the set as fit into ``room``, in order; where not even the first does, in a lower quality
    (loop reference 7). None without one.

    Of two that cost the same it is the one that ``same_price`` finds: the button shows no more than a price.
    """
    costs = (cost for _, cost in _priced(prices, [*_fewer(ask), *_lower(ask), *_lower_and_fewer(ask)]))
    fitting = next((cost for cost in costs if cost <= room), None)
    return same_price(prices, ask, fitting) if fitting is not None else None


def same_price(prices: PriceTable, ask: Ask, price: Money) -> Ask | None:
    """What was offered at this ``price``; None when prices have changed since."""
    return next((made for made, cost in _cheaper(prices, ask) if cost == price), None)


def _cheaper(prices: PriceTable, ask: Ask) -> Iterator[tuple[Ask, Money]]:
    asked = prices.price_of(ask)
    every = [*_lower(ask), *_fewer(ask), *_lower_and_fewer(ask)]
    return ((made, cost) for made, cost in _priced(prices, every) if cost < asked)


def _priced(prices: PriceTable, asks: Sequence[Ask]) -> Iterator[tuple[Ask, Money]]:
    for ask in asks:
        try:
            yield ask, prices.price_of(ask)
        except AskRefused:  # the table has no price for this quality
            continue


def _lower(ask: Ask) -> list[Ask]:
    """The whole set in each lower quality, the best first."""
    qualities = list(Quality)[: list(Quality).index(ask.request.quality)]
    return [
        _of(ask, [replace(one, request=replace(one.request, quality=quality)) for one in ask.variations])
        for quality in reversed(qualities)
    ]


def _fewer(ask: Ask) -> list[Ask]:
    """The first orders of the set, the most first."""
    return [_of(ask, ask.variations[:count]) for count in range(len(ask.variations) - 1, 0, -1)]


def _lower_and_fewer(ask: Ask) -> list[Ask]:
    return [made for lower in _lower(ask) for made in _fewer(lower)]


def _of(ask: Ask, variations: Sequence[Variation]) -> Ask:
    """The ask for these orders; one alone is an ordinary ask."""
    if len(variations) == 1:
        return replace(ask, request=variations[0].request, variations=())
    request = gathered(ask.request.prompt, variations)
    return replace(ask, request=request, variations=tuple(variations))
