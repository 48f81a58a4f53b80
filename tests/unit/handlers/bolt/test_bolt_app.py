"""Bolt as we set it up: every request of Slack's is answered with 200, and nothing from the environment."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from handlers.bolt.bolt_app import READ_BY_BOLT, http_dispatch
from sandbox.slack.workspace import BOT_ID, BOT_USER
from tests.unit.handlers.bolt_kit import FORM, Bench, bench

MESSAGE = {"type": "message", "channel": "C0DESIGN", "user": "U0ALICE", "text": "hello", "ts": "1.1"}


async def test_a_command_that_says_payload_becomes_a_job(sqlite_url: str) -> None:
    """Slack reference E1, through the whole way in."""
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a rocket with a payload bay")
        jobs = await room.jobs()

    assert typed["acked"], typed
    assert [job.request.prompt for job in jobs] == ["a rocket with a payload bay"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"subtype": "file_share", "files": [{"id": "F1"}]},
        {"subtype": "thread_broadcast"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"subtype": "message_changed", "message": MESSAGE, "previous_message": MESSAGE},
        {"subtype": "message_deleted", "previous_message": MESSAGE, "deleted_ts": "1.1"},
        {"subtype": "me_message"},
        {"subtype": "a_subtype_of_next_year"},
        {"type": "app_mention"},
        {"type": "app_home_opened", "tab": "messages"},
        {"type": "an_event_of_next_year"},
    ],
)
async def test_an_event_of_any_type_is_acknowledged_and_starts_nothing(
    sqlite_url: str, more: dict[str, Any]
) -> None:
    """Slack reference E2: Bolt alone answers 404 for most of these, and Slack sends them again."""
    async with bench(sqlite_url) as room:
        with capture_logs() as logs:
            answer = await room.event({**MESSAGE, **more})

        assert (answer.status, answer.text) == (200, "")
        assert await room.jobs() == []
    told = [(line["event"], line["log_level"]) for line in logs]
    assert told == ([] if more.get("type") == "app_home_opened" else [("event_ignored", "debug")])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"type": "block_actions", "actions": [{"action_id": "gone", "type": "button"}]}, ""),
        ({"type": "block_actions", "actions": [{"type": "button"}]}, ""),
        ({"type": "shortcut", "callback_id": "gone"}, ""),
        ({"type": "message_action", "callback_id": "gone"}, ""),
        ({"type": "view_submission", "view": {"callback_id": "gone", "type": "modal"}}, ""),
        ({"type": "view_closed", "view": {"callback_id": "gone", "type": "modal"}}, ""),
        ({"type": "block_suggestion", "action_id": "gone", "value": "a"}, '{"options": []}'),
        ({"type": "something_of_next_year"}, ""),
    ],
)
async def test_an_unknown_interaction_is_acknowledged(
    sqlite_url: str, payload: dict[str, Any], expected: str
) -> None:
    async with bench(sqlite_url) as room:
        answer = await room.interactive(payload)

    assert (answer.status, answer.text) == (200, expected)


async def test_the_handshake_of_a_request_url_is_answered(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await room.send('{"type": "url_verification", "challenge": "c1"}', "application/json")

    assert answer.status == 200
    assert "c1" in answer.text


async def test_another_command_of_the_app_names_the_right_one(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox", command="/draw")

        assert typed["ack"]["response_type"] == "ephemeral"
        assert "This bot answers to /imagine." in typed["ack"]["text"]
        assert await room.jobs() == []


@pytest.mark.parametrize(("author"), [{"user": BOT_USER}, {"user": "U0ALICE", "bot_id": BOT_ID}])
async def test_the_bots_own_messages_do_not_reach_a_listener_but_their_deletion_does(
    sqlite_url: str, author: dict[str, str]
) -> None:
    """Both ids come from our authorize (Slack reference 2.3); a listener that saw it would raise."""

    async def explode(ack: AsyncAck) -> None:
        raise AssertionError("heard itself")

    async with bench(sqlite_url) as room:
        first(room, "event", explode)
        with capture_logs() as logs:
            heard_itself = await room.event({**MESSAGE, **author})
            heard_alice = await room.event(MESSAGE)
            deleted = {"subtype": "message_deleted", "deleted_ts": "1.0", "previous_message": author}
            heard_deletion = await room.event(
                {"type": "message", "channel": "C0DESIGN", "ts": "2.0", **deleted}
            )

    assert (heard_itself.status, heard_alice.status, heard_deletion.status) == (200, 200, 200)
    failed = [line["event"] for line in logs if line["log_level"] == "error"]
    assert failed == ["listener_failed", "listener_failed"], (
        "Alice's message, and that one of ours was deleted"
    )


async def test_who_the_bot_is_is_asked_once(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        for _ in range(5):
            await room.command("help")
        calls = await room.people.calls()

    assert [call["method"] for call in calls] == ["auth.test", "users.info"]


async def test_a_listener_that_breaks_gives_a_reference_that_is_in_the_log(sqlite_url: str) -> None:
    """Slack reference E7: Bolt alone answers 500 without a word to the asker."""

    async def explode(ack: AsyncAck) -> None:
        raise RuntimeError("xoxb-secret broke")

    async with bench(sqlite_url) as room:
        first(room, "command", explode)
        with capture_logs() as logs:
            answer = await room.command("a fox")

    (line,) = [line for line in logs if line["event"] == "listener_failed"]
    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    assert line["reference"] in answer.json["text"]
    assert "xoxb-secret" not in answer.text


async def test_a_broken_middleware_is_answered_like_a_broken_listener(sqlite_url: str) -> None:
    async def explode(body: dict[str, Any]) -> None:
        raise RuntimeError("broken")

    async with bench(sqlite_url) as room:
        room.app.middleware(explode)
        with capture_logs() as logs:
            answer = await room.command("a fox")

    assert answer.status == 200
    assert next(line["reference"] for line in logs if line["event"] == "listener_failed") in answer.text


async def test_an_event_that_could_not_be_recorded_is_sent_again_by_slack(sqlite_url: str) -> None:
    async def full(ack: AsyncAck) -> None:
        raise StoreUnavailable("disk full")

    async with bench(sqlite_url) as room:
        first(room, "event", full)
        answer = await room.event(MESSAGE)

    assert answer.status == 503


async def test_a_command_while_the_database_is_away_says_so(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await room.store.close()
        with capture_logs() as logs:
            typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox")

    assert typed["acked"]
    assert "Try again in a minute" in typed["ack"]["text"]
    assert [line["event"] for line in logs] == ["request_failed"]


async def test_a_request_of_another_workspace_starts_nothing(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await room.command("a fox", team_id="T0OTHER")

        assert "Only people of this workspace" in answer.json["text"]
        assert await room.jobs() == []
        assert (await room.event(MESSAGE, team_id="T0OTHER")).status == 200


async def test_a_slack_that_cannot_be_asked_who_we_are_is_tried_again(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        room.slack.core.token_error = "account_inactive"
        before = await room.command("help")
        room.slack.core.token_error = None
        after = await room.command("help")

    assert "lighthouse" not in before.text
    assert "lighthouse" in after.text


def files_in(folder: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in folder.iterdir()}


async def test_client_id_and_secret_in_the_environment_change_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Slack reference E10: Bolt would drop the token, go multi-team and make a token store in the home
    directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in READ_BY_BOLT:
        monkeypatch.setenv(name, "from-the-environment")

    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox")

        assert room.app.oauth_flow is None
        assert room.app.installation_store is None
        assert typed["acked"], typed
        assert len(await room.jobs()) == 1
    assert files_in(tmp_path) == {"imagine.db"}


async def test_a_proxy_in_the_environment_is_not_used_for_a_plain_http_slack(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    async with bench(sqlite_url) as room:
        answer = await room.command("help")

        assert room.app.client.proxy is None
    assert "lighthouse" in answer.text


async def test_bolt_hides_the_environment_only_while_it_is_built(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")

    async with bench(sqlite_url):
        import os

        assert os.environ["SLACK_CLIENT_ID"] == "1.2"


async def test_no_prompt_token_or_response_url_reaches_the_log(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack reference E9: Bolt prints whole bodies at INFO and DEBUG."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with bench(sqlite_url) as room:
            await room.command("a very private fox")
            await room.send("text=a+very+private+fox", X_Slack_Signature="v0=forged")
            await room.event({**MESSAGE, "text": "a very private fox"})
            await room.event({**MESSAGE, "text": "a very private fox", "user": BOT_USER})
            await room.interactive({"type": "of_next_year", "text": "a very private fox"})
            unsigned = await http_dispatch(room.app)({"content-type": FORM}, "text=a+very+private+fox")

    assert unsigned[0] == 401  # Bolt's own check, behind ours

    said = " ".join(record.getMessage() for record in caplog.records if "sandbox" not in record.name) + str(
        logs
    )
    assert "private" not in said
    assert "xoxb-" not in said
    assert "hooks.slack.com" not in said


def first(room: Bench, kind: str, listener: Any) -> None:
    """Put a listener before all others."""
    getattr(room.app, kind)("/imagine" if kind == "command" else "message")(listener)
    ours = room.app._async_listeners
    ours.insert(0, ours.pop())
