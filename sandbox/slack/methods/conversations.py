"""conversations.* and the read side of the workspace."""

from __future__ import annotations

from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.errors import SlackError
from sandbox.slack.limits import MOST_OBJECTS
from sandbox.slack.paging import page
from sandbox.slack.payloads import channel_json, message_json
from sandbox.slack.workspace import BOT_USER, Channel, Json, Message


async def info(core: Core, args: Args) -> Json:
    channel = core.access.find(args.text("channel"))
    core.access.need_scope(channel, "read")
    body = channel_json(core.workspace, channel)
    if args.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


async def members(core: Core, args: Args) -> Json:
    channel = core.access.find(args.text("channel"))
    core.access.need_scope(channel, "read")
    found, cursor = page(sorted(channel.members), args, default=100)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


async def history(core: Core, args: Args) -> Json:
    """Newest first; replies are not in it unless they were broadcast."""
    channel = _readable(core, args)
    top = [
        m for m in core.workspace.channel_messages(channel.id)
        if not m.thread_ts or m.thread_ts == m.ts or m.reply_broadcast
    ]  # fmt: skip
    found = [m for m in reversed(top) if _within(m.ts, args)]
    found, cursor = page(found, args, default=100, most=_most(core))
    return _messages(core, args, found, cursor)


async def replies(core: Core, args: Args) -> Json:
    """The parent first, then its replies, oldest first; a reply's ts gives that reply alone."""
    channel = _readable(core, args)
    ts = args.text("ts")
    parent = core.workspace.find(channel.id, ts)
    if parent is None:
        raise SlackError("thread_not_found")
    found = [m for m in core.workspace.replies(channel.id, ts) if _within(m.ts, args)]
    found, cursor = page(found, args, default=1000, most=_most(core) - 1)
    return _messages(core, args, [parent, *found], cursor)


async def join(core: Core, args: Args) -> Json:
    channel = core.access.find(args.text("channel"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = BOT_USER in channel.members
    channel.members.add(BOT_USER)
    core.recorder.changed("joined", channel=channel.id)
    if not already:
        core.events.joined(channel, BOT_USER, None)
    body: Json = {"channel": channel_json(core.workspace, channel)}
    if already:
        body |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return body


async def open_(core: Core, args: Args) -> Json:
    users = [user for user in args.text("users").split(",") if user]
    if args.has("channel"):
        channel = core.access.find(args.text("channel"))
    elif not users:
        raise SlackError("users_list_not_supplied")
    elif any(user not in core.workspace.users for user in users):
        raise SlackError("user_not_found")
    elif len(users) > 1:
        core.recorder.violation("conversations.open", "mpim", "group messages are not simulated")
        raise SlackError("not_enough_users")
    else:
        if "im:write" not in core.options.scopes:
            raise SlackError("missing_scope", needed="im:write", provided=",".join(core.options.scopes))
        channel = core.workspace.direct(users[0])
    body: Json = {"id": channel.id}
    if args.flag("return_im"):
        body = channel_json(core.workspace, channel)
    return {"channel": body}


def _most(core: Core) -> int:
    """How many messages a page holds, in ``replies`` with the parent."""
    return MOST_OBJECTS if core.options.history_seconds is not None else 1000


def _readable(core: Core, args: Args) -> Channel:
    channel = core.access.to_read(args.text("channel"))
    core.access.need_scope(channel, "history")
    return channel


def _within(ts: str, args: Args) -> bool:
    """docs conversations.history: bounds are exclusive unless ``inclusive``."""
    oldest, latest = args.text("oldest", "0") or "0", args.text("latest")
    value = float(ts)
    if args.flag("inclusive"):
        return value >= float(oldest) and (not latest or value <= float(latest))
    return value > float(oldest) and (not latest or value < float(latest))


def _messages(core: Core, args: Args, page: list[Message], cursor: str) -> Json:
    metadata = args.flag("include_all_metadata")
    body: Json = {
        "messages": [message_json(core.workspace, m, metadata=metadata) for m in page],
        "has_more": bool(cursor),
    }
    if cursor:
        body["response_metadata"] = {"next_cursor": cursor}
    return body
