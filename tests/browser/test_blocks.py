"""Block Kit in the page: text, controls, forms and the Home, posted with the bot's own token."""

from typing import Any

import pytest

from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import Desk, Json, plain

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]

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


NUMBER = {"type": "number_input", "action_id": "v", "is_decimal_allowed": False, "initial_value": "1"}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("A form"),
    "submit": plain("Run"),
    "blocks": [
        _field("what", "What", {"type": "plain_text_input", "action_id": "v"}),
        _field("how", "How", {"type": "radio_buttons", "action_id": "v", "options": CHOICES}),
        _field("much", "How much", NUMBER),
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


async def test_rich_text_is_drawn_whole(sit: Sit) -> None:
    desk = await sit()
    line = [
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "text", "text": " <b>&amp; plain "},
        {"type": "text", "text": "x = 1", "style": {"code": True}},
        {"type": "link", "url": "https://example.org/a", "text": "a link"},
        {"type": "user", "user_id": "U0ALICE"},
        {"type": "channel", "channel_id": "C0GENERAL"},
        {"type": "emoji", "name": "tada"},
    ]
    one = {"type": "rich_text_section", "elements": [{"type": "text", "text": "an item"}]}
    parts = [
        {"type": "rich_text_section", "elements": line},
        {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [one, one]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [one]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  b\nc"}]},
    ]
    await _post(desk, {"type": "rich_text", "block_id": "rich", "elements": parts})

    block = desk.page.locator(".rich").last
    await block.locator("strong").get_by_text("bold").wait_for()
    assert " <b>&amp; plain " in await block.inner_text()
    assert await block.locator("code").inner_text() == "x = 1"
    assert await block.locator("a").get_attribute("href") == "https://example.org/a"
    assert await block.locator(".mention").all_inner_texts() == ["@Alice", "#general"]
    assert await block.locator(".emoji").inner_text() == "🎉"
    assert await block.locator("ol").get_attribute("start") == "3"
    assert await block.locator("li").count() == 3
    assert await block.locator("blockquote").inner_text() == "quoted"
    assert await block.locator("pre").inner_text() == "a  b\nc"


async def test_what_the_page_cannot_draw_is_shown_as_such(sit: Sit) -> None:
    desk = await sit()
    select = {"type": "external_select", "action_id": "far", "placeholder": plain("Choose")}

    await _post(desk, {"type": "markdown", "text": "**hello**"}, {"type": "actions", "elements": [select]})

    message = desk.page.locator("#main .message").last
    await message.get_by_text("Unsupported block: markdown").click()
    assert "**hello**" in await message.locator(".unknown pre").first.inner_text()
    await message.get_by_text("Unsupported element: external_select").click()
    await message.locator(".unknown pre").get_by_text("Choose").wait_for()


async def test_an_attachment_is_named_with_its_json(sit: Sit) -> None:
    desk = await sit()
    old = {"color": "#36a64f", "fallback": "a table of prices", "text": "low 0.01"}
    await desk.api("chat.postMessage", channel="C0DESIGN", text="see below", attachments=[old])

    message = desk.message("see below")
    await message.get_by_text("Unsupported attachment: a table of prices").click()
    assert "low 0.01" in await message.locator(".unknown pre").inner_text()


async def test_buttons_menus_and_confirmations_reach_the_app(sit: Sit) -> None:
    desk = await sit()
    await _post(desk, CONTROLS)
    actions = desk.page.locator(".actions").last
    await actions.wait_for()
    sent = len(await desk.delivered("block_actions"))

    await actions.get_by_role("button", name="Delete").click()
    await desk.page.get_by_role("button", name="Keep").click()
    await desk.page.locator("dialog").wait_for(state="detached")
    assert len(await desk.delivered("block_actions")) == sent

    await actions.get_by_role("button", name="Delete").click()
    await desk.page.get_by_role("button", name="Delete it").click()
    await desk.hears("block_actions", after=sent)
    await actions.get_by_role("button", name="More options").click()
    await desk.page.get_by_role("menuitem", name="high").click()
    await desk.hears("block_actions", after=sent + 1)
    await actions.locator("select").select_option("low")
    await desk.hears("block_actions", after=sent + 2)


async def test_a_form_checks_its_fields_and_keeps_what_was_typed(sit: Sit) -> None:
    desk = await sit()
    ts = await _post(desk, CONTROLS)
    sent = len(await desk.delivered("view_submission"))
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
    await form.get_by_label("How much").fill("2.5")
    await form.get_by_role("button", name="Run").click()
    await form.get_by_text("Please enter a whole number.").wait_for()
    await form.get_by_label("How much").fill("2")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"}
    await form.locator("input[type=file]").set_input_files(file)
    await form.locator(".file-list").get_by_text("a.txt").wait_for()
    assert len(await desk.delivered("view_submission")) == sent
    await form.get_by_role("button", name="Run").click()

    await desk.hears("view_submission", after=sent)
    if await desk.demo.slack.views("U0ALICE"):  # the bot does not know this form
        await desk.demo.slack.close_view("U0ALICE", view["id"])
    await form.wait_for(state="detached")


async def test_every_kind_of_input_is_there_by_its_label(sit: Sit) -> None:
    desk = await sit()
    ts = await _post(desk, CONTROLS)
    free = ["plain_text_input", "email_text_input", "url_text_input", "datepicker", "timepicker"]
    listed = ["datetimepicker", "users_select", "conversations_select", "channels_select"]
    chosen = ["static_select", "multi_static_select", "checkboxes"]
    kinds = {kind: {"type": kind, "action_id": "v"} for kind in (*free, *listed)}
    kinds |= {kind: {"type": kind, "action_id": "v", "options": CHOICES} for kind in chosen}
    fields = [_field(kind, f"Label {kind}", element) for kind, element in kinds.items()]
    pressed = await desk.demo.slack.action("U0ALICE", "C0DESIGN", ts, "open")
    await desk.api("views.open", trigger_id=pressed["trigger_id"], view={**FORM, "blocks": fields})

    form = desk.page.locator("dialog.modal")
    for kind in kinds:
        await form.get_by_label(f"Label {kind}", exact=True).first.wait_for()
    assert "Imagine" in await form.get_by_label("Label conversations_select").inner_text()
    assert "secret" not in await form.get_by_label("Label channels_select").inner_text()
    assert await form.locator(".unknown").count() == 0
    await desk.page.keyboard.press("Escape")
    await form.wait_for(state="detached")


async def test_the_home_of_another_person_is_opened_by_its_address(sit: Sit, newcomer: Newcomer) -> None:
    other = await newcomer("Lou")
    desk = await sit("U0BOB", "home")
    await desk.sees("Your latest pictures")

    await desk.page.evaluate("user => { location.hash = `me=${user}&in=home`; }", other)

    await desk.page.get_by_role("button", name="Acting as Lou").wait_for()
    await desk.sees("Your latest pictures")


async def test_the_home_shows_what_the_app_published_for_this_person(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit(await newcomer("Jo"))
    await desk.page.locator("[data-place=home]").click()
    await desk.sees("Budgets")
    await desk.sees("Your latest pictures")

    blocks = [{"type": "header", "text": plain("Hello Jo")}, CONTROLS]
    await desk.api("views.publish", user_id=desk.user, view={"type": "home", "blocks": blocks})
    await desk.sees("Hello Jo")
    sent = len(await desk.delivered("block_actions"))
    await desk.page.locator("#main .home .actions").get_by_role("button", name="Open").click()
    await desk.hears("block_actions", after=sent)
    assert await desk.page.locator("#main .home .unknown").count() == 0
