"""From typing /imagine to a picture in the thread, in a real browser."""

import pytest

from tests.browser.conftest import Newcomer, Sit

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def test_imagine_shows_its_status_and_then_the_picture_in_the_thread(sit: Sit) -> None:
    desk = await sit()
    desk.demo.provider.set_options(duration_seconds=3.0)
    await desk.page.locator("#composer").fill("/imagine a red fox in snow")
    assert "16:9" in await desk.page.locator("#main .usage").inner_text()

    await desk.page.locator("#composer").press("Enter")
    await desk.status("a red fox in snow").get_by_text("Drawing").first.wait_for()
    status = await desk.ends("a red fox in snow")
    await status.locator(".block.image img").wait_for()
    pane = await desk.thread_of("a red fox in snow")
    await pane.locator(".file .picture img").wait_for()

    assert all(width > 0 for width in await desk.widths(pane))


async def test_a_picture_opens_at_its_full_size_and_several_are_leafed_through(sit: Sit) -> None:
    desk = await sit("U0BOB", viewport={"width": 700, "height": 500})
    await desk.type("/imagine two kites --n 2 --quality low")
    await desk.ends("two kites")
    pane = await desk.thread_of("two kites")
    await pane.locator(".file .picture").nth(1).wait_for()

    await pane.locator(".file .picture").first.click()
    shown = desk.page.locator(".lightbox img")
    caption = desk.page.locator(".lightbox-caption")
    await caption.get_by_text("1 of 3").wait_for()
    assert await shown.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") >= 1024
    assert await shown.evaluate("(one) => one.getBoundingClientRect().height") < 500
    await desk.page.get_by_role("button", name="Full size", exact=True).click()
    assert await shown.evaluate("(one) => one.getBoundingClientRect().width === one.naturalWidth")

    await desk.page.keyboard.press("ArrowRight")
    await caption.get_by_text("2 of 3").wait_for()
    await desk.page.keyboard.press("Escape")
    await desk.page.locator(".lightbox").wait_for(state="detached")


async def test_markup_in_a_prompt_stays_text_everywhere(sit: Sit) -> None:
    desk = await sit("U0BOB")
    nasty = "<img src=x onerror=window.hit=1> <script>window.hit=1</script> <!channel> <@U0CAROL> *b* `c`"

    await desk.type(f"/imagine {nasty} --quality low")
    status = await desk.ends("onerror")
    pane = await desk.thread_of("onerror")
    await pane.locator(".file .picture img").wait_for()
    await desk.type(nasty)
    await desk.sees("<script>window.hit=1</script>")

    assert await desk.page.evaluate("window.hit === undefined")
    assert await desk.page.locator("main script, main img[src=x]").count() == 0
    assert "<img src=x onerror=window.hit=1>" in await status.inner_text()
    assert await status.locator(".block .mention").all_inner_texts() == ["@Bob"], "only who asked is named"
    assert await status.locator(".block strong, .block code").count() == 0


async def test_a_private_answer_is_shown_to_its_asker_only(sit: Sit, newcomer: Newcomer) -> None:
    asker = await sit(await newcomer("Fay"), "C0GENERAL")
    bob = await sit("U0BOB", "C0GENERAL")

    await asker.type("/imagine help")
    private = asker.message("a lighthouse at dusk")
    await private.get_by_text("Only visible to you").wait_for()
    await bob.type("good morning, all")
    await bob.sees("good morning, all")
    await asker.sees("good morning, all")
    assert await bob.page.get_by_text("a lighthouse at dusk").count() == 0

    await private.get_by_text("Dismiss message").click()
    await private.wait_for(state="detached")
    await asker.page.reload()
    await asker.sees("good morning, all")
    assert await private.count() == 0


async def test_an_empty_budget_refuses_and_says_so(sit: Sit) -> None:
    desk = await sit("U0DAN")
    refusals = desk.page.locator("#main .message").filter(has_text="Guests need a budget")
    before = await refusals.count()

    await desk.type("/imagine a cathedral --n 4 --quality high")

    await refusals.nth(before).get_by_text("Only visible to you").wait_for()
    assert await desk.status("a cathedral").count() == 0


async def test_a_person_asks_for_more_budget_and_an_admin_approves(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Erin"))
    await desk.type("/imagine a minster at night --n 3 --quality high")
    refusal = desk.message("than you have left")
    await refusal.get_by_role("button", name="Ask an admin").click()
    await desk.sees("Sent to ")

    carol = await sit("U0CAROL", "D0CAROL")
    card = carol.message("a minster at night")
    await card.get_by_role("button", name="Approve once").click()

    await card.get_by_text("Approved by").wait_for()
    await desk.ends("a minster at night")
    pane = await desk.thread_of("a minster at night")
    await pane.locator(".file .picture").nth(2).wait_for()


async def test_a_job_ends_although_the_bot_is_killed_underneath(sit: Sit) -> None:
    desk = await sit("U0OWNER")
    desk.demo.provider.set_options(duration_seconds=5.0)
    await desk.type("/imagine a patient tortoise --quality low")
    await desk.status("a patient tortoise").get_by_text("Drawing").first.wait_for()

    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_role("tab", name="Bot", exact=True).click()
    starts = desk.demo.bot.state()["starts"]
    await desk.page.locator("[data-bot=kill]").click()
    await desk.page.get_by_text("The bot is not running").wait_for()
    await desk.page.locator("[data-bot=start]").click()
    await desk.bot_is_back(starts=starts + 1)

    await desk.ends("a patient tortoise")
    assert desk.demo.bot.state()["starts"] == starts + 1
    pane = await desk.thread_of("a patient tortoise")
    await pane.locator(".file .picture img").wait_for()
    assert await pane.locator(".file .picture img").count() == 1


async def test_an_old_button_works_after_a_restart(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.type("/imagine a button on a coat --quality low")
    status = await desk.ends("a button on a coat")
    await status.get_by_role("button", name="Edit…").wait_for()

    starts = desk.demo.bot.state()["starts"]
    await desk.demo.bot.kill()
    await desk.demo.bot.start()
    await desk.bot_is_back(starts=starts + 1)
    await status.get_by_role("button", name="Edit…").click()

    form = desk.page.locator("dialog.modal")
    await form.get_by_role("heading", name="Edit this picture").wait_for()
    await form.get_by_label("Change", exact=True).fill("make the coat green")
    await form.get_by_label("Quality").select_option("low")
    await form.get_by_role("button", name="Draw").click()
    await form.wait_for(state="detached")
    pane = await desk.thread_of("a button on a coat")
    await pane.get_by_text("from the picture above").wait_for()
    await pane.locator(".file .picture img").nth(1).wait_for()
