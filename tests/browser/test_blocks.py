"""Block Kit in the page: text, controls, forms and the Home, posted with the bot's own token."""

from typing import Any

import pytest

from tests.browser.conftest import Sit
from tests.browser.kit import Desk, Json, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICES = [{"text": plain("low"), "value": "low"}, {"text": plain("high"), "value": "high"}]
CONTROLS = {
    "type": "actions",
    "block_id": "controls",
    "elements": [
        {"type": "button", "text": plain("Open"), "action_id": "open", "value": "1"},
        {
            "type": "button",
            "text": plain("Delete"),
            "action_id": "delete",
            "style": "danger",
            "confirm": {
                "title": plain("Sure?"),
                "text": plain("It is gone then."),
                "confirm": plain("Delete it"),
                "deny": plain("Keep"),
            },
        },
        {"type": "overflow", "action_id": "more", "options": CHOICES},
        {"type": "static_select", "action_id": "quality", "options": CHOICES},
    ],
}


def _field(block_id: str, label: str, element: Json, *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("A form"),
    "submit": plain("Run"),
    "blocks": [
        _field("what", "What", {"type": "plain_text_input", "action_id": "v"}),
        _field("how", "How", {"type": "radio_buttons", "action_id": "v", "options": CHOICES}),
        _field("file", "File", {"type": "file_input", "action_id": "v"}, optional=True),
    ],
}


async def _post(desk: Desk, *blocks: Any, text: str = "blocks") -> str:
    answer = await desk.api("chat.postMessage", channel="C0DESIGN", text=text, blocks=list(blocks))
    return str(answer["ts"])


async def test_mrkdwn_is_parsed_once_and_escaped_text_stays_text(sit: Sit) -> None:
    desk = await sit()
    links = "<https://example.org|site> &lt;b&gt; &amp;lt; <javascript:alert(1)|bad>"
    text = f"*bold* _it_ ~no~ `a *b*` {links}\n> quoted"

    await _post(desk, {"type": "section", "block_id": "t1", "text": {"type": "mrkdwn", "text": text}})
    block = desk.page.locator(".section").last
    await block.get_by_text("bold").wait_for()

    assert await block.locator("strong").all_inner_texts() == ["bold"]
    assert await block.locator("em").all_inner_texts() == ["it"]
    assert await block.locator("code").all_inner_texts() == ["a *b*"]
    assert await block.locator("a").evaluate_all("all => all.map((one) => one.href)") == [
        "https://example.org/"
    ]
    assert "<b> &lt; bad" in await block.inner_text()
    assert await block.locator("blockquote").inner_text() == "quoted"


async def test_what_the_page_cannot_draw_is_shown_as_such(sit: Sit) -> None:
    desk = await sit()

    await _post(desk, {"type": "markdown", "text": "**hello**"})

    box = desk.page.locator(".unknown").last
    await box.get_by_text("Block “markdown”").wait_for()
    assert "**hello**" in await box.locator("pre").inner_text()


async def test_buttons_menus_and_confirmations_reach_the_app(sit: Sit) -> None:
    desk = await sit()
    await _post(desk, CONTROLS)
    actions = desk.page.locator(".actions").last
    await actions.wait_for()
    sent = len(await desk.delivered("block_actions"))

    await actions.get_by_role("button", name="Delete").click()
    await desk.page.get_by_role("button", name="Keep").click()
    assert len(await desk.delivered("block_actions")) == sent

    await actions.get_by_role("button", name="Delete").click()
    await desk.page.get_by_role("button", name="Delete it").click()
    await actions.get_by_role("button", name="More options").click()
    await desk.page.get_by_role("menuitem", name="high").click()
    await actions.locator("select").select_option("low")
    await desk.settled()
    assert len(await desk.delivered("block_actions")) == sent + 3


async def test_a_form_checks_its_fields_and_keeps_what_was_typed(sit: Sit) -> None:
    desk = await sit()
    ts = await _post(desk, CONTROLS)
    pressed = await desk.demo.slack.action("U0ALICE", "C0DESIGN", ts, "open")
    view = (await desk.api("views.open", trigger_id=pressed["trigger_id"], view=FORM))["view"]
    form = desk.page.locator("dialog.modal")
    await form.wait_for()
    assert await desk.page.evaluate("document.activeElement.closest('dialog.modal') !== null")

    await form.get_by_label("What").fill("a fox")
    await form.get_by_role("button", name="Run").click()
    await form.get_by_text("Please complete this required field.").wait_for()
    assert await form.get_by_label("What").input_value() == "a fox"

    await desk.api("views.update", view_id=view["id"], view={**FORM, "title": plain("Still here")})
    await form.get_by_role("heading", name="Still here").wait_for()
    assert await form.get_by_label("What").input_value() == "a fox"
    await form.get_by_label("high").check()
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"}
    await form.locator("input[type=file]").set_input_files(file)
    await form.locator(".file-list").get_by_text("a.txt").wait_for()
    await form.get_by_role("button", name="Run").click()
    await desk.settled()

    assert len(await desk.delivered("view_submission")) == 1
    await desk.demo.slack.close_view("U0ALICE", view["id"]) if await desk.demo.slack.views(
        "U0ALICE"
    ) else None
    await form.wait_for(state="detached")


async def test_the_home_shows_what_the_app_published_for_this_person(sit: Sit) -> None:
    desk = await sit("U0BOB")
    await desk.demo.slack.options(home_tab=True)
    blocks = [{"type": "header", "text": plain("Hello Bob")}, CONTROLS]
    await desk.api("views.publish", user_id="U0BOB", view={"type": "home", "blocks": blocks})
    sent = len(await desk.delivered("block_actions"))

    await desk.page.locator("[data-place=home]").click()
    await desk.sees("Hello Bob")
    await desk.page.locator("#main .actions").get_by_role("button", name="Open").click()
    await desk.settled()

    assert len(await desk.delivered("block_actions")) == sent + 1


async def test_a_message_shortcut_of_the_manifest_is_in_the_menu(sit: Sit) -> None:
    desk = await sit()
    shortcut = {"name": "Edit this image", "type": "message", "callback_id": "edit_image"}
    app = {"name": "Imagine", "commands": [], "home": {}, "description": "", "shortcuts": [shortcut]}
    await desk.page.route("**/sandbox/app", lambda route: route.fulfill(json=app))
    await desk.page.reload()
    await desk.page.wait_for_selector("html[data-ready]")
    await desk.type("something to edit")
    sent = len(await desk.delivered("message_action"))

    await desk.message("something to edit").hover()
    await desk.message("something to edit").get_by_role("button", name="More actions").click()
    async with desk.page.expect_response("**/sandbox/shortcut"):
        await desk.page.get_by_role("menuitem", name="Edit this image").click()

    assert len(await desk.delivered("message_action")) == sent + 1
