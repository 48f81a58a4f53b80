"""Whatever a server puts into a header with a date, it is read or ignored, and can be reckoned with."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.http_date import read_date
from bot.services.budget.clock_guard import ClockGuard
from tests.support.databases import SetClock

NOON = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)

MAD = (
    "Mon, 01 Jan 99999999999999999999",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Sat, 01 Aug 2026 12:00:99999999999999999999 GMT",
    "Sat, 01 Aug 2026 12:00:00 +99999999999",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 1900 23:59:59 GMT",
    "tomorrow",
    "",
)


@pytest.mark.parametrize("text", [format_datetime(NOON, usegmt=True), "Sat, 01 Aug 2026 12:00:00 -0000"])
def test_a_date_is_aware(text: str) -> None:
    assert read_date(text) == NOON


@pytest.mark.parametrize("text", [None, *MAD])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert read_date(text) is None


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,25} Aug \d{1,25} \d+:\d+:\d+ [+-]?\w{1,25}"))
@example("9" * 10_000)
def test_no_text_breaks_it_nor_what_reckons_with_it(text: str) -> None:
    guard = ClockGuard(clock=SetClock(), elapsed=lambda: 1e6, database_is_a_witness=False)

    guard.note_date("provider", text)

    assert isinstance(guard.off_by(NOON), timedelta)
