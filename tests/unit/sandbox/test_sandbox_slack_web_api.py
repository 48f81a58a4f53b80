"""The Web API as the real slack_sdk meets it."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import Fault
from sandbox.slack.methods.table import METHODS
from sandbox.slack.options import BOT_SCOPES, Limits
from sandbox.slack.server import find_reference
from tests.unit.sandbox.slack_kit import room


async def test_auth_test_with_the_bot_token_names_bot_and_team() -> None:
    async with room() as here:
        answer = await here.web.auth_test()

        assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
            "U0IMAGINE",
            "B0IMAGINE",
            "T0SANDBOX",
        )
        assert "chat:write" in answer.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-sandbox", "not_allowed_token_type")],
)
async def test_auth_test_with_another_token_is_refused(token: str, code: str) -> None:
    async with room() as here:
        client = AsyncWebClient(token=token, base_url=f"{here.sandbox.base_url}/api/")

        assert await here.refused(client.auth_test()) == code


async def test_revoked_token_is_refused_everywhere() -> None:
    async with room() as here:
        await here.people.revoke_token("account_inactive")

        assert (
            await here.refused(here.web.chat_postMessage(channel="C0GENERAL", text="x")) == "account_inactive"
        )


async def test_missing_scope_names_needed_and_provided() -> None:
    async with room() as here:
        await here.people.scopes("commands")
        refusal = await here.refusal(here.web.chat_postMessage(channel="C0GENERAL", text="x"))

        assert refusal == {
            "ok": False,
            "error": "missing_scope",
            "needed": "chat:write",
            "provided": "commands",
        }


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0RANDOM", "not_in_channel"),
        ("G0SECRET", "channel_not_found"),
        ("D0ALICEBOB", "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
    ],
)
async def test_post_where_the_bot_is_no_member_is_refused(channel: str, code: str) -> None:
    async with room() as here:
        assert await here.refused(here.web.chat_postMessage(channel=channel, text="x")) == code
        assert await here.people.messages(channel) == []


async def test_post_with_write_public_goes_through_but_files_do_not() -> None:
    async with room() as here:
        await here.people.scopes("chat:write", "chat:write.public", "files:write")
        await here.web.chat_postMessage(channel="C0RANDOM", text="x")
        with pytest.raises(SlackApiError, match="not_in_channel"):
            await here.upload("a.png", b"12345", "C0RANDOM")


async def test_post_to_a_person_reaches_their_direct_message() -> None:
    async with room() as here:
        answer = await here.web.chat_postMessage(channel="U0ALICE", text="hello")

        assert answer["channel"] == "D0ALICE"


async def test_archived_channel_refuses_posts_and_updates() -> None:
    async with room() as here:
        sent = await here.web.chat_postMessage(channel="C0DESIGN", text="x")
        await here.people.archive("C0DESIGN")

        assert await here.refused(here.web.chat_postMessage(channel="C0DESIGN", text="x")) == "is_archived"
        update = here.web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="y")
        assert await here.refused(update) == "is_inactive"


async def test_a_reply_is_no_parent() -> None:
    async with room() as here:
        post = here.web.chat_postMessage
        root = (await post(channel="C0DESIGN", text="root"))["ts"]
        reply = (await post(channel="C0DESIGN", text="reply", thread_ts=root))["ts"]
        await post(channel="C0DESIGN", text="nested", thread_ts=reply)

        nested = (await here.people.messages("C0DESIGN"))[-1]
        assert nested["thread_ts"] == root
        assert [v["rule"] for v in await here.people.violations()] == ["reply_ts_as_thread_ts"]


async def test_update_without_blocks_removes_them_and_keeps_metadata() -> None:
    async with room() as here:
        metadata = {"event_type": "job", "event_payload": {"id": "j1"}}
        blocks = [{"type": "section", "text": {"type": "plain_text", "text": "hi"}}]
        sent = await here.web.chat_postMessage(channel="C0DESIGN", text="a", blocks=blocks, metadata=metadata)
        await here.web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="b", blocks=blocks)
        with_blocks = (await here.people.messages("C0DESIGN"))[0]
        await here.web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="c")
        without = (await here.people.messages("C0DESIGN"))[0]

        assert with_blocks["edited"] is None
        assert (without["blocks"], without["metadata"]) == ([], metadata)
        assert without["edited"]["user"] == "U0IMAGINE"
        assert [edit["text"] for edit in without["edits"]] == ["a", "b"]


async def test_update_of_foreign_unknown_and_long_messages_is_refused() -> None:
    async with room() as here:
        theirs = (await here.people.message("U0ALICE", "C0DESIGN", "mine"))["ts"]
        ours = (await here.web.chat_postMessage(channel="C0DESIGN", text="a"))["ts"]

        async def code(ts: str, text: str) -> str:
            return await here.refused(here.web.chat_update(channel="C0DESIGN", ts=ts, text=text))

        assert await code(theirs, "x") == "cant_update_message"
        assert await code("1.000001", "x") == "message_not_found"
        assert await code(ours, "x" * 4001) == "msg_too_long"
        await here.people.options(edit_window_closed=True)
        assert await code(ours, "x") == "edit_window_closed"


async def test_replies_show_metadata_only_when_asked() -> None:
    async with room() as here:
        metadata = {"event_type": "job", "event_payload": {"id": "j1"}}
        root = (await here.web.chat_postMessage(channel="C0DESIGN", text="root"))["ts"]
        await here.web.chat_postMessage(channel="C0DESIGN", text="r", thread_ts=root, metadata=metadata)
        plain = await here.web.conversations_replies(channel="C0DESIGN", ts=root)
        rich = await here.web.conversations_replies(channel="C0DESIGN", ts=root, include_all_metadata=True)

        assert [m["text"] for m in plain["messages"]] == ["root", "r"]
        assert plain["messages"][0]["reply_count"] == 1
        assert "metadata" not in plain["messages"][1]
        assert rich["messages"][1]["metadata"] == metadata


async def test_ephemeral_needs_the_person_in_the_channel_and_is_theirs_alone() -> None:
    async with room() as here:
        await here.people.kick("C0DESIGN", user="U0DAN")
        post = here.web.chat_postEphemeral
        assert await here.refused(post(channel="C0DESIGN", user="U0DAN", text="x")) == "user_not_in_channel"
        await post(channel="C0DESIGN", user="U0ALICE", text="psst")

        assert [r["text"] for r in await here.people.transcript("C0DESIGN", "U0ALICE")] == ["psst"]
        assert await here.people.transcript("C0DESIGN", "U0BOB") == []
        assert (await here.web.conversations_history(channel="C0DESIGN"))["messages"] == []


async def test_reactions_twice_are_already_reacted() -> None:
    async with room() as here:
        ts = (await here.people.message("U0ALICE", "C0DESIGN", "hi"))["ts"]
        await here.web.reactions_add(channel="C0DESIGN", timestamp=ts, name="eyes")
        again = here.web.reactions_add(channel="C0DESIGN", timestamp=ts, name="eyes")

        assert await here.refused(again) == "already_reacted"
        assert (await here.people.messages("C0DESIGN"))[0]["reactions"] == {"eyes": ["U0IMAGINE"]}


async def test_json_body_where_none_is_taken_is_ignored_and_noted() -> None:
    async with room() as here:
        url = f"{here.sandbox.base_url}/api/files.info"
        headers = {"Authorization": "Bearer xoxb-sandbox"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, json={"file": "F1"}) as got,
        ):
            body = await got.json()

        assert body["error"] == "invalid_arguments"
        assert body["response_metadata"]["messages"] == ["[ERROR] missing required field: file"]


async def test_unknown_method_and_unknown_argument() -> None:
    async with room() as here:
        assert await here.refused(here.web.api_call("files.upload")) == "unknown_method"
        if not find_reference():
            pytest.skip("no slack-reference folder")
        await here.web.api_call(
            "chat.postMessage", params={"channel": "C0DESIGN", "text": "x", "colour": "red"}
        )

        assert [(v["rule"], v["detail"]) for v in await here.people.violations()] == [
            ("unknown_argument", "colour")
        ]


async def test_dropped_answer_was_carried_out_and_default_client_posts_twice() -> None:
    async with room() as here:
        await here.people.fault(Fault("chat.postMessage", "drop_after"))
        client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{here.sandbox.base_url}/api/")
        await client.chat_postMessage(channel="C0DESIGN", text="once?")
        calls = await here.people.calls("chat.postMessage")

        assert [m["text"] for m in await here.people.messages("C0DESIGN")] == ["once?", "once?"]
        assert [call["status"] for call in calls] == [None, 200]


async def test_dropped_request_was_not_carried_out() -> None:
    async with room() as here:
        await here.people.fault(Fault("chat.postMessage", "drop_before"))
        with pytest.raises(aiohttp.ClientError):
            await here.web.chat_postMessage(channel="C0DESIGN", text="never")

        assert await here.people.messages("C0DESIGN") == []
        assert [call["carried_out"] for call in await here.people.calls()] == [False]


async def test_error_fault_answers_slacks_shape() -> None:
    async with room() as here:
        await here.people.fault(Fault("chat.update", "error", error="fatal_error"))

        assert (
            await here.refused(here.web.chat_update(channel="C0DESIGN", ts="1.0", text="x")) == "fatal_error"
        )


async def test_posts_above_one_a_second_are_429_with_retry_after() -> None:
    async with room(limits=Limits(post_burst=2)) as here:
        for _ in range(2):
            await here.web.chat_postMessage(channel="C0DESIGN", text="x")
        with pytest.raises(SlackApiError) as caught:
            await here.web.chat_postMessage(channel="C0DESIGN", text="x")
        await here.web.chat_postMessage(channel="C0GENERAL", text="another channel")

        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        assert len(await here.people.messages("C0DESIGN")) == 2
        assert await here.people.show("stats") == {"rate_limited": 1}


async def test_join_of_public_channel_makes_posting_possible() -> None:
    async with room(scopes=(*BOT_SCOPES, "channels:join")) as here:
        await here.web.conversations_join(channel="C0RANDOM")
        await here.web.chat_postMessage(channel="C0RANDOM", text="here I am")

        assert [m["text"] for m in await here.people.messages("C0RANDOM")] == ["here I am"]


async def test_history_pages_newest_first() -> None:
    async with room() as here:
        for number in range(5):
            await here.people.message("U0ALICE", "C0DESIGN", f"m{number}")
        first = await here.web.conversations_history(channel="C0DESIGN", limit=3)
        second = await here.web.conversations_history(
            channel="C0DESIGN", limit=3, cursor=first["response_metadata"]["next_cursor"]
        )

        assert [m["text"] for m in first["messages"]] == ["m4", "m3", "m2"]
        assert [m["text"] for m in second["messages"]] == ["m1", "m0"]


def test_method_table_agrees_with_the_reference() -> None:
    folder = find_reference()
    if folder is None:
        pytest.skip("no slack-reference folder")
    pages = {path.stem for path in (folder / "methods").glob("[a-z]*.json")}
    assert set(METHODS) - pages == {"reactions.get"}, "without a page: docs.slack.dev says the same"
    for name, method in METHODS.items():
        if name not in pages:
            continue
        page = json.loads((folder / "methods" / f"{name}.json").read_text("utf-8"))
        required = set(page["args"].get("required", [])) - {"token"}
        assert set(method.required) == required, name
        assert method.json == bool(page.get("json_input_supported")), name
        assert method.tier == page["rate_limits"], name
        assert set(method.scopes) == set(page["scope"].get("bot", [])), name


async def test_a_direct_message_is_read_by_its_own_id_and_not_by_its_persons() -> None:
    async with room() as here:
        posted = await here.web.chat_postMessage(channel="U0CAROL", text="psst")
        opened = await here.web.conversations_open(users="U0CAROL")

        assert await here.refused(here.web.conversations_history(channel="U0CAROL")) == "channel_not_found"
        assert opened["channel"]["id"] == posted["channel"]
        found = await here.web.conversations_history(channel=opened["channel"]["id"])
        assert [message["text"] for message in found["messages"]] == ["psst"]
