"""Reading request bodies: Bolt loses commands that say "payload" (Slack reference 0.1, 5.3, E1)."""

import json
from urllib.parse import urlencode

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from handlers.bolt.request_body import SlackRequest, parse_body
from tests.unit.handlers.bolt_kit import FORM, command_fields

HEADERS = {"Content-Type": FORM}
WORDY = urlencode(command_fields("a rocket with a payload bay"))


def test_upstream_still_loses_a_command_that_says_payload() -> None:
    """Fails when slack-bolt reads it: then delete handlers/bolt/request_body.py and this file."""
    request = AsyncBoltRequest(body=WORDY, headers=dict(HEADERS))

    assert request.body == {}


def test_a_command_that_says_payload_keeps_its_fields_and_context() -> None:
    request = SlackRequest(body=WORDY, headers=HEADERS)

    assert request.body["text"] == "a rocket with a payload bay"
    assert request.context.team_id == "T0SANDBOX"
    assert request.context.user_id == "U0ALICE"
    assert request.raw_body == WORDY


def test_a_lazy_copy_reads_the_body_the_same_way() -> None:
    copy = SlackRequest(body=WORDY, headers=HEADERS).to_copyable()

    assert copy.body["text"] == "a rocket with a payload bay"
    assert copy.raw_body == WORDY


@pytest.mark.parametrize(
    ("body", "content_type", "read"),
    [
        ("", FORM, {}),
        ("payload=" + json.dumps({"type": "block_actions"}), FORM, {"type": "block_actions"}),
        (
            "command=%2Fimagine&payload=%7B%7D&text=x",
            FORM,
            {"command": "/imagine", "payload": "{}", "text": "x"},
        ),
        ("command=%2Fimagine&text=", FORM, {"command": "/imagine", "text": ""}),
        ("text=a%26payload%3Db", FORM, {"text": "a&payload=b"}),
        ('{"type": "event_callback"}', "application/json", {"type": "event_callback"}),
        ("[1, 2]", "application/json", {}),
        ("payload=[1]", FORM, {}),
    ],
)
def test_bodies_are_read_by_their_shape(body: str, content_type: str, read: dict[str, object]) -> None:
    assert parse_body(body, content_type) == read


@pytest.mark.parametrize("body", ["{not json", "payload={not json"])
def test_broken_json_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match="Expecting"):
        parse_body(body, FORM)


def test_bolts_own_switches_do_not_come_in_from_outside() -> None:
    request = SlackRequest(body=WORDY, headers={**HEADERS, "X-Slack-Bolt-Lazy-Only": "1"})

    assert not request.lazy_only
