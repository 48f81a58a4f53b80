"""Threads that are gone, names where ids are wanted, and other small things that Slack does not forgive."""

from __future__ import annotations

import pytest

from handlers.manifest import build_manifest
from sandbox.slack.client import SandboxRefusedError, upload
from sandbox.slack.options import BOT_EVENTS, BOT_SCOPES
from tests.unit.sandbox.slack_kit import Room, picture, room

DESIGN = "C0DESIGN"


async def _root(here: Room) -> str:
    return str((await here.people.message("U0ALICE", DESIGN, "root"))["ts"])


async def test_a_post_whose_thread_is_gone_comes_out_at_the_top_and_says_no_thread() -> None:
    async with room() as here:
        root = await _root(here)
        await here.people.delete_message("U0ALICE", DESIGN, root)
        answer = await here.web.chat_postMessage(channel=DESIGN, text="late", thread_ts=root)
        unknown = await here.web.chat_postMessage(channel=DESIGN, text="lost", thread_ts="1.000001")
        shown = (await here.web.conversations_history(channel=DESIGN))["messages"]

        assert "thread_ts" not in answer["message"]
        assert "thread_ts" not in unknown["message"]
        assert [message["text"] for message in shown] == ["lost", "late"]
        replies = here.web.conversations_replies(channel=DESIGN, ts=root)
        assert await here.refused(replies) == "thread_not_found"


async def test_files_whose_thread_is_gone_come_out_at_the_top() -> None:
    async with room(share_delay=0.1) as here:
        root = await _root(here)
        file_id = await here.upload("a.png", picture(), DESIGN, thread_ts=root)
        await here.people.delete_message("U0ALICE", DESIGN, root)
        await here.people.settle()
        (share,) = (await here.web.files_info(file=file_id))["file"]["shares"]["public"][DESIGN]

        assert "thread_ts" not in share
        await here.web.chat_delete(channel=DESIGN, ts=share["ts"])
        assert (await here.web.files_info(file=file_id))["file"]["shares"] == {}
        assert await here.people.messages(DESIGN) == []


async def test_a_deleted_root_with_replies_keeps_its_thread_until_the_last_reply_goes() -> None:
    async with room() as here:
        root = await _root(here)
        reply = await here.people.message("U0BOB", DESIGN, "reply", thread_ts=root)
        await here.people.delete_message("U0ALICE", DESIGN, root)
        answer = await here.web.chat_postMessage(channel=DESIGN, text="still here", thread_ts=root)
        assert answer["message"]["thread_ts"] == root

        await here.web.chat_delete(channel=DESIGN, ts=answer["ts"])
        await here.people.delete_message("U0BOB", DESIGN, reply["ts"])
        assert await here.people.messages(DESIGN) == []


async def test_a_private_note_in_a_thread_without_replies_is_seen_by_nobody() -> None:
    async with room() as here:
        root = await _root(here)
        for thread in (root, "1.000001"):
            sent = await here.web.chat_postEphemeral(
                channel=DESIGN, user="U0ALICE", text="psst", thread_ts=thread
            )
            assert sent["message_ts"]
        assert [r["text"] for r in await here.people.transcript(DESIGN, "U0ALICE")] == ["root"]

        await here.people.message("U0BOB", DESIGN, "reply", thread_ts=root)
        await here.web.chat_postEphemeral(channel=DESIGN, user="U0ALICE", text="psst", thread_ts=root)
        assert [r["text"] for r in await here.people.transcript(DESIGN, "U0ALICE")][-1] == "psst"


@pytest.mark.parametrize("name", ["design", "#design", "U0ALICE"])
async def test_only_posts_take_names_and_people(name: str) -> None:
    async with room() as here:
        posted = await here.web.chat_postMessage(channel=name, text="x")
        where, ts = name, posted["ts"]
        calls = {
            "chat.update": here.web.chat_update(channel=where, ts=ts, text="y"),
            "chat.delete": here.web.chat_delete(channel=where, ts=ts),
            "chat.getPermalink": here.web.chat_getPermalink(channel=where, message_ts=ts),
            "reactions.add": here.web.reactions_add(channel=where, timestamp=ts, name="eyes"),
            "conversations.history": here.web.conversations_history(channel=where),
        }
        refused = {method: await here.refused(call) for method, call in calls.items()}

        assert refused == dict.fromkeys(calls, "channel_not_found")
        await here.web.chat_update(channel=posted["channel"], ts=ts, text="y")


