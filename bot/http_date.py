"""Dates in headers of other people's answers: ``Date``, ``Retry-After`` (RFC 9110, 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_YEARS = range(1970, 9000)
"""A year outside is a mistake, and a sum with the first or last day of the calendar would overflow."""


def read_date(text: str | None) -> datetime | None:
    """The aware moment that ``text`` names; None when it is absent or names none. Never raises: a header that
    nobody needs must not break a call that was paid for."""
    try:
        when = parsedate_to_datetime(text or "")
    # A year of twenty digits overflows; some versions of the parser run out of its words.
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
    if when.year not in _YEARS:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
