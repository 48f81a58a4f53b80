"""Every way to an edit, and the bot's own forms, in a real browser."""

import pytest

from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def test_a_reply_that_mentions_the_bot_edits_the_picture(sit: Sit) -> None:
    desk = await sit("U0BOB")
    await desk.start_thread("my holiday")
    pane = desk.page.locator("#thread")
    await pane.locator("input[type=file]").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": picture("navy")}
    )

    await desk.type("@imagine make the sky pink --quality low", composer="thread-composer")

    await pane.get_by_role("button", name="Again").wait_for(timeout=90_000)
    await pane.locator(".file .picture img").nth(1).wait_for()
    assert all(width > 0 for width in await desk.widths(pane))


async def test_the_message_shortcut_opens_the_form_which_shows_what_the_bot_refuses(
    sit: Sit, newcomer: Newcomer
) -> None:
    desk = await sit(await newcomer("Gus"))
    await desk.attach(picture("olive"), "barn.png")
    await desk.type("our barn")
    await desk.message("our barn").locator(".file .picture img").wait_for()

    await desk.choose(desk.message("our barn"), "More actions", "Edit this image")
    form = desk.page.locator("dialog.modal")
    await form.get_by_role("heading", name="Edit this picture").wait_for()
    words = form.get_by_label("Change", exact=True)
    await form.get_by_role("button", name="Draw").click()
    await form.get_by_text("Please complete this required field.").wait_for()
    await words.fill("paint it red --foo 3")
    await form.get_by_role("button", name="Draw").click()
    await form.get_by_text("--foo").nth(0).wait_for()
    await form.locator(".error").get_by_text("exist here").wait_for()
    assert await words.get_attribute("aria-invalid") == "true"
    assert await words.input_value() == "paint it red --foo 3"

    await words.fill("paint it red")
    await form.get_by_label("Quality").select_option("low")
    await form.get_by_role("button", name="Draw").click()
    await form.wait_for(state="detached")
    await desk.message("our barn").locator(".thread-bar").click()
    pane = desk.page.locator("#thread")
    await pane.get_by_role("button", name="Again").wait_for(timeout=90_000)
    await pane.locator(".file .picture img").nth(1).wait_for()


async def test_the_global_shortcut_draws_where_the_person_is(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0GENERAL")
    await desk.choose(desk.page.locator("#main"), "Shortcuts", "Draw a picture")
    form = desk.page.locator("dialog.modal")
    await form.get_by_role("heading", name="New picture").wait_for()
    chosen = form.get_by_label("Where").locator("option:checked")
    assert await chosen.inner_text() == "#general"

    await form.get_by_label("What to draw").fill("a windmill by a canal")
    await form.get_by_label("Quality").select_option("low")
    await form.get_by_role("button", name="Draw").click()
    await form.wait_for(state="detached")

    await desk.ends("a windmill by a canal")


async def test_a_form_says_so_when_the_bot_does_not_answer(sit: Sit) -> None:
    desk = await sit("U0CAROL")
    await desk.choose(desk.page.locator("#main"), "Shortcuts", "Draw a picture")
    form = desk.page.locator("dialog.modal")
    await form.get_by_label("What to draw").fill("a lamp")
    await desk.demo.bot.kill()

    await form.get_by_role("button", name="Draw").click()

    await form.get_by_text("We had some trouble connecting").wait_for()
    assert await form.get_by_label("What to draw").input_value() == "a lamp"
    await desk.page.keyboard.press("Escape")
    await form.wait_for(state="detached")
