"""Whatever a server puts into Retry-After, we wait for a sensible time and nothing breaks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import example, given
from hypothesis import strategies as st

from bot.retry_after import LONGEST_SECONDS, retry_after

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


def test_seconds_and_dates_are_read_and_cut_to_an_hour() -> None:
    for text, seconds in (
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("86400", LONGEST_SECONDS),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(days=30), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=30), usegmt=True), LONGEST_SECONDS),
        ("Sat, 01 Aug 2026 12:00:10 -0000", 10.0),
    ):
        assert retry_after({"Retry-After": text}, NOW) == seconds, text


def test_what_cannot_be_read_is_no_wish() -> None:
    for text in ("", "soon", "-3", "nan", "inf", "1e9", "\u0661\u0662", "Mon, 01 Jan 99999 00:00:00 GMT"):
        assert retry_after({"Retry-After": text}, NOW) is None, text


def test_header_names_have_no_case() -> None:
    for name in ("retry-after", "RETRY-AFTER", "Retry-After"):
        assert retry_after({"X-Other": "1", name: "7"}, NOW) == 7.0
    assert retry_after({}, NOW) is None


@given(st.text())
@example("Sat, 01 Aug 99999999999999999999 12:00:00 GMT")
@example("Sat, 01 Aug 2026 12:00:99999999999999999999 GMT")
@example("Sat, 01 Aug 2026 12:00:00 +99999999999")
@example("9" * 10_000)
def test_no_header_breaks_it(text: str) -> None:
    seconds = retry_after({"Retry-After": text}, NOW)

    assert seconds is None or 0 <= seconds <= LONGEST_SECONDS
