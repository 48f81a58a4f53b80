"""Money: integer micro-dollars, exact everywhere; rounded only to be read by people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal, InvalidOperation

MICROS = 1_000_000
"""Micro-dollars in a dollar."""

_CENT = MICROS // 100
_MICRO = Decimal("0.000001")
_EXACT = Context(prec=28, traps=[InvalidOperation])
_AMOUNT = re.compile(r"(?:US)?\$?\s?(\d{1,9})(?:[.,](\d{1,6}))?(?:\s?(?:\$|USD))?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of US dollars in micro-dollars. It may be negative: after an overrun, what is left is."""

    micros: int

    def __add__(self, other: Money) -> Money:
        return Money(self.micros + other.micros)

    def __sub__(self, other: Money) -> Money:
        return Money(self.micros - other.micros)

    def __neg__(self) -> Money:
        return Money(-self.micros)

    def __mul__(self, count: int) -> Money:
        return Money(self.micros * count)

    def part(self, share: int, whole: int) -> Money:
        """``share`` of ``whole`` equal parts of this amount, rounded up to a micro-dollar."""
        return Money(-(-self.micros * share // whole))

    def __bool__(self) -> bool:
        return self.micros != 0

    @classmethod
    def zero(cls) -> Money:
        return cls(0)

    @classmethod
    def from_decimal(cls, dollars: Decimal) -> Money:
        """Convert dollars to micro-dollars, rounded up, so that a cost is never understated.

        Raises ValueError if the number is not finite or has more than 22 digits before the point.
        """
        if not dollars.is_finite():
            raise ValueError("an amount of money must be finite")
        try:
            # Rounds the exact value once; a product would first be rounded to the context's digits.
            exact = dollars.quantize(_MICRO, rounding=ROUND_CEILING, context=_EXACT)
        except InvalidOperation:
            raise ValueError("an amount of money must be smaller") from None
        return cls(int(exact.scaleb(6, context=_EXACT)))

    @classmethod
    def parse(cls, text: str) -> Money:
        """An amount as a person types it: ``$5``, ``5``, ``5.00``, ``5,00``, ``5 USD``; at most six decimals.

        Raises ValueError for anything else (signs, exponents, thousands separators). ``1,000`` and
        ``1.000`` are a thousand to some people and one to others, so they are refused; ``0.041`` is clear.
        """
        match = _AMOUNT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not an amount in dollars: {text!r}")
        whole, fraction = match.group(1), match.group(2) or ""
        if len(fraction) == 3 and int(whole):
            raise ValueError(f"a thousand or one? {text!r}")
        return cls(int(whole) * MICROS + int(fraction.ljust(6, "0")))

    def as_cost(self) -> str:
        """Text for a price or a cost: rounded up to the cent; below a cent ``<$0.01``; ``$0.00`` only for
        zero."""
        if 0 < self.micros < _CENT:
            return "<$0.01"
        return _dollars(-(-self.micros // _CENT))

    def as_room(self) -> str:
        """Text for a limit or for what is left of it: rounded down to the cent, so that nobody is promised
        too much."""
        return _dollars(self.micros // _CENT)


def _dollars(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100}.{abs(cents) % 100:02d}"
