"""Messages come, change and go: the truth about chat.postMessage, chat.update, chat.delete and ephemerals.

Facts: docs chat.postMessage, chat.update, chat.postEphemeral; Slack reference 3.4 to 3.6.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.access import Access
from sandbox.slack.block_kit import BlockCheck, text_length
from sandbox.slack.errors import SlackError
from sandbox.slack.events import Events
from sandbox.slack.markup import pings_of_message
from sandbox.slack.options import Options
from sandbox.slack.payloads import message_json
from sandbox.slack.recorder import Recorder
from sandbox.slack.visibility import Visibility, slack_files
from sandbox.slack.workspace import BOT_ID, BOT_USER, Channel, Ephemeral, Json, Message, Workspace

NO_TEXT_SHOWN = "This content can't be displayed."
MOST_BLOCK_TEXT = 13_200
"""Total text of all blocks before ``msg_blocks_too_long``; reported by users, not documented."""


@dataclass
class Draft:
    """The content of a message before Slack has looked at it."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    parse: str = "none"
    link_names: bool = False

    @property
    def empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)


class Posting:
    """Writes messages into the workspace and sends the events they cause."""

    def __init__(
        self, *, workspace: Workspace, options: Options, access: Access, events: Events, recorder: Recorder
    ) -> None:
        self.workspace = workspace
        self.access = access
        self.visibility = Visibility(workspace)
        self._options = options
        self._events = events
        self._recorder = recorder

    def post(
        self, channel: Channel, draft: Draft, *, thread_ts: str | None = None, files: list[str] | None = None,
        broadcast: bool = False,
    ) -> Message:  # fmt: skip
        """The bot posts; where the thread is gone, at the top of the channel. Refuses ``no_text`` and
        ``invalid_blocks`` as Slack would."""
        if draft.empty and not files:
            raise SlackError("no_text")
        self.check_blocks(draft.blocks)
        parent = self.thread_root(channel, thread_ts)
        text = sanitize(draft.text)[:40_000]
        if not text and draft.blocks and not files:
            text = NO_TEXT_SHOWN
        message = Message(
            ts=self.workspace.ts(),
            channel=channel.id,
            user=BOT_USER,
            bot_id=BOT_ID,
            text=text,
            thread_ts=parent,
            blocks=self.with_ids(draft.blocks),
            attachments=draft.attachments,
            files=files or [],
            metadata=draft.metadata,
            reply_broadcast=broadcast,
            subtype="thread_broadcast" if broadcast and parent else None,
            pings=self.pings(draft),
        )
        self.workspace.add(message)
        if self._options.post_shares_files:
            self.visibility.show(message.blocks, channel.id)
        self._recorder.changed("message", channel=channel.id, ts=message.ts)
        self._events.posted(message)
        return message

    def update(self, channel: Channel, ts: str, draft: Draft) -> Message:
        """chat.update: text without blocks removes the blocks; metadata stays unless it is replaced."""
        message = self.workspace.find(channel.id, ts)
        if message is None:
            raise SlackError("message_not_found")
        if message.bot_id != BOT_ID or message.subtype == "tombstone":
            raise SlackError("cant_update_message")
        if channel.archived:
            raise SlackError("is_inactive")
        if self._options.edit_window_closed:
            raise SlackError("edit_window_closed")
        if draft.empty and not message.files:
            raise SlackError("no_text")
        if len(draft.text) > 4000:
            raise SlackError("msg_too_long")
        self.check_blocks(draft.blocks)
        if message.files:
            self._recorder.violation("chat.update", "file_message", "its buttons may die: bolt-python#411")
        before = message_json(self.workspace, message)
        pings = self.pings(draft)
        message.edits.append({"text": message.text, "blocks": message.blocks, "at": self.workspace.clock()})
        message.text = sanitize(draft.text) or (NO_TEXT_SHOWN if draft.blocks else "")
        message.blocks = self.with_ids(draft.blocks)
        message.attachments = draft.attachments
        message.metadata = draft.metadata or message.metadata
        message.pings = sorted({*message.pings, *pings})
        if not draft.blocks:
            message.edited = {"user": BOT_USER, "ts": self.workspace.ts()}
        self._recorder.changed("message_changed", channel=channel.id, ts=ts)
        self._events.changed(message, before)
        return message

    def delete(self, channel: Channel, message: Message) -> None:
        """Remove a message; one with replies stays as a tombstone so that its thread can be read, until the
        last of them goes, too. Its files stay files, and are no longer seen there."""
        before = message_json(self.workspace, message)
        for file in (self.workspace.files[name] for name in message.files):
            elsewhere = [share for share in file.shares.pop(channel.id, []) if share["ts"] != message.ts]
            file.shares |= {channel.id: elsewhere} if elsewhere else {}
        if self.workspace.replies(channel.id, message.ts):
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.user, message.bot_id = "USLACKBOT", None
            message.blocks, message.attachments, message.files, message.metadata = [], [], [], None
        else:
            message.deleted = True
            self._close_thread(channel, message)
        self._recorder.changed("message_deleted", channel=channel.id, ts=message.ts)
        self._events.deleted(message, before)

    def _close_thread(self, channel: Channel, reply: Message) -> None:
        """Take the tombstone away that stood for the root of a thread without replies."""
        root = self.workspace.find(channel.id, reply.thread_ts or "")
        if root is not None and root.subtype == "tombstone" and not self.is_alive(channel, root.ts):
            root.deleted = True

    def is_alive(self, channel: Channel, thread_ts: str) -> bool:
        """Whether there is such a thread, with a reply in it (docs chat.postEphemeral: "already active")."""
        return bool(self.workspace.replies(channel.id, thread_ts))

    def whisper(
        self, channel: Channel, user: str, draft: Draft, *, source: str, thread_ts: str | None = None,
        note: str | None = None,
    ) -> Ephemeral:  # fmt: skip
        """Show something to one person only; in a thread that is not alive nobody sees it, and the app is not
        told. Mentions in it notify nobody; ``pings`` says what it renders."""
        self.check_blocks(draft.blocks)
        if any(slack_files(draft.blocks)):
            self._recorder.violation(
                source, "ephemeral_file", "no files in ephemeral messages: node-slack-sdk#1790"
            )
        ephemeral = Ephemeral(
            ts=self.workspace.ts(),
            channel=channel.id,
            user=user,
            text=sanitize(draft.text),
            blocks=self.with_ids(draft.blocks),
            thread_ts=thread_ts,
            source=source,
            pings=self.pings(draft),
            note=note,
        )
        if thread_ts and not self.is_alive(channel, thread_ts):
            self._recorder.changed("unseen", channel=channel.id, user=user, ts=ephemeral.ts)
            return ephemeral
        self.workspace.ephemerals.append(ephemeral)
        self._recorder.changed("ephemeral", channel=channel.id, user=user, ts=ephemeral.ts)
        return ephemeral

    def whisper_changed(self, ephemeral: Ephemeral) -> None:
        """Tell those who look on that a private message was replaced or taken back."""
        about = {"channel": ephemeral.channel, "user": ephemeral.user, "ts": ephemeral.ts}
        self._recorder.changed("ephemeral", **about)

    def note(self, channel: Channel, user: str, code: str, text: str) -> Ephemeral:
        """What Slack itself tells a person, e.g. that a command timed out."""
        return self.whisper(channel, user, Draft(text=text), source="slack", note=code)

    def thread_root(self, channel: Channel, thread_ts: str | None) -> str | None:
        """The thread's parent; None for one that is gone, a violation for a reply's ts (Slack reference
        3.7)."""
        if not thread_ts:
            return None
        parent = self.workspace.find(channel.id, thread_ts)
        if parent is None:
            return None
        if parent.thread_ts and parent.thread_ts != parent.ts:
            self._recorder.violation(
                "thread", "reply_ts_as_thread_ts", f"{thread_ts} is a reply, not a parent"
            )
            return parent.thread_ts
        return parent.ts

    def check_blocks(self, blocks: list[Json] | None) -> None:
        """Refuse what Block Kit refuses."""
        if not blocks:
            return
        check = BlockCheck(
            surface="message",
            find_file=self.visibility.find,
            needs_share=self._options.slack_file_needs_share,
        )
        errors = check.blocks(blocks)
        if errors:
            raise SlackError("invalid_blocks", messages=errors, errors=[_short(error) for error in errors])
        if text_length(blocks) > MOST_BLOCK_TEXT:
            raise SlackError("msg_blocks_too_long")

    def with_ids(self, blocks: list[Json] | None) -> list[Json]:
        """Slack gives every block an id, and every interactive element an action id, if the app gave none."""
        stored: list[Json] = json.loads(json.dumps(blocks or []))
        for block in stored:
            block.setdefault("block_id", self.workspace.token("", 5))
            for element in interactive(block):
                element.setdefault("action_id", self.workspace.token("", 5))
        return stored

    def pings(self, draft: Draft) -> list[str]:
        return pings_of_message(
            draft.text,
            draft.blocks or [],
            draft.attachments,
            parse=draft.parse,
            link_names=draft.link_names,
            groups={handle: group for group, (handle, _) in self.workspace.groups.items()},
        )


