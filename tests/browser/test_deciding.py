"""An admin's side of an ask over budget, in a real browser."""

import pytest

from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import Desk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def _asked(desk: Desk, prompt: str) -> None:
    await desk.type(f"/imagine {prompt} --n 3 --quality high")
    await desk.message("than you have left").get_by_role("button", name="Ask an admin").click()
    await desk.sees("Sent to ")


async def test_a_request_is_declined_with_a_reason(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Lea"))
    await _asked(desk, "a marble staircase")
    carol = await sit("U0CAROL", "D0CAROL")
    card = carol.message("a marble staircase")

    await card.get_by_role("button", name="Decline…").click()
    form = carol.page.locator("dialog.modal")
    await form.get_by_label("Why").fill("it is not for the newsletter")
    await form.get_by_role("button", name="Decline").click()
    await form.wait_for(state="detached")

    await card.get_by_text("Declined by").wait_for()
    chat = desk.page.locator(f"[data-place=D{desk.user[1:]}].unread")
    await chat.click()
    await desk.sees("it is not for the newsletter")


async def test_the_limit_is_changed_from_the_home_and_the_picture_is_drawn(
    sit: Sit, newcomer: Newcomer
) -> None:
    desk = await sit(await newcomer("Mia"))
    await _asked(desk, "a copper dome")
    owner = await sit("U0OWNER", "home")
    await owner.sees("a copper dome")

    await owner.page.get_by_role("button", name="Change the limit…").last.click()
    form = owner.page.locator("dialog.modal")
    await form.get_by_label("New limit in dollars").fill("much more")
    await form.get_by_role("button", name="Change and approve").click()
    await form.locator(".error").wait_for()
    await form.get_by_label("New limit in dollars").fill("5")
    await form.get_by_role("button", name="Change and approve").click()
    await form.wait_for(state="detached")

    await owner.page.locator("#main .home").get_by_text("a copper dome").wait_for(state="detached")
    await desk.ends("a copper dome")


async def test_a_form_over_budget_offers_to_ask(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Nils"), "C0DESIGN")
    await desk.choose(desk.page.locator("#main"), "Shortcuts", "Draw a picture")
    form = desk.page.locator("dialog.modal")
    await form.get_by_label("What to draw").fill("a brass band")
    await form.get_by_label("Quality").select_option("high")
    await form.get_by_role("button", name="Draw · $0.22").wait_for()
    await form.get_by_label("How many").select_option("4")
    # Sent sooner, the form would stay and say the new price first.
    await form.get_by_role("button", name="Draw · $0.88").click()

    await form.get_by_role("heading", name="Over budget").wait_for()
    await form.locator(".dialog-head").get_by_role("button", name="Back").click()
    await form.get_by_role("heading", name="New picture").wait_for()
    assert await form.get_by_label("What to draw").input_value() == "a brass band"


async def test_a_picture_on_the_home_leads_to_its_thread(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Ole"), "C0DESIGN")
    await desk.type("/imagine a paper boat --quality low")
    await desk.ends("a paper boat")

    await desk.page.locator("[data-place=home]").click()
    await desk.page.locator("#main .home").get_by_role("link", name="a paper boat").click()

    pane = desk.page.locator("#thread")
    await pane.locator(".file .picture img").wait_for()
    assert await pane.get_by_text("a paper boat").count() > 1
