"""chat.*: the arguments of each method, translated for `posting`."""

from __future__ import annotations

from typing import Any

from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.errors import SlackError
from sandbox.slack.payloads import message_json
from sandbox.slack.posting import Draft
from sandbox.slack.workspace import BOT_ID, Json


def _draft(args: Args, *, parse: str) -> Draft:
    if args.has("markdown_text"):
        return _markdown(args)
    attachments = args.structure("attachments", "invalid_attachments") or []
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    return Draft(
        text=args.text("text"),
        blocks=args.blocks(),
        attachments=attachments,
        metadata=_metadata(args),
        parse=args.text("parse", parse),
        link_names=args.flag("link_names"),
    )


def _markdown(args: Args) -> Draft:
    """docs chat.postMessage: at most 12,000 characters, and neither text nor blocks beside it."""
    if args.has("text") or args.has("blocks"):
        raise SlackError("markdown_text_conflict")
    text = args.text("markdown_text")
    if len(text) > 12_000:
        raise SlackError("msg_too_long")
    blocks = [{"type": "markdown", "text": text}]
    return Draft(text=text, blocks=blocks, metadata=_metadata(args), parse="client")


def _metadata(args: Args) -> Json | None:
    """docs: messaging/message-metadata; event_type is a string, event_payload an object."""
    value: Any = args.structure("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise SlackError("invalid_metadata_format")
    if value and "entities" not in value:
        if not isinstance(value.get("event_type"), str) or not isinstance(value.get("event_payload"), dict):
            raise SlackError("invalid_metadata_schema")
        if len(str(value)) > 16_000:
            raise SlackError("metadata_too_large")
    return value or None


async def post_message(core: Core, args: Args) -> Json:
    channel = core.access.to_write(args.text("channel"))
    if len(args.text("thread_ts")) and channel.kind == "im" and args.flag("reply_broadcast"):
        core.recorder.violation("chat.postMessage", "broadcast_in_im", "reply_broadcast in a direct message")
    message = core.posting.post(
        channel,
        _draft(args, parse="none"),
        thread_ts=args.optional("thread_ts"),
        broadcast=args.flag("reply_broadcast"),
    )
    shown = message_json(core.workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def update(core: Core, args: Args) -> Json:
    """Omitted ``parse`` means ``client`` here (docs: chat.update)."""
    channel = core.access.find(args.text("channel"))
    if args.has("file_ids"):
        core.recorder.violation("chat.update", "file_ids", "reports are mixed: python-slack-sdk#1500")
    message = core.posting.update(channel, args.text("ts"), _draft(args, parse="client"))
    shown = message_json(core.workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


async def delete(core: Core, args: Args) -> Json:
    channel = core.access.find(args.text("channel"))
    message = core.workspace.find(channel.id, args.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != BOT_ID:
        raise SlackError("cant_delete_message")
    core.posting.delete(channel, message)
    return {"channel": channel.id, "ts": args.text("ts")}


async def post_ephemeral(core: Core, args: Args) -> Json:
    channel = core.access.to_write(args.text("channel"))
    draft = _draft(args, parse="none")
    if draft.empty:
        raise SlackError("no_text")
    user = args.text("user")
    if user not in core.workspace.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    if len(draft.text) > 40_000:
        raise SlackError("msg_too_long")
    ephemeral = core.posting.whisper(
        channel, user, draft, source="chat.postEphemeral", thread_ts=args.optional("thread_ts")
    )
    return {"message_ts": ephemeral.ts}


async def get_permalink(core: Core, args: Args) -> Json:
    channel = core.access.find(args.text("channel"))
    message = core.workspace.find(channel.id, args.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"{core.workspace.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