def interactive(block: Json) -> list[Json]:
    """Elements of a block that people can press or fill in."""
    nested = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    for card in block.get("elements") or []:
        nested += card.get("actions") or [] if isinstance(card, dict) and card.get("type") == "card" else []
    nested += block.get("actions") or [] if block.get("type") == "card" else []
    quiet = {"image", "mrkdwn", "plain_text", "card"}
    return [e for e in nested if isinstance(e, dict) and "type" in e and e["type"] not in quiet and _acts(e)]


def _acts(element: Json) -> bool:
    return not str(element["type"]).startswith("rich_text_")


def sanitize(text: str) -> str:
    """Slack stores lone ``& < >`` escaped and leaves entities and ``<...>`` sequences alone."""
    text = re.sub(r"&(?!(?:amp|lt|gt);)", "&amp;", text)
    text = re.sub(r"<(?![@#!]|https?:|mailto:|tel:|slack:)", "&lt;", text)
    return re.sub(r"(<[^<>]*>)|>", lambda match: match[1] or "&gt;", text)


def _short(error: str) -> str:
    return error.removeprefix("[ERROR] ")


def as_draft(body: Any) -> Draft:
    """A command's answer or a response_url body: a string, or an object with text and blocks."""
    if isinstance(body, str):
        return Draft(text=body)
    blocks = body.get("blocks")
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    return Draft(
        text=str(body.get("text") or ""),
        blocks=blocks,
        attachments=body.get("attachments") or [],
        parse=str(body.get("parse") or "none"),
        link_names=bool(body.get("link_names")),
    )
