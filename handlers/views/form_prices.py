"""The prices in the form: on the qualities, in the sum, on the button that sends it. Pure."""

from __future__ import annotations

from bot.domain.money import Money
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Kind, PictureRequest, Quality
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.domain.requests.variations import Orders
from handlers.messages.status_text import price
from handlers.views.form_fields import Option
from handlers.views.form_state import Chosen, Start

NAMES = {Quality.LOW: "Draft", Quality.MEDIUM: "Medium", Quality.HIGH: "Final"}
_MANY = {Quality.LOW: "drafts", Quality.MEDIUM: "medium", Quality.HIGH: "finals"}


def by_the_fields(start: Start, chosen: Chosen) -> PictureRequest:
    """The request that the fields are for, whatever the words say. A typed size that cannot be drawn is left
    out: it is refused when the form is sent."""
    sources = chosen.sources(start)
    try:
        size = chosen.pixels(start)
    except AskRefused:
        size = start.same
    return PictureRequest(
        kind=Kind.EDIT if sources else Kind.GENERATE,
        prompt="",
        size=size or (None if sources else DEFAULT_SIZE),
        quality=chosen.quality,
        format=chosen.format,
        n=chosen.number,
        sources=sources,
        has_mask=start.has_mask or chosen.masks > 0,
    )


def estimate(prices: PriceTable, orders: Orders) -> Money | None:
    """What all of it may cost; None where the table has no price for it."""
    try:
        return prices.price_of(orders)
    except AskRefused:
        return None


def quality_options(prices: PriceTable, orders: Orders) -> list[Option]:
    """The qualities, each with what the whole ask would cost in it."""
    return [
        (quality.value, f"{NAMES[quality]} · {_price(estimate(prices, orders.in_quality(quality)))}")
        for quality in Quality
    ]


def submit_text(cost: Money | None) -> str:
    """``Draw · $0.02``, 24 characters at most."""
    return f"Draw · {_price(cost)}" if cost is not None else "Draw"


def sum_text(request: PictureRequest, cost: Money | None, left: Money | None) -> str:
    """``1 draft · $0.02 · you have $4.10 left``."""
    parts = [counted(request), _price(cost)]
    if left is not None:
        over = left.micros < 0
        parts.append(f"you are {(-left).as_cost()} over" if over else f"you have {left.as_room()} left")
    return " · ".join(parts)


def counted(request: PictureRequest) -> str:
    """``1 draft``, ``4 drafts``, ``2 medium``."""
    name = NAMES[request.quality].lower() if request.n == 1 else _MANY[request.quality]
    return f"{request.n} {name}"


def _price(cost: Money | None) -> str:
    return "no price" if cost is None else price(cost, exact=True)
