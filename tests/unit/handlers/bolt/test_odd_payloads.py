"""Signed bodies that are not what Slack documents: no 500, no work, and the next request is served."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.handlers.bolt_kit import bench

EVENT = {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev1"}
MESSAGE = {"type": "message", "channel": "C0DESIGN", "ts": "1.2", "user": "U0ALICE", "text": "hello"}
PRESS = {"team": {"id": "T0SANDBOX"}, "user": {"id": "U0ALICE"}, "trigger_id": "1.2"}


def event(value: Any) -> tuple[str, str]:
    return json.dumps({**EVENT, "event": value}), "application/json"


def pressed(**fields: Any) -> tuple[str, str]:
    return urlencode({"payload": json.dumps({**PRESS, **fields})}), "application/x-www-form-urlencoded"


ODD = [
    event(None),
    event([]),
    event("message"),
    event({}),
    event({**MESSAGE, "channel": 5, "ts": {}, "files": "x"}),
    event({**MESSAGE, "user": None, "text": 7, "blocks": 3}),
    event({"type": "app_mention"}),
    event({"type": 12}),
    (json.dumps({"type": "event_callback"}), "application/json"),
    (json.dumps({"type": {}}), "application/json"),
    ("[]", "application/json"),
    pressed(type="block_actions", actions=[]),
    pressed(type="block_actions", actions=None),
    pressed(type="block_actions", actions=[{"action_id": 5}], container=7),
    pressed(type="view_submission", view={"callback_id": "imagine", "state": None}),
    pressed(type="view_submission", view=None),
    pressed(type="message_action", callback_id="edit_image", message=None),
    pressed(type="made_up"),
    pressed(type=None),
    (urlencode({"payload": "null"}), "application/x-www-form-urlencoded"),
    (urlencode({"command": "/imagine"}), "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(("body", "kind"), ODD)
async def test_an_odd_payload_is_acknowledged_and_starts_nothing(
    body: str, kind: str, sqlite_url: str
) -> None:
    async with bench(sqlite_url) as room:
        answer = await room.send(body, kind)
        assert answer.status == 200, answer.text

        assert (await room.command("a fox")).status == 200
        assert [job.request.prompt for job in await room.jobs()] == ["a fox"]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"type":' * 50_000, "{", '{"a":1}x'])
async def test_what_is_no_json_is_a_bad_request(body: str, sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        assert (await room.send(body, "application/json")).status == 400
        assert (await room.send(urlencode({"payload": body}))).status == 400
        assert await room.jobs() == []
