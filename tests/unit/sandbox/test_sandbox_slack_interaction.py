"""Buttons, forms, Homes and response_urls."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.slack.client import SandboxRefusedError
from tests.unit.sandbox.slack_kit import Json, Room, bolt, eventually, room

BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "again",
            "value": "j1",
            "text": {"type": "plain_text", "text": "Again"},
        }
    ],
}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Picture"},
    "submit": {"type": "plain_text", "text": "Draw"},
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": {"type": "plain_text", "text": "Prompt"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "size",
            "optional": True,
            "label": {"type": "plain_text", "text": "Size"},
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": {"type": "plain_text", "text": "Big"}, "value": "big"}],
            },
        },
    ],
}


async def _response_url(here: Room) -> str:
    """Without an app the command fails, but its response_url works."""
    return str((await here.people.command("U0ALICE", "G0SECRET", "x"))["response_url"])


async def test_button_press_carries_message_actor_and_response_url() -> None:
    bodies: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.action("again")
        async def press(ack: Any, body: Json, respond: Any) -> None:
            bodies.append(body)
            await ack()
            await respond(text="pressed", replace_original=True)

    async with room(own_events=False) as here, bolt(here, register):
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="t", blocks=[BUTTON]))["ts"]
        result = await here.people.action("U0BOB", "C0DESIGN", ts, "again", value="j1")
        await here.people.until(lambda records: records[0]["text"] == "pressed", channel="C0DESIGN")

        assert result["acked"] is True
        assert bodies[0]["user"]["id"] == "U0BOB"
        assert bodies[0]["message"]["ts"] == ts
        assert bodies[0]["actions"][0]["value"] == "j1"
        assert bodies[0]["container"]["is_ephemeral"] is False


async def test_button_on_another_persons_ephemeral_cannot_be_pressed() -> None:
    async with room() as here:
        sent = await here.web.chat_postEphemeral(
            channel="C0DESIGN", user="U0ALICE", text="t", blocks=[BUTTON]
        )

        with pytest.raises(SandboxRefusedError):
            await here.people.action("U0BOB", "C0DESIGN", sent["message_ts"], "again")


async def test_form_is_opened_once_filled_refused_and_closed() -> None:
    submitted: list[Json] = []
    errors: list[Any] = []

    def register(app: AsyncApp) -> None:
        @app.command("/imagine")
        async def show(ack: Any, body: Json, client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            errors.append(client.views_open(trigger_id=body["trigger_id"], view=FORM))
            await ack()

        @app.view("form")
        async def take(ack: Any, view: Json) -> None:
            submitted.append(view["state"]["values"])
            if view["state"]["values"]["prompt"]["text"]["value"] == "bad":
                await ack(response_action="errors", errors={"prompt": "No."})
            else:
                await ack()

    async with room() as here, bolt(here, register):
        await here.people.command("U0ALICE", "C0DESIGN", "")
        assert await here.refused(errors[0]) == "exchanged_trigger_id"
        with pytest.raises(SandboxRefusedError, match="prompt"):
            await here.people.submit_view("U0ALICE", values={"prompt": {"text": ""}})
        heard = here.sandbox.core.recorder.listen()
        refused = await here.people.submit_view("U0ALICE", values={"prompt": {"text": "bad"}})
        changes = [heard.get_nowait()["what"] for _ in range(heard.qsize())]
        left = len(await here.people.views("U0ALICE"))
        await here.people.submit_view("U0ALICE", values={"prompt": {"text": "fox"}, "size": {"pick": "big"}})

        assert (refused["view"]["errors"], left) == ({"prompt": "No."}, 1)
        assert "view" in changes, "a page that follows learns of the refusal"
        assert submitted[1]["size"]["pick"]["selected_option"]["value"] == "big"
        assert await here.people.views("U0ALICE") == []


async def test_trigger_expires_after_three_seconds() -> None:
    async with room(trigger_seconds=-1.0) as here:
        result = await here.people.command("U0ALICE", "C0DESIGN", "x")
        opening = here.web.views_open(trigger_id=result["trigger_id"], view=FORM)

        assert await here.refused(opening) == "expired_trigger_id"
        assert await here.refused(here.web.views_open(trigger_id="1.2.x", view=FORM)) == "invalid_trigger_id"


async def test_form_with_a_long_title_is_refused_with_a_pointer() -> None:
    async with room() as here:
        result = await here.people.command("U0ALICE", "C0DESIGN", "x")
        view = {**FORM, "title": {"type": "plain_text", "text": "x" * 25}}
        refusal = await here.refusal(here.web.views_open(trigger_id=result["trigger_id"], view=view))

        assert refusal["error"] == "invalid_arguments"
        assert refusal["response_metadata"]["messages"] == [
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        ]


async def test_home_is_published_and_opened() -> None:
    opened: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.event("app_home_opened")
        async def show(event: Json) -> None:
            opened.append(event)

    async with room() as here, bolt(here, register):
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await here.web.views_publish(user_id="U0ALICE", view=view)
        await here.people.open_home("U0ALICE")
        await eventually(lambda: opened)

        assert opened[0]["view"]["type"] == "home"
        assert (await here.people.home("U0ALICE") or {})["blocks"][0]["type"] == "divider"
        assert await here.people.home("U0BOB") is None


async def test_shortcut_carries_the_whole_message() -> None:
    bodies: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.shortcut("edit_image")
        async def use(ack: Any, body: Json) -> None:
            bodies.append(body)
            await ack()

    async with room() as here, bolt(here, register):
        sent = await here.people.message("U0ALICE", "C0RANDOM", "look")
        await here.people.shortcut("U0ALICE", "edit_image", channel="C0RANDOM", message_ts=sent["ts"])

        assert (bodies[0]["type"], bodies[0]["message"]["text"]) == ("message_action", "look")


async def test_response_url_works_five_times_where_the_bot_is_no_member() -> None:
    async with room() as here:
        hook = AsyncWebhookClient(await _response_url(here))
        answers = [await hook.send(text=f"m{number}") for number in range(6)]
        shown = [
            r for r in await here.people.transcript("G0SECRET", "U0ALICE") if r["source"] == "response_url"
        ]

        assert [answer.status_code for answer in answers] == [200] * 5 + [404]
        assert "used_url" in answers[5].body
        assert [r["text"] for r in shown] == [f"m{number}" for number in range(5)]
        assert await here.people.messages("G0SECRET") == []


async def test_response_url_refuses_slack_files_and_expires() -> None:
    async with room() as here:
        hook = AsyncWebhookClient(await _response_url(here))
        blocks = [{"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}]
        refused = await hook.send(text="x", blocks=blocks)
        await here.people.options(response_seconds=-1)
        expired = await AsyncWebhookClient(await _response_url(here)).send(text="x")

        assert (refused.status_code, "invalid_blocks" in refused.body) == (404, True)
        assert (expired.status_code, "expired_url" in expired.body) == (404, True)


async def test_response_url_in_channel_is_seen_by_all() -> None:
    async with room() as here:
        hook = AsyncWebhookClient(await _response_url(here))
        await hook.send(text="for all", response_type="in_channel")

        assert [m["text"] for m in await here.people.messages("G0SECRET")] == ["for all"]


async def test_commands_in_threads_and_foreign_channels_are_impossible() -> None:
    async with room() as here:
        with pytest.raises(SandboxRefusedError, match="threads"):
            await here.people.command("U0ALICE", "C0DESIGN", "x", thread_ts="1.1")
        with pytest.raises(SandboxRefusedError, match="not in"):
            await here.people.message("U0DAN", "G0SECRET", "x")
