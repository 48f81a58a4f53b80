"""What the loop around a picture needs of the page: file messages, hidden files, forms, faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.faults import Fault
from tests.browser.conftest import Newcomer, Sit
from tests.browser.kit import Desk, Json, picture, plain

if TYPE_CHECKING:
    from playwright.async_api import Locator

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.slow]

HOW = {"text": plain("How many"), "value": "how"}


def _blocks(words: str) -> list[Json]:
    buttons: list[Json] = [
        {"type": "button", "action_id": "pic_vary", "text": plain("Vary ×4 · $0.08"), "value": "J.3"},
        {"type": "overflow", "action_id": "pic_more", "options": [HOW, {**HOW, "text": plain("Delete…")}]},
    ]
    return [
        {"type": "section", "text": plain(words)},
        {"type": "context", "elements": [plain("Draft · 1024×1024 · $0.01")]},
        {"type": "actions", "elements": buttons},
    ]


async def _upload(desk: Desk, name: str, data: bytes, **more: Any) -> str:
    """A file of the bot's; returns its id once Slack has processed it."""
    async with httpx.AsyncClient(base_url=desk.demo.slack_url) as http:
        token = {"Authorization": "Bearer xoxb-sandbox"}
        params = {"filename": name, "length": str(len(data))}
        asked = await http.get("/api/files.getUploadURLExternal", params=params, headers=token)
        ticket = asked.json()
        await http.post(ticket["upload_url"], content=data)
    files = [{"id": ticket["file_id"], "title": name}]
    await desk.api("files.completeUploadExternal", files=files, **more)
    await desk.demo.slack.settle()
    return str(ticket["file_id"])


async def _tops(message: Locator, *parts: str) -> list[float]:
    boxes = [await message.locator(part).first.bounding_box() for part in parts]
    return [box["y"] for box in boxes if box is not None]


async def test_a_file_message_shows_picture_words_line_and_buttons_in_this_order(sit: Sit) -> None:
    desk = await sit()
    blocks = json.dumps(_blocks("a red fox in snow"))
    await _upload(desk, "fox.png", picture(), channel_id="C0DESIGN", blocks=blocks)

    message = desk.message("a red fox in snow")
    await message.get_by_role("button", name="Vary ×4 · $0.08").wait_for()
    tops = await _tops(message, ".picture", ".section", ".context", ".actions")
    assert len(tops) == 4
    assert tops == sorted(tops)
    sent = len(await desk.delivered("block_actions"))
    await message.get_by_role("button", name="More options").click()
    await desk.page.get_by_role("menuitem", name="Delete…").click()
    await desk.hears("block_actions", after=sent)


async def test_a_person_s_words_stay_above_their_picture(sit: Sit) -> None:
    desk = await sit()
    await desk.attach(picture(), "mine.png")
    await desk.type("my own teal square")

    message = desk.message("my own teal square")
    await message.locator(".picture").wait_for()
    tops = await _tops(message, ".body", ".picture")
    assert tops == sorted(tops)


async def test_a_file_that_nobody_may_see_is_not_found(sit: Sit) -> None:
    desk = await sit()
    file_id = await _upload(desk, "hidden.png", picture())
    posted = await desk.api("chat.postMessage", channel="C0DESIGN", text="a swap")
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "hidden"}
    words = {"type": "section", "text": plain("swapped in")}
    await desk.api("chat.update", channel="C0DESIGN", ts=posted["ts"], text="a swap", blocks=[image, words])

    message = desk.message("swapped in")
    await message.get_by_text("File not found").wait_for()
    assert await message.locator("img[alt=hidden]").count() == 0
    await desk.api("chat.postMessage", channel="C0DESIGN", text="x", blocks=[image])
    await desk.page.reload()
    await desk.message("swapped in").locator("img[alt=hidden]").wait_for()


async def test_private_replies_are_not_counted(sit: Sit) -> None:
    desk = await sit()
    root = (await desk.api("chat.postMessage", channel="C0DESIGN", text="count my replies"))["ts"]
    await desk.api("chat.postMessage", channel="C0DESIGN", text="the only reply", thread_ts=root)
    await desk.api(
        "chat.postEphemeral", channel="C0DESIGN", user="U0ALICE", text="Which one?", thread_ts=root
    )

    bar = desk.message("count my replies").locator(".thread-bar")
    await bar.get_by_text("1 reply").wait_for()
    await bar.click()
    await desk.sees("Which one?", within="#thread")
    assert await bar.locator(".count").inner_text() == "1 reply"


