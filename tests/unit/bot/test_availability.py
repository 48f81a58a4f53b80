"""One line when something goes away, one when it is back."""

import logging

from structlog.testing import capture_logs

from bot.availability import Availability


def test_an_outage_is_two_lines_however_long_it_lasts() -> None:
    outage = Availability(gone="gone", back="back", patience=3, level=logging.WARNING)
    with capture_logs() as lines:
        for status in range(5):
            outage.failed(status=status)
        was_ongoing = outage.ongoing
        outage.worked(team="T1")
        outage.worked()

    assert was_ongoing
    assert not outage.ongoing
    assert lines == [
        {"event": "gone", "log_level": "warning", "status": 2},
        {"event": "back", "log_level": "info", "failures": 5, "team": "T1"},
    ]


def test_a_success_in_between_begins_the_count_anew() -> None:
    outage = Availability(gone="gone", back="back", patience=2)
    with capture_logs() as lines:
        for _ in range(5):
            outage.failed()
            outage.worked()

    assert lines == []
