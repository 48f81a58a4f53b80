"""What a request may cost at most, from a table that operators can edit, and which reported cost to believe.

No amount here is ever a float: TOML numbers are read as decimals and kept as integer micro-dollars.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bot.domain.budget.ledger import CostSource
from bot.domain.errors import SettingsError
from bot.domain.money import MICROS, Money
from bot.domain.requests import price_file
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.price_file import PriceClass
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, auto_sizes, from_ratio
from bot.domain.requests.variations import Orders

ABSURD_FACTOR = 5
"""A reported cost above this many times the estimate is not believed (budgets reference 1.6)."""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Upper bounds by size class and quality, in micro-dollars. ``version`` changes with the content.

    ``auto`` has the classes of all sizes that an edit whose size is not known yet may get; None when one of
    those sizes has no price.
    """

    classes: tuple[PriceClass, ...]
    surcharge: dict[Quality, Money]
    version: str
    auto: tuple[PriceClass, ...] | None

    @classmethod
    def load(cls, path: Path | None = None) -> PriceTable:
        """Read the table in ``path``, or the built-in one (provider reference 4).

        Raises SettingsError with one sentence for each mistake in the file.
        """
        classes, surcharge, mistakes = price_file.read(path)
        if mistakes:
            raise SettingsError(mistakes)
        content = "|".join([*(repr(item) for item in classes), repr(sorted(surcharge.items()))])
        version = hashlib.sha256(content.encode()).hexdigest()[:12]
        auto = [_class_of(size, classes) for size in auto_sizes()]
        priced = tuple(item for item in classes if item in auto)
        return cls(tuple(classes), surcharge, version, None if None in auto else priced)

    def per_picture(self, size: Size | None, quality: Quality, *, inputs: int = 0) -> Money:
        """The most that one picture made from ``inputs`` pictures (sources and mask together) may cost.

        Size None is an edit that keeps its source's ratio, which is not known yet: it becomes some 1K size
        (``sizes.keep_ratio_of``), so the dearest of those counts. Raises AskRefused NoPrice when the table
        has no price, because an unknown price is never free.
        """
        found = _class_of(size, self.classes) if size else None
        possible = (found,) if found else self.auto if size is None else None
        if not possible:
            raise AskRefused(NoPrice(size, quality))
        return max(item.prices[quality] for item in possible) + self.surcharge[quality] * inputs

    def estimate(self, request: PictureRequest) -> Money:
        """The most that the whole request may cost: (price by class and quality + surcharge * inputs) * n.

        Raises AskRefused NoPrice; ValueError for fewer than one picture.
        """
        if request.n < 1 or request.sources < 0:
            raise ValueError("a request is for at least one picture")
        inputs = request.sources + int(request.has_mask)
        return self.per_picture(request.size, request.quality, inputs=inputs) * request.n

    def price_of(self, ask: Ask | Orders) -> Money:
        """The most that all orders of the ask may cost. Raises AskRefused NoPrice."""
        requests = [each.request for each in ask.variations] or [ask.request]
        return sum((self.estimate(request) for request in requests), Money.zero())

    def cheaper_variants(self, request: PictureRequest, room: Money) -> PictureRequest | None:
        """The first cheaper variant of the request that fits into ``room``: of lower quality first, number
        and size kept; then fewer pictures; then smaller ones (loop reference 6).

        None when nothing fits. Raises AskRefused NoPrice when the request itself has no price. With the price
        of the answer for ``room`` the answer is the same again.
        """
        asked = self.estimate(request)
        for variant in _smaller(request):
            price = self._or_none(variant)
            if price is not None and price < asked and price <= room:
                return variant
        return None

    def _or_none(self, request: PictureRequest) -> Money | None:
        try:
            return self.estimate(request)
        except AskRefused:
            return None


def usable_amount(reported: Decimal | Money | None, estimate: Money) -> tuple[Money, CostSource]:
    """The cost to settle a finished order at, and where it comes from (budgets reference 1.6).

    ``reported`` is what the provider says, in US dollars. When it is missing, zero, negative, not finite or
    more than five times the estimate, the real cost is unknown, not free: then the estimate counts.
    """
    if isinstance(reported, Money):
        reported = Decimal(reported.micros) / MICROS
    # Compared before it is converted: a number of a million digits must not become an integer first.
    believable = reported is not None and reported.is_finite() and reported > 0
    if not believable or reported is None:
        return estimate, CostSource.ESTIMATE
    if estimate.micros > 0 and reported > Decimal(estimate.micros * ABSURD_FACTOR) / MICROS:
        return estimate, CostSource.ESTIMATE
    return Money.from_decimal(reported), CostSource.PROVIDER


def _class_of(size: Size, classes: Sequence[PriceClass]) -> PriceClass | None:
    return next((item for item in classes if item.holds(size)), None)


def _smaller(request: PictureRequest) -> list[PictureRequest]:
    """Every request of the same ratio with at most as many pictures, as high a quality and as many pixels,
    this one included: quality falls first, then the number, then the size."""
    sizes: list[Size | None] = [request.size]
    if request.size is not None:
        ratio = Fraction(request.size.width, request.size.height)
        snapped = [from_ratio(ratio, 1, pixels=pixels) for pixels in (PixelClass.K2, PixelClass.K1)]
        sizes += [size for size in snapped if size.pixels < request.size.pixels]
    qualities = list(Quality)[: list(Quality).index(request.quality) + 1]
    return [
        dataclasses.replace(request, n=n, quality=quality, size=size)
        for size in sizes
        for n in range(request.n, 0, -1)
        for quality in reversed(qualities)
    ]
