"""File messages with blocks: one message that holds files, words and buttons."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from sandbox.faults import Fault
from tests.unit.sandbox.slack_kit import Json, Room, bolt, eventually, picture, room


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


BUTTONS: list[Json] = [
    {"type": "context", "elements": [words("Draft · $0.01")]},
    {
        "type": "actions",
        "block_id": "pic.J.3",
        "elements": [
            {"type": "button", "action_id": "pic_vary", "text": words("Vary ×4 · $0.08"), "value": "J.3"},
            {
                "type": "overflow",
                "action_id": "pic_more",
                "options": [
                    {"text": words("Details…"), "value": "details.J.3"},
                    {"text": words("Delete…"), "value": "delete.J.3"},
                ],
            },
        ],
    },
]


async def _file_message(here: Room, **more: Any) -> Json:
    """A file message in #design, as the transcript shows it."""
    await here.upload("fox.png", picture(), "C0DESIGN", **{"blocks": BUTTONS, **more})
    await here.people.settle()
    return (await here.people.messages("C0DESIGN"))[-1]


async def test_a_file_message_has_files_and_blocks_in_history_and_event() -> None:
    events: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.middleware  # the listeners come after Bolt has dropped what the bot itself has posted
        async def see(body: Json) -> BoltResponse:
            events.append(body["event"])
            return BoltResponse(status=200)

    async with room() as here, bolt(here, register, own=True):
        root = (await here.web.chat_postMessage(channel="C0DESIGN", text="root"))["ts"]
        shown = await _file_message(here, thread_ts=root)
        said = (await here.web.conversations_replies(channel="C0DESIGN", ts=root))["messages"][-1]
        event = await eventually(lambda: [e for e in events if e.get("subtype") == "file_share"])

    assert [file["name"] for file in shown["files"]] == ["fox.png"]
    assert [block["type"] for block in shown["blocks"]] == ["context", "actions"]
    for seen in (said, event[0]):
        assert (seen["ts"], seen["thread_ts"], seen["text"]) == (shown["ts"], root, "")
        assert [file["id"] for file in seen["files"]] == [shown["files"][0]["id"]]
        assert seen["blocks"] == shown["blocks"]


async def test_buttons_and_menus_on_it_work_as_on_any_message() -> None:
    bodies: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.action("pic_vary")
        async def press(ack: Any, body: Json) -> None:
            bodies.append(body)
            await ack()

        @app.action("pic_more")
        async def choose(ack: Any, body: Json) -> None:
            bodies.append(body)
            await ack()

    async with room(own_events=False) as here, bolt(here, register):
        shown = await _file_message(here)
        await here.people.action("U0BOB", "C0DESIGN", shown["ts"], "pic_vary")
        await here.people.action("U0BOB", "C0DESIGN", shown["ts"], "pic_more", selected_option="delete.J.3")

    pressed, chosen = bodies
    assert pressed["container"]["message_ts"] == shown["ts"]
    assert pressed["message"]["files"][0]["id"] == shown["files"][0]["id"]
    assert pressed["message"]["blocks"] == shown["blocks"]
    assert pressed["actions"][0]["value"] == "J.3"
    assert chosen["actions"][0]["selected_option"] == {"text": words("Delete…"), "value": "delete.J.3"}


async def test_lost_presses_can_be_ordered() -> None:
    pressed: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.action("pic_vary")
        async def press(ack: Any, body: Json) -> None:
            pressed.append(body)
            await ack()

    async with room(own_events=False, file_buttons=False) as here, bolt(here, register):
        shown = await _file_message(here)
        answer = await here.people.action("U0BOB", "C0DESIGN", shown["ts"], "pic_vary")

    assert (answer["acked"], pressed) == (False, [])


