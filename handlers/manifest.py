"""The Slack app manifest, made from what the code needs: nothing is requested that nothing uses.

Slack's schema checks neither scopes nor events, nor that HTTP needs addresses (Slack reference 7); the tests
of this module do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from bot.domain.errors import SettingsError
from handlers.views.request_form import EDIT_SHORTCUT, NEW_SHORTCUT

Transport = Literal["socket", "http"]
Json = dict[str, Any]

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear a mention with or without a picture",
    "channels:history": "hear pictures in the bot's threads, read a message's files, find a thread's newest "
    "picture, and a status message whose posting was not confirmed, in public channels",
    "channels:read": "learn that the app joined a public channel and how many read there, to say hello once, "
    "and whether somebody who posts a picture there is in it",
    "chat:write": "post the status message and keep it up to date",
    "commands": "the slash command and the shortcuts",
    "files:read": "fetch the picture to edit, also from the form, and see whether a result is in its thread",
    "files:write": "upload pictures",
    "groups:history": "as channels:history, in private channels",
    "groups:read": "as channels:read, in private channels",
    "im:history": "as channels:history, in direct messages with the app",
    "im:write": "find the direct message with somebody: for what they ask for privately, for what they have "
    "cancelled too late, and to look there for a message about money whose posting was not confirmed",
    "mpim:history": "as channels:history, in group messages",
    "reactions:read": "hear a cross on a picture, by which somebody asks to cancel or delete it",
    "reactions:write": "show on a message that it was seen, and how it ended",
    "usergroups:read": "read who is in the user group of the budget admins, where one is set",
    "users:read": "tell guests and admins from members, and find people by name, for budgets",
}
"""Every bot scope and what it is for."""

OPTIONAL_SCOPES: Mapping[str, str] = {
    "channels:read": "nobody is welcomed when the app joins a public channel",
    "groups:read": "nobody is welcomed when the app joins a private channel",
    "im:write": "nothing can be asked for with --private, and a message about money whose posting was not "
    "confirmed may come twice",
    "reactions:read": "a cross on a picture is not heard",
}
"""Scopes that an older installation may go on without, and what goes wrong then."""

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # the app-level token's connections:write is no bot scope
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "views.open": (),
    "views.push": (),
    "views.publish": (),
    "views.update": (),
}
"""The Web API methods that ``handlers`` calls and the scopes that each takes."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
}
"""The bot events that the app subscribes to and the scopes that each takes."""

INTERACTIVE = True
"""Whether the app has buttons, menus or shortcuts."""

EVENTS_PATH = "/slack/events"
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")


def build_manifest(*, transport: Transport, url: str | None, command: str) -> Json:
    """Build the manifest for one installation.

    ``url`` is the public https address of ``web/``; with Socket Mode it is not used. Raises
    SettingsError for HTTP without one and for a command that Slack would not take.
    """
    if not _COMMAND.fullmatch(command):
        raise SettingsError([f"{command!r} is no slash command: a slash, then up to 31 of a-z 0-9 - _."])
    endpoint = _endpoint(url) if transport == "http" else None
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Imagine",
            "description": "Pictures, drafted and finished in the thread that asked for them, on a budget.",
        },
        "features": _features(command, endpoint),
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": _settings(endpoint),
    }


def manifest_text(*, transport: str, url: str | None, command: str) -> str:
    """The manifest as YAML. Raises SettingsError as ``build_manifest``, also for an unknown transport."""
    if transport not in {"socket", "http"}:
        raise SettingsError([f"{transport!r} is no transport: say socket or http."])
    kind: Transport = "http" if transport == "http" else "socket"
    manifest = build_manifest(transport=kind, url=url, command=command)
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)


def _features(command: str, endpoint: str | None) -> Json:
    slash: Json = {
        "command": command,
        "description": "Draw a picture",
        "usage_hint": "a lighthouse at dusk --ar 16:9 --n 2",
        "should_escape": False,
    }
    if endpoint is not None:
        slash["url"] = endpoint
    return {
        # An open Messages tab: without it, posting to people's chat with the app fails.
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Imagine", "always_online": True},
        "shortcuts": [
            {
                "name": "Edit this image",
                "type": "message",
                "callback_id": EDIT_SHORTCUT,
                "description": "Say what to change in a message's picture",
            },
            {
                "name": "Draw a picture",
                "type": "global",
                "callback_id": NEW_SHORTCUT,
                "description": "Open the form for a new picture",
            },
        ],
        "slash_commands": [slash],
    }


def _settings(endpoint: str | None) -> Json:
    settings: Json = {}
    if EVENTS:
        settings["event_subscriptions"] = {"bot_events": sorted(EVENTS)}
    settings["interactivity"] = {"is_enabled": INTERACTIVE}
    if endpoint is not None:
        for part, is_used in (("event_subscriptions", bool(EVENTS)), ("interactivity", INTERACTIVE)):
            if is_used:
                settings[part]["request_url"] = endpoint
    return settings | {
        "org_deploy_enabled": False,
        "socket_mode_enabled": endpoint is None,
        "token_rotation_enabled": False,
    }


def _endpoint(url: str | None) -> str:
    if url is None:
        todo = "--url https://… or IMAGINE_PUBLIC_URL"
        raise SettingsError([f"HTTP needs the public address of this installation: {todo}."])
    if not _is_https(url):
        todo = "such as https://bot.example.com, without user name, query or fragment"
        raise SettingsError([f"Slack sends requests to https addresses only, {todo}."])
    return url.rstrip("/") + EVENTS_PATH


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read to see whether it can be one
    except ValueError:
        return False
    more = "@" in parts.netloc or parts.query or parts.fragment
    return parts.scheme == "https" and bool(parts.hostname) and not more
