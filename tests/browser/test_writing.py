"""Writing and rewriting messages: nothing that was typed is lost, and it comes out as in Slack."""

from typing import Any

import pytest

from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import Desk, picture
from tests.unit.sandbox.slack_kit import bomb

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]


async def test_a_picture_too_large_to_decode_is_sent_and_the_bot_refuses_it(sit: Sit) -> None:
    desk = await sit("U0OWNER")
    await desk.attach(bomb(), "bomb.png")

    await desk.type("@imagine make this one smaller")

    await desk.message("make this one smaller").locator(".file-card").get_by_text("bomb.png").wait_for()
    await desk.sees("too many pixels")


@pytest.mark.parametrize("failure", ["broken", "gone"])
async def test_what_could_not_be_sent_stays_in_the_composer(sit: Sit, failure: str) -> None:
    desk = await sit("U0BOB", "C0GENERAL")

    async def fail(route: Any) -> None:
        if failure == "gone":
            await route.abort()
        else:
            await route.fulfill(status=500, content_type="text/plain", body="500 Internal Server Error")

    await desk.page.route("**/sandbox/message", fail)
    await desk.attach(picture(), f"{failure}.png")
    await desk.type(f"the line is {failure}")
    problem = desk.page.locator("#main .composer-problem")
    await problem.get_by_text("500" if failure == "broken" else "does not answer").wait_for()
    assert await desk.page.locator("#composer").input_value() == f"the line is {failure}"
    assert await desk.page.locator("#main .chip").count() == 1
    _forget_failed_requests(desk)

    await desk.page.unroute("**/sandbox/message")
    await desk.page.keyboard.press("Enter")
    await desk.message(f"the line is {failure}").locator(".file .picture img").wait_for()
    assert not await problem.is_visible()


async def test_an_edit_goes_on_while_the_message_changes(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.type("a first version")
    message = desk.message("a first version")
    await _edit(desk, "a first version")
    field = desk.page.get_by_label("Edit message")
    await field.fill("half d")
    await field.press("ArrowLeft")
    [ts] = [m["ts"] for m in await desk.demo.slack.messages("C0GENERAL") if m["text"] == "a first version"]

    await desk.demo.slack.reaction("U0ALICE", "C0GENERAL", ts, "eyes")
    message = desk.page.locator(f"#main .message[data-ts='{ts}']")
    await message.get_by_role("button", name="eyes, 1: Alice").wait_for()
    await desk.page.keyboard.type("typed an")
    await desk.page.keyboard.press("Enter")

    await message.get_by_text("half typed and").wait_for()
    await message.get_by_text("(edited)").wait_for()
    assert await field.count() == 0


async def test_a_message_of_files_alone_is_given_words(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.attach(picture("maroon"), "wordless.png")
    await desk.page.locator("#composer").press("Enter")
    await desk.message("wordless.png").locator(".file .picture img").wait_for()

    await _edit(desk, "wordless.png")
    field = desk.page.get_by_label("Edit message")
    assert await field.input_value() == ""
    await field.fill("now with words")
    await desk.page.get_by_role("button", name="Save").click()

    await desk.message("wordless.png").get_by_text("now with words").wait_for()


async def test_an_edit_shows_what_was_typed_and_keeps_whom_it_names(sit: Sit, newcomer: Newcomer) -> None:
    mia = await newcomer("Mia")
    desk = await sit("U0BOB", "C0GENERAL")
    words = f"@{mia.lower()} see #design & <this>, :tada: https://a.example/b"
    await desk.type(words)

    await _edit(desk, "https://a.example/b")
    field = desk.page.get_by_label("Edit message")
    assert await field.input_value() == words
    await field.fill(f"{words} too")
    await field.press("Enter")

    await desk.message("a.example/b too").get_by_text("(edited)").wait_for()
    [kept] = [m["text"] for m in await desk.demo.slack.messages("C0GENERAL") if "a.example" in m["text"]]
    assert kept.startswith(
        f"<@{mia}> see <#C0DESIGN|design> &amp; &lt;this&gt;, :tada: <https://a.example/b>"
    )


async def test_an_edit_in_a_thread_ends_with_escape_or_stays_when_it_is_refused(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.start_thread("a root to rewrite")
    pane = desk.page.locator("#thread")
    await desk.choose(pane.locator(".message").first, "More actions", "Edit message")
    field = pane.get_by_label("Edit message")
    assert await desk.page.locator("#main .edit-form").count() == 0, "the form is where it was asked for"

    await field.fill("")
    await field.press("Enter")
    await desk.page.locator(".toast").get_by_text("a message has text or files").wait_for()
    assert await field.is_visible()
    _forget_failed_requests(desk)
    await field.press("Escape")

    await field.wait_for(state="detached")
    await pane.get_by_text("a root to rewrite").wait_for()


async def test_a_typed_emoji_is_shown(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL")
    await desk.type("well drawn :tada: at 12:30:45 :nosuch:")

    message = desk.message("well drawn")
    await message.get_by_role("img", name="tada").wait_for()
    assert "🎉 at 12:30:45 :nosuch:" in await message.inner_text()


async def test_names_are_completed_where_the_caret_is(sit: Sit) -> None:
    desk = await sit("U0OWNER", "C0GENERAL")
    field, keys = desk.page.locator("#composer"), desk.page.keyboard
    for before, typed, after, taken, further in (
        ("ask ", "@bo", " about it", "ask @bob ", "about it"),
        ("ask ", "@c", "ro please", "ask @carol ", "please"),
        ("", "/im", " a fox", "/imagine ", "a fox"),
    ):
        await field.fill(before + after)
        await field.evaluate("(field, at) => field.setSelectionRange(at, at)", len(before))
        await keys.type(typed)
        await desk.page.locator("#composer-list [role=option]").first.wait_for()
        await keys.press("Tab")
        await desk.page.locator("#composer-list").wait_for(state="hidden")
        assert await field.input_value() == taken + further
        assert await field.evaluate("field => field.selectionStart") == len(taken)


async def test_the_time_beside_a_following_message_is_one_line(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL", locale="en-US")
    for words in ("the first of a pair", "the second of a pair"):
        await desk.type(words)
        await desk.message(words).wait_for()

    follower = desk.message("the second of a pair")
    lines, left, right, edge, text = await follower.evaluate("""(message) => {
      const time = message.querySelector('.time.short');
      const box = time.getBoundingClientRect();
      const words = message.querySelector('.content').getBoundingClientRect();
      return [time.getClientRects().length, box.left - message.getBoundingClientRect().left,
        box.right, words.left, time.textContent];
    }""")

    assert text.endswith("M")
    assert lines == 1
    assert left >= 0
    assert right < edge


async def _edit(desk: Desk, text: str) -> None:
    """Begin to edit the newest message that shows this."""
    await desk.choose(desk.message(text), "More actions", "Edit message")
    await desk.page.get_by_label("Edit message").wait_for()


def _forget_failed_requests(desk: Desk) -> None:
    """The browser itself notes a request that failed; anything else is still a problem."""
    desk.problems[:] = [problem for problem in desk.problems if "Failed to load resource" not in problem]
