"""One line when Slack's API goes, one when it is back, however often it is called meanwhile."""

from structlog.testing import capture_logs

from handlers.web_api.availability import PATIENCE, Reach


async def test_an_outage_is_two_lines_and_unready_in_between() -> None:
    reach = Reach()
    with capture_logs() as lines:
        for _ in range(PATIENCE + 5):
            reach.failed("http_503")
        assert "does not answer" in (await reach.ready() or "")
        for _ in range(3):
            reach.worked()

    assert await reach.ready() is None
    assert [line["event"] for line in lines] == ["slack_api_unreachable", "slack_api_back"]


async def test_single_failures_are_no_outage() -> None:
    reach = Reach()
    with capture_logs() as lines:
        for _ in range(5):
            reach.failed("TimeoutError")
            reach.worked()

    assert lines == []
