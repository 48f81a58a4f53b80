"""From typing /imagine to a picture in the thread, in a real browser."""

import pytest

from tests.browser.conftest import Sit
from tests.support.world import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_imagine_shows_its_status_and_then_the_picture_in_the_thread(sit: Sit) -> None:
    desk = await sit()
    desk.demo.provider.set_options(duration_seconds=1.5)
    await desk.page.locator("#composer").fill("/imagine a red fox in snow")
    assert "16:9" in await desk.page.locator("#main .usage").inner_text()

    await desk.page.locator("#composer").press("Enter")
    status = desk.message("asked by")
    await desk.sees("On it.")
    await status.get_by_text("Drawing…").wait_for()
    await status.get_by_text("Done").wait_for()
    pane = await desk.thread_of("a red fox in snow")
    await pane.locator(".file .picture img").wait_for()

    assert all(width > 0 for width in await desk.widths(pane))
    await pane.locator(".file .picture").click()
    shown = desk.page.locator(".lightbox img")
    assert await shown.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") >= 1024
    await desk.page.keyboard.press("Escape")
    await desk.page.locator(".lightbox").wait_for(state="detached")


async def test_markup_in_a_prompt_stays_text_everywhere(sit: Sit) -> None:
    desk = await sit("U0BOB")
    nasty = "<img src=x onerror=window.hit=1> <script>window.hit=1</script> <!channel> <@U0CAROL> *b* `c`"

    await desk.type(f"/imagine {nasty} --quality low")
    await desk.message("asked by").get_by_text("Done").wait_for()
    pane = await desk.thread_of("onerror")
    await pane.locator(".file .picture img").wait_for()
    await desk.type(nasty)
    await desk.sees("<script>window.hit=1</script>")

    assert await desk.page.evaluate("window.hit === undefined")
    assert (
        await desk.page.locator("main script, main img[src=x], aside script, aside img[src=x]").count() == 0
    )
    quoted = desk.message("asked by").locator(".quote")
    assert "<img src=x onerror=window.hit=1>" in await quoted.inner_text()
    assert await quoted.locator(".mention, strong, code").count() == 0


async def test_a_private_answer_is_shown_to_its_asker_only(sit: Sit) -> None:
    alice, bob = await sit("U0ALICE", "C0GENERAL"), await sit("U0BOB", "C0GENERAL")

    await alice.type("/imagine help")
    private = alice.message("Say what you want to see")
    await private.get_by_text("Only visible to you").wait_for()
    await bob.type("good morning")
    await bob.sees("good morning")
    await alice.sees("good morning")

    assert await bob.page.get_by_text("Only visible to you").count() == 0
    await private.get_by_text("Dismiss message").click()
    await private.wait_for(state="detached")


async def test_an_empty_budget_refuses_and_says_so(sit: Sit) -> None:
    desk = await sit("U0DAN")

    await desk.type("/imagine a cathedral --n 4 --quality high")
    refusal = desk.message("budget")
    await refusal.wait_for()

    assert "Only visible to you" in await refusal.inner_text()
    assert await desk.page.locator("#main .message").filter(has_text="a cathedral").count() <= 1


@pytest.mark.xfail(strict=False, reason="passes alone, not after the other tests; cause not found")
async def test_a_person_asks_for_more_budget_and_an_admin_approves(sit: Sit) -> None:
    """Switches itself on once the refusal carries a button that asks."""
    desk = await sit("U0DAN")
    await desk.type("/imagine a cathedral at night --n 4 --quality high")
    refusal = desk.message("budget")
    await refusal.wait_for()
    ask = refusal.get_by_role("button", name="Ask")
    if not await ask.count():
        pytest.skip("the bot does not offer to ask for approval yet")

    await ask.first.click()
    carol = await sit("U0CAROL", "D0CAROL")
    await carol.page.get_by_role("button", name="Approve once").last.click()

    # A private note about the approval may be the newest message that names the picture.
    ended = (
        desk.page.locator("#main .message").filter(has_text="a cathedral at night").filter(has_text="Done")
    )
    await ended.first.wait_for(timeout=15_000)


async def test_a_failure_ordered_in_the_panel_is_told(sit: Sit) -> None:
    desk = await sit("U0CAROL")
    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_role("button", name="Fail", exact=True).click()
    await desk.page.locator(".waiting").get_by_text("fail").wait_for()

    await desk.type("/imagine a broken vase --quality low")

    await desk.message("a broken vase").get_by_text("No picture").wait_for()
    await desk.page.get_by_role("tab", name="Jobs").click()
    await desk.page.locator(".developer").get_by_text("a broken vase").wait_for()
    await desk.page.get_by_role("tab", name="Budgets").click()
    await desk.page.get_by_text("the ledger balances").wait_for()
    await desk.page.get_by_role("tab", name="Provider calls").click()
    await desk.page.locator(".developer tr").filter(has_text="submit").first.wait_for()


async def test_a_job_ends_although_the_bot_is_killed_underneath(sit: Sit) -> None:
    desk = await sit("U0OWNER")
    desk.demo.provider.set_options(duration_seconds=3.0)
    await desk.type("/imagine a patient tortoise --quality low")
    await desk.message("a patient tortoise").get_by_text("Drawing…").wait_for()

    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_role("tab", name="Bot", exact=True).click()
    starts = desk.demo.bot.state()["starts"]
    await desk.page.locator("[data-bot=kill]").click()
    await desk.page.get_by_text("The bot is not running").wait_for()
    await desk.page.locator("[data-bot=start]").click()
    await eventually(desk.demo.slack.connections, what="the bot is connected again")

    await desk.message("a patient tortoise").get_by_text("Done").wait_for(timeout=30_000)
    assert desk.demo.bot.state()["starts"] == starts + 1
    pane = await desk.thread_of("a patient tortoise")
    assert await pane.locator(".file .picture img").count() == 1


async def test_an_old_button_works_after_a_restart(sit: Sit) -> None:
    """Switches itself on once a finished picture carries buttons."""
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.type("/imagine a button on a coat --quality low")
    status = desk.message("a button on a coat")
    await status.get_by_text("Done").wait_for()
    buttons = status.locator(".actions button")
    if not await buttons.count():
        pytest.skip("a finished picture carries no buttons yet")

    await desk.demo.bot.kill()
    await desk.demo.bot.start()
    await eventually(desk.demo.slack.connections, what="the bot is connected again")
    await buttons.first.click()
    await desk.settled()

    assert (await desk.delivered("block_actions"))[-1]["acked"] is True
