"""The manifest: what Slack's schema checks, and what it does not (Slack reference 7, E13)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.domain.errors import SettingsError
from handlers import manifest as module
from handlers.manifest import EVENTS, INTERACTIVE, METHODS, SCOPES, build_manifest, manifest_text

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT.parent / "shared" / "slack-reference"
TABLES = {"manifest.py", "pacing.py"}
"""They list methods without calling them."""
SOURCES = [path for path in (ROOT / "handlers").rglob("*.py") if path.name not in TABLES]

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/slack-reference is not here")

SOCKET = build_manifest(transport="socket", url=None, command="/imagine")
HTTP = build_manifest(transport="http", url="https://bot.example.com/", command="/imagine")
ENDPOINT = "https://bot.example.com/slack/events"

_METHOD = re.compile(
    r'"((?:api|apps|auth|bots|chat|conversations|files|reactions|team|usergroups|users|views)\.[a-zA-Z.]+)"'
)
_SDK_CALL = re.compile(r"client\.((?:apps|auth|chat|conversations|files|users|views)_\w+)\(")


def called() -> set[str]:
    """Every Web API method that the source of this room names or calls through the SDK."""
    text = "\n".join(path.read_text() for path in SOURCES)
    hosts = {"files.slack.com"}
    return set(_METHOD.findall(text)) - hosts | {name.replace("_", ".") for name in _SDK_CALL.findall(text)}


@needs_reference
@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
@pytest.mark.parametrize("manifest", [SOCKET, HTTP], ids=["socket", "http"])
def test_it_is_valid_by_slacks_schema(manifest: dict[str, Any], version: str) -> None:
    schema = json.loads((REFERENCE / "manifest-schema" / f"manifest.schema.{version}.json").read_text())

    jsonschema.Draft7Validator(schema).validate(manifest)


def test_the_file_in_the_repository_is_the_output_with_the_defaults() -> None:
    assert (ROOT / "manifest.yml").read_text() == manifest_text(
        transport="socket", url=None, command="/imagine"
    )


def test_the_text_reads_back_as_the_manifest() -> None:
    assert (
        yaml.safe_load(manifest_text(transport="http", url="https://bot.example.com", command="/imagine"))
        == HTTP
    )


def test_every_called_method_is_in_the_table_and_no_other() -> None:
    assert called() == set(METHODS)


def test_every_scope_is_needed_and_every_needed_scope_is_there() -> None:
    of_methods = {scope for scopes in METHODS.values() for scope in scopes}
    of_events = {scope for scopes in EVENTS.values() for scope in scopes}

    assert of_methods | of_events | {"commands"} == set(SCOPES)
    assert SOCKET["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}


@needs_reference
def test_the_scopes_of_the_methods_are_slacks_own() -> None:
    for method, scopes in METHODS.items():
        known = json.loads((REFERENCE / "methods" / f"{method}.json").read_text())
        of_bots = set(known["scope"].get("bot", []))

        assert set(scopes) <= of_bots, method
        assert bool(scopes) == bool(of_bots), method


@needs_reference
def test_every_event_has_a_scope_that_slack_asks_for() -> None:
    known = {item["name"]: item for item in json.loads((REFERENCE / "methods" / "_events.json").read_text())}
    for event, scopes in EVENTS.items():
        wanted = {scope.replace(".", ":") for scope in known[event]["scopes"]}

        assert not wanted or wanted & set(scopes), event


def test_nothing_is_subscribed_or_interactive_that_no_code_handles() -> None:
    source = "\n".join(path.read_text() for path in SOURCES)

    assert bool(EVENTS) == ("event_subscriptions" in SOCKET["settings"])
    assert ('"action_id"' in source or '"button"' in source) == INTERACTIVE
    assert SOCKET["settings"]["interactivity"]["is_enabled"] is INTERACTIVE
    assert {s["callback_id"] for s in SOCKET["features"]["shortcuts"]} == {"edit_image", "generate_image"}


def test_socket_mode_has_no_addresses() -> None:
    with_url = build_manifest(transport="socket", url="https://bot.example.com", command="/imagine")

    assert "http" not in json.dumps(SOCKET)
    assert with_url == SOCKET
    assert SOCKET["settings"]["socket_mode_enabled"] is True


def test_http_has_an_address_wherever_slack_sends_something() -> None:
    settings = HTTP["settings"]

    assert HTTP["features"]["slash_commands"][0]["url"] == ENDPOINT
    assert settings["socket_mode_enabled"] is False
    assert settings["interactivity"].get("request_url") == (ENDPOINT if INTERACTIVE else None)
    assert ("event_subscriptions" in settings) == bool(EVENTS)


def test_http_with_events_and_buttons_has_three_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next ways in will need."""
    monkeypatch.setattr(module, "EVENTS", {"app_mention": ("app_mentions:read",)})
    monkeypatch.setattr(module, "INTERACTIVE", True)

    http = build_manifest(transport="http", url="https://bot.example.com", command="/imagine")
    socket = build_manifest(transport="socket", url=None, command="/imagine")

    assert json.dumps(http).count(ENDPOINT) == 3
    assert http["settings"]["event_subscriptions"]["bot_events"] == ["app_mention"]
    assert "http" not in json.dumps(socket)


@pytest.mark.parametrize("manifest", [SOCKET, HTTP], ids=["socket", "http"])
def test_prompts_come_as_typed_and_direct_messages_are_open(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]

    assert command["should_escape"] is False
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert manifest["settings"]["token_rotation_enabled"] is False


def test_the_command_can_be_renamed() -> None:
    manifest = build_manifest(transport="socket", url=None, command="/draw-it")

    assert manifest["features"]["slash_commands"][0]["command"] == "/draw-it"


@pytest.mark.parametrize("command", ["imagine", "/", "/Imagine", "/two words", "/" + "a" * 32, "/imagine\n"])
def test_a_command_that_slack_would_not_take_is_refused(command: str) -> None:
    with pytest.raises(SettingsError, match="no slash command"):
        build_manifest(transport="socket", url=None, command=command)


@pytest.mark.parametrize(
    "url",
    [
        None, "", "http://bot.example.com", "bot.example.com", "https://", "https://[x",
        "https://bot.example.com:99999", "https://me:word@bot.example.com", "https://bot.example.com?a=1",
    ],
)  # fmt: skip
def test_http_without_an_https_address_is_refused(url: str | None) -> None:
    with pytest.raises(SettingsError, match="https") as refused:
        build_manifest(transport="http", url=url, command="/imagine")

    assert "word" not in str(refused.value)


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(SettingsError, match="say socket or http"):
        manifest_text(transport="pigeon", url=None, command="/imagine")