async def test_a_csv_file_is_shown_as_text(sit: Sit) -> None:
    desk = await sit()
    lines = ["file,price", *(f"fox-{number}.png,$0.0{number}" for number in range(1, 20))]
    data = "\n".join(lines).encode()
    file_id = await _upload(
        desk, "index.csv", data, channel_id="C0DESIGN", initial_comment="the export of foxes"
    )

    message = desk.message("the export of foxes")
    await message.get_by_text("fox-3.png,$0.03").wait_for()
    assert "fox-19.png" not in await message.locator(".file-text").inner_text()
    await message.get_by_role("button", name="Show all 20 lines").click()
    assert "fox-19.png,$0.019" in await message.locator(".file-text").inner_text()
    async with httpx.AsyncClient(base_url=desk.demo.slack_url) as http:
        served = await http.get(f"/sandbox/file/{file_id}")
    assert (served.headers["Content-Type"], served.content) == ("text/plain; charset=utf-8", data)


async def test_one_switch_in_sight_makes_all_well(sit: Sit) -> None:
    desk = await sit()
    switch = desk.page.locator("#top").get_by_role("button", name="All is well again")
    assert await switch.count() == 0
    await desk.demo.slack.refuse_upload_blocks()
    await desk.demo.slack.options(edit_window_closed=True)
    desk.demo.provider.faults.add(Fault("*", "status", status=503, count=-1))

    await switch.get_by_text("2 faults armed").wait_for()
    await switch.click()
    await switch.wait_for(state="detached")

    assert (await desk.demo.slack.show("faults"))["faults"] == []
    assert (await desk.demo.slack.show("options"))["edit_window_closed"] is False
    assert desk.demo.provider.faults.active() == []


async def test_a_new_member_is_there_at_once(sit: Sit, newcomer: Newcomer) -> None:
    desk = await sit()
    members = desk.page.locator("#main .members")
    before = int(await members.inner_text())
    await newcomer("Erin")

    await members.get_by_text(str(before + 1), exact=True).wait_for()
    await members.click()
    await desk.page.get_by_role("menuitem", name="Erin").wait_for()


async def test_digits_are_written_in_the_text_font(sit: Sit) -> None:
    desk = await sit()
    ts = (await desk.api("chat.postMessage", channel="C0DESIGN", text="font of 0123"))["ts"]
    await desk.demo.slack.reaction("U0BOB", "C0DESIGN", ts, "star")
    await desk.message("font of 0123").locator(".reaction .emoji").wait_for()

    fonts = await desk.page.evaluate(
        "() => [...document.querySelectorAll('*')].map((one) => getComputedStyle(one).fontFamily)"
    )
    assert [font for font in fonts if "emoji" in font.lower()] == []


def _field(block_id: str, element: Json, **more: Any) -> Json:
    shown = {"action_id": "v", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": shown, **more}


def _form(file_id: str, *, submit: str, begins: str) -> Json:
    modes = [{"text": plain(word), "value": word.lower()} for word in ("Change", "Anew")]
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "the fox"}
    return {
        "type": "modal",
        "callback_id": "loop",
        "title": plain("Change it"),
        "submit": plain(submit),
        "blocks": [
            {"type": "section", "block_id": "src", "text": plain("Picture 3 of 4"), "accessory": image},
            {"block_id": "sheet", **image},
            _field("mode", {"type": "radio_buttons", "options": modes}, dispatch_action=True, optional=True),
            _field("words", {"type": "plain_text_input", "initial_value": begins}),
            _field("sizes", {"type": "checkboxes", "options": modes}, optional=True),
            _field("where", {"type": "conversations_select", "default_to_current_conversation": True}),
            {"type": "actions", "elements": [{"type": "overflow", "action_id": "more", "options": [HOW]}]},
        ],
    }


