"""How long the other side asks us to wait: the ``Retry-After`` header (RFC 9110, 10.2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.http_date import read_date

LONGEST_SECONDS = 3600.0
"""Longer waits are shortened to this."""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait from ``now`` on, between 0 and LONGEST_SECONDS; the header is a number or a date.

    None when the header is absent or cannot be read. Never raises. The case of header names does not matter.
    """
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
        return min(float(text), LONGEST_SECONDS)
    when = read_date(text)
    if when is None:
        return None
    return min(max((when - now).total_seconds(), 0.0), LONGEST_SECONDS)
