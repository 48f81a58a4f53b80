"""Messages, files, threads, reactions: what people do among themselves, and that the bot hears of it."""

import asyncio
import base64
from typing import Any

import pytest

from sandbox.slack.options import BOT_EVENTS
from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]

DROP = """([target, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], `${kind}.png`, { type: 'image/png' }));
  const bubbles = true;
  const about = kind === 'paste' ? { clipboardData: transfer, bubbles } : { dataTransfer: transfer, bubbles };
  const made = kind === 'paste' ? new ClipboardEvent('paste', about) : new DragEvent('drop', about);
  document.querySelector(target).dispatchEvent(made);
}"""


async def test_a_reply_with_a_picture_reaches_the_bot_as_an_event(sit: Sit) -> None:
    desk = await sit()
    await desk.demo.slack.options(events=list(BOT_EVENTS))
    await desk.start_thread("look what I found")

    file = {"name": "found.png", "mimeType": "image/png", "buffer": picture()}
    await desk.page.locator("#thread input[type=file]").set_input_files(file)  # type: ignore[arg-type]
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


@pytest.mark.parametrize(("kind", "target"), [("paste", "#composer"), ("drop", "#main .messages")])
async def test_a_picture_is_attached_by_paste_and_by_drop(sit: Sit, kind: str, target: str) -> None:
    desk = await sit("U0BOB", "C0GENERAL")

    await desk.page.evaluate(DROP, [target, kind, base64.b64encode(picture()).decode()])
    await desk.page.locator("#main .chip").get_by_text(f"{kind}.png").wait_for()
    await desk.type(f"by {kind}")

    await desk.message(f"by {kind}").locator(".file .picture img").wait_for()


async def test_a_command_in_a_thread_is_refused_as_slack_does(sit: Sit) -> None:
    desk = await sit()
    await desk.start_thread("a place for commands")

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


async def test_one_window_is_used_by_several_people_in_turn(sit: Sit) -> None:
    desk = await sit("U0ALICE", "C0GENERAL")
    for name, role in (("Bob Baker", "member"), ("Carol Chen", "admin"), ("Dan Diaz", "guest")):
        await desk.page.get_by_role("button", name="Acting as").click()
        await desk.page.get_by_role("menuitemradio", name=name).click()
        await desk.page.get_by_role("button", name=f"Acting as {name}, {role}").wait_for()
        await desk.type(f"{name} was here")
        words = desk.message(f"{name} was here")
        await words.wait_for()
        shown = desk.page.locator("#main .message .author").last
        assert await shown.inner_text() == name
    assert await desk.page.locator("[data-place=C0RANDOM]").count() == 0, "a guest is not in #random"


async def test_the_composer_completes_commands_people_and_channels(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0GENERAL")
    field, keys = desk.page.locator("#composer"), desk.page.keyboard
    await field.focus()
    for typed, takes, expected in (
        ("/im", "Tab", "/imagine "),
        ("ask @bo", "Enter", "ask @bob "),
        ("ask @ca", "Tab", "ask @carol "),
        ("see #des", "Tab", "see #design "),
    ):
        await field.fill("")
        await keys.type(typed)
        await desk.page.locator("#composer-list [role=option]").first.wait_for()
        await keys.press(takes)
        await desk.page.locator("#composer-list").wait_for(state="hidden")
        assert await field.input_value() == expected
    await keys.type("@")
    await desk.page.locator("#composer-list [role=option]").nth(1).wait_for()
    await keys.press("Escape")
    await desk.page.locator("#composer-list").wait_for(state="hidden")
    assert await field.input_value() == "see #design @"


async def test_what_is_unread_stays_so_over_a_reload_for_each_person(sit: Sit, newcomer: Newcomer) -> None:
    kim = await sit(await newcomer("Kim"), "C0GENERAL")
    bob = await sit("U0BOB", "C0DESIGN")
    await bob.type("a word for those who are away")
    unread = kim.page.locator("[data-place=C0DESIGN].unread")
    await unread.wait_for()

    await kim.page.reload()
    await unread.wait_for()
    await kim.page.locator("[data-place=C0DESIGN]").click()
    await kim.sees("a word for those who are away")
    await unread.wait_for(state="detached")
    await kim.page.locator("[data-place=C0GENERAL]").click()
    await kim.page.reload()
    await kim.page.locator("[data-place=C0GENERAL][aria-current]").wait_for()
    assert await unread.count() == 0


async def test_a_draft_with_its_files_waits_in_its_conversation(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.attach(picture(), "draft.png")
    await desk.page.locator("#composer").fill("not yet")
    await desk.page.locator("[data-place=C0DESIGN]").click()
    await desk.page.locator("#main .chip").wait_for(state="detached")
    assert await desk.page.locator("#composer").input_value() == ""

    await desk.page.locator("[data-place=C0GENERAL]").click()
    await desk.page.locator("#main .chip").get_by_text("draft.png").wait_for()
    assert await desk.page.locator("#composer").input_value() == "not yet"


async def test_an_answer_that_was_overtaken_brings_no_old_state_back(sit: Sit, newcomer: Newcomer) -> None:
    pia = await sit(await newcomer("Pia"), "C0GENERAL")
    held, release = asyncio.Event(), asyncio.Event()

    async def late(route: Any) -> None:
        answer = await route.fetch()
        if not held.is_set():
            held.set()
            await release.wait()
        await route.fulfill(response=answer)

    await pia.page.route("**/sandbox/transcript?channel=C0GENERAL*", late)
    await pia.demo.slack.message("U0BOB", "C0GENERAL", "the first of two words")
    await held.wait()
    await pia.demo.slack.message("U0BOB", "C0GENERAL", "the second of two words")
    await asyncio.sleep(0.5)  # time enough to ask again; less makes the test weaker, not wrong
    async with pia.page.expect_response("**/sandbox/transcript?channel=C0GENERAL*"):
        release.set()

    await pia.sees("the second of two words")
    await pia.page.wait_for_timeout(500)
    assert await pia.message("the second of two words").is_visible()
    await pia.page.unroute_all(behavior="wait")


async def test_nothing_is_lost_before_the_page_follows_the_workspace(sit: Sit, newcomer: Newcomer) -> None:
    pim = await sit(await newcomer("Pim"), "C0GENERAL")
    gate = asyncio.Event()

    async def late(route: Any) -> None:
        await gate.wait()
        await route.continue_()

    await pim.page.route("**/sandbox/stream", late)
    await pim.page.reload()
    await asyncio.sleep(1.0)  # time enough for a first look; less makes the test weaker, not wrong
    await pim.demo.slack.message("U0BOB", "C0GENERAL", "said while the page was opening")
    gate.set()

    await pim.sees("said while the page was opening")
