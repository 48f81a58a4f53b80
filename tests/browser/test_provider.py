"""The provider panel: every control does what it says, and people see what the bot makes of it."""

from typing import Any

import pytest

from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import Desk
from tests.support.world import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]


async def _panel(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_text("The next ask will").wait_for()


async def _press(desk: Desk, name: str) -> None:
    await desk.page.locator("#developer").get_by_role("button", name=name, exact=True).click()


async def _becomes(look: Any, wanted: Any) -> None:
    async def same() -> bool:
        return bool(look() == wanted)

    await eventually(same, what=f"{wanted} is what the provider has")


async def test_every_control_of_the_panel_reaches_the_provider(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0RANDOM")
    provider, panel = desk.demo.provider, desk.page.locator("#developer")
    await _panel(desk)

    for label, speed in (("as in life", 1.0), ("5 ×", 5.0), ("20 ×", 20.0), ("100 ×", 100.0)):
        await _press(desk, label)
        await _becomes(lambda: provider.options.speed, speed)
    for label, option, value in (
        ("Every picture takes", "duration_seconds", 2.0),
        ("Everything costs", "price_factor", 3.0),
        ("The bill is", "amount_factor", 1.5),
        ("Balance", "balance_usd", 7.0),
    ):
        field = panel.get_by_label(label)
        await field.fill(str(value))
        await field.press("Enter")
        await _becomes(lambda option=option: getattr(provider.options, option), value)
    await _press(desk, "Answers tell the bill")
    await _becomes(lambda: provider.options.jobs_usage, True)
    await panel.get_by_label("amount_usd is").select_option("zero")
    await _becomes(lambda: provider.options.amount, "zero")
    for label, served in (("images only", {"images"}), ("jobs only", {"jobs"}), ("both", {"images", "jobs"})):
        await _press(desk, label)
        await _becomes(lambda: set(provider.options.dialects), served)


async def test_every_failure_can_be_ordered_and_taken_back(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0RANDOM")
    provider, panel = desk.demo.provider, desk.page.locator("#developer")
    await _panel(desk)

    orders = panel.get_by_role("group", name="The next ask will").locator(".panel-row button")
    labels = await orders.all_inner_texts()
    assert len(labels) == 18
    for at, label in enumerate(labels, start=1):
        await _press(desk, label)
        await _becomes(lambda: len(provider.gateway.next.waiting()), at)
    await _press(desk, "Clear")
    await _becomes(provider.gateway.next.waiting, [])

    outages = panel.get_by_role("group", name="Outages").locator(".panel-row button")
    labels = await outages.all_inner_texts()
    for at, label in enumerate(labels, start=1):
        await _press(desk, label)
        await panel.locator(".waiting .pill").nth(at - 1).wait_for()
    assert sorted({label.split(":")[0] for label in labels}) == ["Provider", "Slack"]
    await _press(desk, "All is well again")
    await panel.locator(".waiting").wait_for(state="detached")
    assert provider.faults.active() == []
    assert (await desk.demo.slack.show("faults"))["faults"] == []


async def test_a_failure_ordered_in_the_panel_is_told(sit: Sit) -> None:
    desk = await sit("U0CAROL")
    await _panel(desk)
    await _press(desk, "Fail")
    await desk.page.locator(".waiting").get_by_text("fail").wait_for()

    await desk.type("/imagine a broken vase --quality low")

    again = desk.told("a broken vase").get_by_role("button", name="Try again")
    await again.wait_for(timeout=90_000)
    await desk.page.get_by_role("tab", name="Jobs").click()
    await desk.page.locator(".developer").get_by_text("a broken vase").wait_for()
    await desk.page.get_by_role("tab", name="Budgets").click()
    await desk.page.get_by_text("the ledger balances").wait_for()
    await desk.page.get_by_role("tab", name="Provider calls").click()
    await desk.page.locator(".developer tr").filter(has_text="submit").first.wait_for()


async def test_what_the_safety_check_refuses_costs_nothing(sit: Sit) -> None:
    desk = await sit("U0CAROL")
    await _panel(desk)
    await _press(desk, "Refuse: safety")
    await desk.page.locator(".waiting").get_by_text("moderate").wait_for()

    await desk.type("/imagine a duel at dawn --quality low")

    told = desk.told("a duel at dawn")
    await told.get_by_text("safety check").first.wait_for(timeout=90_000)
    await told.get_by_role("button", name="Change the words…").wait_for()


async def test_a_slow_picture_says_that_it_is_being_drawn(sit: Sit) -> None:
    desk = await sit("U0CAROL")
    desk.demo.provider.set_options(duration_seconds=1.0)
    await _panel(desk)
    await _press(desk, "Slow")
    await desk.page.locator(".waiting").get_by_text("slow").wait_for()

    await desk.type("/imagine a glacier --quality low")

    await desk.status("a glacier").get_by_text("Drawing").first.wait_for()
    await desk.ends("a glacier")


async def test_a_lost_reply_is_not_ordered_again_but_after_a_second_thought(
    sit: Sit, newcomer: Newcomer
) -> None:
    desk = await sit(await newcomer("Hana"))
    await _panel(desk)
    await _press(desk, "Lost reply")
    await desk.page.locator(".waiting").get_by_text("lost").wait_for()

    await desk.type("/imagine a message in a bottle --quality low")
    status = await desk.ends("a message in a bottle", "No answer from the image service")
    pressed = len(await desk.delivered("block_actions"))

    await status.get_by_role("button", name="Order again").click()
    await desk.page.get_by_text("The first order may still arrive and be charged too").wait_for()
    await desk.page.get_by_role("button", name="Leave it").click()
    await desk.page.locator("dialog").wait_for(state="detached")
    assert len(await desk.delivered("block_actions")) == pressed

    await status.get_by_role("button", name="Order again").click()
    await desk.page.locator("dialog").get_by_role("button", name="Order again").click()
    await desk.hears("block_actions", after=pressed)
    pane = await desk.thread_of("a message in a bottle")
    await pane.get_by_text("1024×1024 · $").wait_for(timeout=90_000)
    await pane.locator(".file .picture img").wait_for()


async def test_an_outage_of_the_workspace_only_delays_the_picture(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0GENERAL")
    await _panel(desk)
    await _press(desk, "Slack: outage")
    await desk.page.locator(".waiting").get_by_text("Slack").wait_for()
    await desk.type("/imagine a patient heron --quality low")
    await desk.page.get_by_role("tab", name="Jobs").click()
    await desk.page.locator(".developer tr").filter(has_text="a patient heron").wait_for()
    assert await desk.status("a patient heron").count() == 0

    await desk.page.get_by_role("tab", name="Provider", exact=True).click()
    await _press(desk, "All is well again")

    await desk.ends("a patient heron")


async def test_an_outage_of_the_provider_is_told(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0GENERAL")
    await _panel(desk)
    await _press(desk, "Provider: outage")
    await desk.page.locator(".waiting").get_by_text("Provider").wait_for()

    await desk.type("/imagine a signal box --quality low")

    await desk.sees("a signal box")
    await desk.page.get_by_role("tab", name="Provider calls").click()
    await desk.page.locator(".developer tr").filter(has_text="submit").filter(has_text="503").first.wait_for()


async def test_a_bill_that_differs_from_the_table_is_what_is_booked(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Ivo"))
    await _panel(desk)
    await _press(desk, "Answers tell the bill")
    field = desk.page.locator("#developer").get_by_label("Everything costs")
    await field.fill("5")
    await field.press("Enter")
    await _becomes(lambda: desk.demo.provider.options.price_factor, 5.0)

    await desk.type("/imagine a gilded frame --quality low")

    await desk.ends("a gilded frame")
    [job] = [job for job in await desk.demo.records.jobs(limit=50) if job["prompt"] == "a gilded frame"]
    assert job["cost_micros"] > 2 * job["estimate_micros"]