async def test_it_is_deleted_whole_and_its_file_stays() -> None:
    async with room() as here:
        shown = await _file_message(here)
        await here.web.chat_delete(channel="C0DESIGN", ts=shown["ts"])
        again = here.web.chat_delete(channel="C0DESIGN", ts=shown["ts"])

        assert await here.refused(again) == "message_not_found"
        assert await here.people.messages("C0DESIGN") == []
        assert (await here.web.files_info(file=shown["files"][0]["id"]))["file"]["shares"] == {}


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "sparkle"}], "invalid_blocks"),
        ([{"type": "markdown", "text": "*x*"}], "invalid_blocks"),
        ([], "invalid_blocks"),
        ("{", "invalid_blocks_format"),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
    ],
)
async def test_bad_blocks_are_refused_and_the_files_can_be_completed_anew(blocks: Any, error: str) -> None:
    async with room() as here:
        refusal = await here.refused(here.upload("fox.png", picture(), "C0DESIGN", blocks=blocks))
        file_id = list(here.sandbox.core.workspace.files)[-1]
        await here.web.files_completeUploadExternal(files=[{"id": file_id}], channel_id="C0DESIGN")
        await here.people.settle()

        assert refusal == error
        assert (await here.people.messages("C0DESIGN"))[-1]["files"][0]["id"] == file_id


async def test_a_comment_takes_the_place_of_blocks_which_is_a_violation() -> None:
    async with room() as here:
        shown = await _file_message(here, initial_comment="4 drafts")

        assert (shown["text"], shown["blocks"]) == ("4 drafts", [])
        assert [v["rule"] for v in await here.people.violations()] == ["blocks_ignored"]


@pytest.mark.parametrize("error", ["invalid_blocks", "internal_error"])
async def test_blocks_at_upload_are_refused_by_order_and_files_alone_are_not(error: str) -> None:
    async with room() as here:
        await here.people.refuse_upload_blocks(error)
        refusal = await here.refused(here.upload("a.png", picture(), "C0DESIGN", blocks=BUTTONS))
        await here.upload("b.png", picture(), "C0DESIGN")
        await here.people.settle()
        armed = await here.people.show("faults")
        await here.people.clear_faults()
        shown = await _file_message(here)

        assert refusal == error
        assert armed["faults"][0]["match"] == "upload_blocks"
        assert [len(m["files"]) for m in await here.people.messages("C0DESIGN")] == [1, 1]
        assert shown["blocks"] != []


async def test_the_order_counts_uploads_with_blocks_only_and_everything_does_not_mean_it() -> None:
    async with room() as here:
        await here.people.fault(Fault("*", "delay", count=-1))
        await here.people.refuse_upload_blocks("internal_error", count=1)
        await here.upload("plain.png", picture(), "C0DESIGN")
        first = await here.refused(here.upload("a.png", picture(), "C0DESIGN", blocks=BUTTONS))
        shown = await _file_message(here)

        assert first == "internal_error"
        assert [block["type"] for block in shown["blocks"]] == ["context", "actions"]
        assert [fault["match"] for fault in (await here.people.show("faults"))["faults"]] == ["*"]


async def test_all_is_well_again_after_one_word() -> None:
    async with room() as here:
        await here.people.refuse_upload_blocks()
        await here.people.revoke_token()
        await here.people.options(edit_window_closed=True, channel_errors={"C0DESIGN": "restricted_action"})
        await here.people.all_well()
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="one"))["ts"]
        await here.web.chat_update(channel="C0DESIGN", ts=ts, text="two")

        assert [m["text"] for m in await here.people.messages("C0DESIGN")] == ["two"]
        assert (await here.people.show("faults"))["faults"] == []


async def test_whoever_follows_learns_of_faults() -> None:
    async with room() as here:
        heard = here.sandbox.core.recorder.listen()
        await here.people.refuse_upload_blocks(count=1)
        await here.refused(here.upload("a.png", picture(), "C0DESIGN", blocks=BUTTONS))
        await here.people.clear_faults()
        changes = [heard.get_nowait()["what"] for _ in range(heard.qsize())]

        assert changes.count("faults") == 3, "armed, used up, cleared"
