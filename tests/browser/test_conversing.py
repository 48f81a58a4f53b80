"""Messages, files, threads, reactions: what people do among themselves, and that the bot hears of it."""

import base64

import pytest

from sandbox.slack.options import BOT_EVENTS
from tests.browser.conftest import Sit
from tests.browser.kit import Desk, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROP = """([target, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], `${kind}.png`, { type: 'image/png' }));
  const about = kind === 'paste' ? { clipboardData: transfer } : { dataTransfer: transfer };
  const made = kind === 'paste' ? new ClipboardEvent('paste', about) : new DragEvent('drop', about);
  document.querySelector(target).dispatchEvent(made);
}"""


async def _start_thread(desk: Desk, text: str) -> None:
    await desk.type(text)
    await desk.message(text).hover()
    await desk.message(text).get_by_role("button", name="Reply in thread").click()
    await desk.page.locator("#thread").wait_for()


async def test_a_reply_with_a_picture_reaches_the_bot_as_an_event(sit: Sit) -> None:
    desk = await sit()
    await desk.demo.slack.options(events=list(BOT_EVENTS))
    await _start_thread(desk, "look what I found")

    await desk.page.locator("#thread input[type=file]").set_input_files(
        {"name": "found.png", "mimeType": "image/png", "buffer": picture()}
    )
    await desk.page.locator("#thread .chip").get_by_text("found.png").wait_for()
    await desk.type("what a colour", composer="thread-composer")
    pane = desk.page.locator("#thread")
    await pane.locator(".file .picture img").wait_for()

    assert await desk.widths(pane) == [320]
    await desk.demo.slack.settle()
    heard = [event["acked"] for event in await desk.delivered("message.file_share")]
    assert heard, "the reply was delivered"
    assert all(heard)
    [reply] = [m for m in await desk.demo.slack.messages("C0DESIGN") if m["text"] == "what a colour"]
    assert [file["name"] for file in reply["files"]] == ["found.png"]


async def test_a_reply_that_mentions_the_bot_edits_the_picture(sit: Sit) -> None:
    """Switches itself on once the bot's manifest subscribes to mentions."""
    desk = await sit("U0BOB")
    events = await desk.demo.slack.show("app")
    if "app_mention" not in desk.demo.manifest["settings"].get("event_subscriptions", {}).get(
        "bot_events", []
    ):
        pytest.skip(f"{events['name']} does not hear mentions yet")
    await _start_thread(desk, "my holiday")
    await desk.page.locator("#thread input[type=file]").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": picture("navy")}
    )

    await desk.type("@imagine make the sky pink --quality low", composer="thread-composer")

    pane = desk.page.locator("#thread")
    await pane.get_by_text("Done").wait_for(timeout=20_000)
    await pane.locator(".file .picture img").nth(1).wait_for()
    assert all(width > 0 for width in await desk.widths(pane))


@pytest.mark.parametrize(("kind", "target"), [("paste", "#composer"), ("drop", "#main .composer")])
async def test_a_picture_is_attached_by_paste_and_by_drop(sit: Sit, kind: str, target: str) -> None:
    desk = await sit("U0BOB", "C0GENERAL")

    await desk.page.evaluate(DROP, [target, kind, base64.b64encode(picture()).decode()])
    await desk.page.locator("#main .chip").get_by_text(f"{kind}.png").wait_for()
    await desk.type(f"by {kind}")

    await desk.message(f"by {kind}").locator(".file .picture img").wait_for()


async def test_a_command_in_a_thread_is_refused_as_slack_does(sit: Sit) -> None:
    desk = await sit()
    await _start_thread(desk, "a place for commands")

    await desk.type("/imagine a fox", composer="thread-composer")

    await desk.page.locator("#thread").get_by_text("/imagine is not supported in threads").wait_for()
    assert await desk.page.locator("#thread-composer").input_value() == "/imagine a fox"


async def test_unread_mentions_reactions_edits_and_deletion(sit: Sit) -> None:
    alice, bob = await sit("U0ALICE", "C0DESIGN"), await sit("U0BOB", "C0GENERAL")

    await bob.type("look at #design, @alice, hello there")
    await alice.page.locator("[data-place=C0GENERAL].unread").wait_for()
    await alice.page.locator("[data-place=C0GENERAL]").click()
    await alice.message("hello").locator(".mention-me").wait_for()
    await alice.message("hello").hover()
    await alice.message("hello").get_by_role("button", name="Add a reaction").click()
    await alice.page.get_by_role("menuitem", name="tada").click()
    await bob.message("hello").get_by_role("button", name="tada, 1: Alice").wait_for()

    await bob.message("hello").hover()
    await bob.message("hello").get_by_role("button", name="More actions").click()
    await bob.page.get_by_role("menuitem", name="Edit message").click()
    await bob.page.get_by_label("Edit message").fill("good evening")
    await bob.page.keyboard.press("Enter")
    await alice.message("good evening").get_by_text("(edited)").wait_for()

    await bob.message("good evening").hover()
    await bob.message("good evening").get_by_role("button", name="More actions").click()
    await bob.page.get_by_role("menuitem", name="Delete message").click()
    await alice.message("good evening").wait_for(state="detached")


async def test_the_bot_is_invited_from_the_page(sit: Sit) -> None:
    desk = await sit("U0ALICE", "C0RANDOM")
    await desk.page.get_by_role("button", name="Add Imagine").click()

    await desk.page.get_by_role("button", name="5 members").wait_for()
    await desk.demo.slack.kick("C0RANDOM")
    await desk.page.get_by_role("button", name="4 members").wait_for()