async def test_an_emoji_that_does_not_exist_is_no_reaction() -> None:
    async with room() as here:
        ts = await _root(here)
        for name in ("no_such_emoji", ":eyes:", ""):
            add = here.web.reactions_add(channel=DESIGN, timestamp=ts, name=name)
            assert await here.refused(add) in {"invalid_name", "invalid_arguments"}
        with pytest.raises(SandboxRefusedError):
            await here.people.reaction("U0BOB", DESIGN, ts, "no_such_emoji")
        await here.web.reactions_add(channel=DESIGN, timestamp=ts, name="+1::skin-tone-3")


def test_the_workspace_grants_what_the_manifest_asks_for_and_no_more() -> None:
    manifest = build_manifest(transport="socket", url=None, command="/imagine")

    assert sorted(BOT_SCOPES) == manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(BOT_EVENTS) == manifest["settings"]["event_subscriptions"]["bot_events"]


async def test_a_scope_that_was_not_asked_for_is_missing() -> None:
    async with room() as here:
        assert await here.refused(here.web.conversations_join(channel="C0RANDOM")) == "missing_scope"


async def test_file_objects_say_how_they_are_shown_and_where_they_would_be_public() -> None:
    async with room() as here:
        files = [
            upload("a.png", picture()),
            upload("linked.png", picture(), external_url="https://x.example"),
        ]
        sent = await here.people.message("U0ALICE", DESIGN, files=files)
        own, linked = [(await here.web.files_info(file=ident))["file"] for ident in sent["files"]]

        assert own["media_display_type"] == linked["media_display_type"] == "unknown"
        assert own["id"] in own["permalink_public"]
        assert "permalink_public" not in linked


async def test_an_app_sold_outside_the_marketplace_reads_fifteen_objects_at_a_time() -> None:
    async with room(history_seconds=60.0) as here:
        root = await _root(here)
        for number in range(40):
            await here.people.message("U0BOB", DESIGN, f"r{number}", thread_ts=root)
        seen: list[str] = []
        cursor, pages = None, 0
        while cursor != "":
            answer = await here.web.conversations_replies(channel=DESIGN, ts=root, limit=1000, cursor=cursor)
            refusal = await here.refusal(here.web.conversations_replies(channel=DESIGN, ts=root))
            assert refusal["error"] == "ratelimited"
            assert len(answer["messages"]) <= 15
            seen += [message["text"] for message in answer["messages"][1:]]
            cursor, pages = answer.get("response_metadata", {}).get("next_cursor", ""), pages + 1
            here.sandbox.core.limiter.reset()  # the minute is over

        assert seen == [f"r{number}" for number in range(40)]
        assert pages == 3


async def test_a_limited_history_says_when_to_ask_again() -> None:
    async with room(history_seconds=60.0) as here:
        await here.web.conversations_history(channel=DESIGN)
        refusal = await here.refusal(here.web.conversations_history(channel=DESIGN))

        assert refusal == {"ok": False, "error": "ratelimited"}
        assert here.sandbox.core.limiter.retry_after("conversations.history", "t3", None) in range(1, 61)
        await here.web.files_list()  # what is no history is not limited


async def test_somebody_of_a_sister_workspace_says_which_workspaces_they_belong_to() -> None:
    async with room(enterprise_id="E0GROUP") as here:
        await here.people.add_user("W0EVE", "eve", team_id="T0SISTER", teams=["T0SISTER", "T0SANDBOX"])
        await here.people.add_user("U0MAL", "mal", team_id="T0OTHER")
        eve = (await here.web.users_info(user="W0EVE"))["user"]
        mal = (await here.web.users_info(user="U0MAL"))["user"]

        assert eve["enterprise_user"]["teams"] == ["T0SISTER", "T0SANDBOX"]
        assert "enterprise_user" not in mal
