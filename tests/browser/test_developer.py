"""The developer panel: the raw traffic on both sides, and what the bot did wrong."""

import pytest

from tests.browser.conftest import Sit

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]

VIOLATION = {"method": "chat.postMessage", "rule": "made_up", "detail": "for this test", "at": 1.0}


async def test_the_raw_traffic_unfolds_and_stays_so_while_more_comes(sit: Sit) -> None:
    desk = await sit("U0ALICE", "C0GENERAL")
    await desk.type("/imagine a tin whistle --quality low")
    await desk.ends("a tin whistle")
    panel = desk.page.locator("#developer")
    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_role("tab", name="Slack calls").click()
    row = panel.locator("tr").filter(has_text="chat.update").filter(has_text="a tin whistle").first
    await row.get_by_role("button").click()
    opened = panel.locator("tr.open")
    await opened.locator(".json").get_by_text('"method": "chat.update"').wait_for()

    await desk.type("/imagine a tin drum --quality low")
    await panel.locator("tr").filter(has_text="a tin drum").first.wait_for()
    assert await opened.count() == 1
    assert "a tin whistle" in await opened.inner_text()
    await desk.ends("a tin drum")

    await desk.page.get_by_role("tab", name="Deliveries").click()
    await panel.locator("tr").filter(has_text="/imagine").first.wait_for()


async def test_a_violation_is_counted_and_told(sit: Sit) -> None:
    desk = await sit("U0ALICE", "C0GENERAL")
    await desk.page.route("**/sandbox/violations*", lambda route: route.fulfill(json=[VIOLATION]))
    await desk.page.reload()

    await desk.page.get_by_role("button", name="Developer panel, 1 violation").click()
    await desk.page.get_by_role("tab", name="Violations").click()

    row = desk.page.locator("#developer tbody tr")
    await row.get_by_text("made_up").wait_for()
    assert "for this test" in await row.inner_text()