async def test_a_form_of_pictures_and_choices_keeps_its_fields_through_an_update(sit: Sit) -> None:
    desk = await sit()
    file_id = await _upload(desk, "fox.png", picture(), channel_id="C0DESIGN")
    button = {"type": "button", "action_id": "open", "text": plain("Open")}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = (await desk.api("chat.postMessage", channel="C0DESIGN", text="a form", blocks=blocks))["ts"]
    pressed = await desk.demo.slack.action("U0ALICE", "C0DESIGN", ts, "open")
    first = _form(file_id, submit="Draw · $0.02", begins="a fox")
    view = (await desk.api("views.open", trigger_id=pressed["trigger_id"], view=first))["view"]
    form = desk.page.locator("dialog.modal")
    await form.locator(".accessory img[alt='the fox']").wait_for()
    await form.locator(".image img[alt='the fox']").wait_for()
    assert await form.get_by_label("where").input_value() == "C0DESIGN"

    await form.get_by_label("words").fill("a blue fox")
    await form.get_by_label("sizes").get_by_label("Anew").check()
    sent = len(await desk.delivered("block_actions"))
    await form.get_by_label("mode").get_by_label("Anew").check()
    await desk.hears("block_actions", after=sent)
    second = _form(file_id, submit="Draw · $0.07", begins="a red fox")
    await desk.api("views.update", view_id=view["id"], hash=view["hash"], view=second)

    await form.get_by_role("button", name="Draw · $0.07").wait_for()
    assert await form.get_by_label("words").input_value() == "a blue fox"
    assert await form.get_by_label("mode").get_by_label("Anew").is_checked()
    assert await form.get_by_label("sizes").get_by_label("Anew").is_checked()
    (held,) = await desk.demo.slack.views("U0ALICE")
    assert held["state"]["values"]["words"]["v"]["value"] == "a blue fox"
    await form.get_by_role("button", name="More options").click()
    await desk.page.get_by_role("menuitem", name="How many").click()
    await desk.hears("block_actions", after=sent + 1)


async def test_a_field_tells_the_app_of_enter_or_of_letters_as_it_is_told(sit: Sit) -> None:
    desk = await sit()
    button = {"type": "button", "action_id": "open", "text": plain("Open")}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = (await desk.api("chat.postMessage", channel="C0DESIGN", text="a search", blocks=blocks))["ts"]
    pressed = await desk.demo.slack.action("U0ALICE", "C0DESIGN", ts, "open")
    letters = {"trigger_actions_on": ["on_character_entered"]}
    fields = [
        _field("silent", {"type": "plain_text_input"}, optional=True),
        _field("search", {"type": "plain_text_input"}, dispatch_action=True, optional=True),
        _field("live", {"type": "plain_text_input", "dispatch_action_config": letters}, dispatch_action=True),
    ]
    view = {"type": "modal", "title": plain("Find"), "submit": plain("Go"), "blocks": fields}
    await desk.api("views.open", trigger_id=pressed["trigger_id"], view=view)
    form = desk.page.locator("dialog.modal")
    await form.get_by_label("search").wait_for()
    sent = len(await desk.delivered("block_actions"))

    await form.get_by_label("silent").fill("nothing")
    await form.get_by_label("search").fill("fox")
    await form.get_by_label("search").press("Enter")
    await desk.hears("block_actions", after=sent)
    await form.get_by_label("live").press_sequentially("fo")
    await desk.hears("block_actions", after=sent + 1)

    (held,) = await desk.demo.slack.views("U0ALICE")
    values = {name: fields["v"]["value"] for name, fields in held["state"]["values"].items()}
    assert values == {"silent": "nothing", "search": "fox", "live": "fo"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wider_than_a_phone(sit: Sit, scheme: str) -> None:
    desk = await sit(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    await _upload(
        desk, "fox.png", picture(), channel_id="C0DESIGN", blocks=json.dumps(_blocks("a fox on a phone"))
    )
    await desk.demo.slack.refuse_upload_blocks()
    await desk.page.locator("#top .all-well").wait_for()
    await desk.message("a fox on a phone").wait_for()

    width = await desk.page.evaluate(
        "() => Math.max(...['#top', '#main', '#main .message:last-child .content', '#main .composer-box']"
        ".map((where) => document.querySelector(where).getBoundingClientRect().right))"
    )
    assert width <= 390
