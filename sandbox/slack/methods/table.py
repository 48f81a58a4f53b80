"""Every method the sandbox answers: its tier, scopes, token, body kind and required arguments, as data.

Source: the method pages of docs.slack.dev, as collected in slack-ruby/slack-api-ref; a test compares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.methods import chat, conversations, files, others
from sandbox.slack.workspace import Json

Handler = Callable[[Core, Args], Awaitable[Json]]
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("channels:manage", "groups:write", "im:write", "mpim:write")


@dataclass(frozen=True)
class Method:
    """``scopes``: any one of them is needed at the door; conversations.* look closer inside."""

    handler: Handler
    tier: str
    json: bool = True
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    token: str = "bot"
    limited_by_channel: bool = False


METHODS: dict[str, Method] = {
    "api.test": Method(others.api_test, "t4", token=""),
    "apps.connections.open": Method(others.connections_open, "t3", token="app"),
    "auth.test": Method(others.auth_test, "t5"),
    "bots.info": Method(others.bots_info, "t3", json=False, scopes=("users:read",)),
    "chat.delete": Method(chat.delete, "t3", scopes=("chat:write",), required=("ts", "channel")),
    "chat.getPermalink": Method(chat.get_permalink, "t5", json=False, required=("channel", "message_ts")),
    "chat.postEphemeral": Method(
        chat.post_ephemeral, "t4", scopes=("chat:write",), required=("user", "channel")
    ),
    "chat.postMessage": Method(
        chat.post_message, "t5", scopes=("chat:write",), required=("channel",), limited_by_channel=True
    ),
    "chat.update": Method(chat.update, "t3", scopes=("chat:write",), required=("ts", "channel")),
    "conversations.history": Method(conversations.history, "t3", scopes=_HISTORY, required=("channel",)),
    "conversations.info": Method(conversations.info, "t3", json=False, scopes=_READ, required=("channel",)),
    "conversations.join": Method(conversations.join, "t3", scopes=("channels:join",), required=("channel",)),
    "conversations.members": Method(
        conversations.members, "t4", json=False, scopes=_READ, required=("channel",)
    ),
    "conversations.open": Method(conversations.open_, "t3", scopes=_OPEN),
    "conversations.replies": Method(
        conversations.replies, "t3", json=False, scopes=_HISTORY, required=("channel", "ts")
    ),
    "files.completeUploadExternal": Method(
        files.complete_upload, "t4", scopes=("files:write",), required=("files",)
    ),
    "files.delete": Method(files.delete, "t3", scopes=("files:write",), required=("file",)),
    "files.getUploadURLExternal": Method(
        files.get_upload_url, "t4", json=False, scopes=("files:write",), required=("length", "filename")
    ),
    "files.info": Method(files.info, "t4", json=False, scopes=("files:read",), required=("file",)),
    "files.list": Method(files.list_, "t3", json=False, scopes=("files:read",)),
    "reactions.add": Method(
        others.reactions_add, "t3", scopes=("reactions:write",), required=("name", "timestamp", "channel")
    ),
    "reactions.get": Method(others.reactions_get, "t3", json=False, scopes=("reactions:read",)),
    "reactions.remove": Method(
        others.reactions_remove, "t2", scopes=("reactions:write",), required=("name",)
    ),
    "team.info": Method(others.team_info, "t3", scopes=("team:read",)),
    "usergroups.users.list": Method(
        others.usergroup_users, "t2", json=False, scopes=("usergroups:read",), required=("usergroup",)
    ),
    "users.info": Method(others.users_info, "t4", json=False, scopes=("users:read",), required=("user",)),
    "users.list": Method(others.users_list, "t2", json=False, scopes=("users:read",)),
    "views.open": Method(others.views_open, "t4", required=("view",)),
    "views.publish": Method(others.views_publish, "t4", required=("user_id", "view")),
    "views.push": Method(others.views_push, "t4", required=("view",)),
    "views.update": Method(others.views_update, "t4", required=("view",)),
}
