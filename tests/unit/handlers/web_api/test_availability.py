"""One line when Slack's API goes, one when it is back, however often it is called meanwhile."""

from structlog.testing import capture_logs

from handlers.web_api.availability import PATIENCE, SlackAvailability
from tests.support.collaborators import no_connections


async def test_an_outage_is_two_lines_and_unready_in_between() -> None:
    availability = SlackAvailability(no_connections(), "T1")
    with capture_logs() as lines:
        for _ in range(PATIENCE + 5):
            availability.failed("http_503")
        assert "does not answer" in (await availability.ready() or "")
        for _ in range(3):
            availability.worked()

    assert await availability.ready() is None
    assert [line["event"] for line in lines] == ["slack_api_unreachable", "slack_api_back"]


async def test_single_failures_are_no_outage() -> None:
    availability = SlackAvailability(no_connections(), "T1")
    with capture_logs() as lines:
        for _ in range(5):
            availability.failed("TimeoutError")
            availability.worked()

    assert lines == []
