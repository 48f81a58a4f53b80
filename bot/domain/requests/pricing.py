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
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.price_file import PriceClass
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, auto_sizes, from_ratio

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

    def cheaper_variants(self, request: PictureRequest, room: Money) -> PictureRequest | None:
        """The same request with fewer pictures, a lower quality or fewer pixels, to fit into ``room``.

        Of all that fit and cost less than the request, it is the dearest, which keeps most of what was asked
        for; at the same price the one with more pictures, then higher quality, then more pixels. None when
        nothing fits. Raises AskRefused NoPrice when the request itself has no price.
        """
        asked = self.estimate(request)
        fitting = [
            (price.micros, variant.n, _rank(variant.quality), _pixels(variant.size), variant)
            for variant in _smaller(request)
            if (price := self._or_none(variant)) is not None and price < asked and price <= room
        ]
        return max(fitting, key=lambda item: item[:4])[4] if fitting else None

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


def _rank(quality: Quality) -> int:
    return list(Quality).index(quality)


def _pixels(size: Size | None) -> int:
    return size.pixels if size else 0


def _smaller(request: PictureRequest) -> list[PictureRequest]:
    """Every request with the same ratio and at most as many pictures, as high a quality and as many pixels,
    this one included."""
    sizes: list[Size | None] = [request.size]
    if request.size is not None:
        ratio = Fraction(request.size.width, request.size.height)
        snapped = [from_ratio(ratio, 1, pixels=pixels) for pixels in (PixelClass.K1, PixelClass.K2)]
        sizes += [size for size in snapped if size.pixels < request.size.pixels]
    qualities = list(Quality)[: _rank(request.quality) + 1]
    return [
        dataclasses.replace(request, n=n, quality=quality, size=size)
        for n in range(1, request.n + 1)
        for quality in qualities
        for size in sizes
    ]
