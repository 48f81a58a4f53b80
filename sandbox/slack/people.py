"""What people do in the workspace: type commands and messages, edit, delete, react, invite.

Facts: docs interactivity/implementing-slash-commands (fields, 3 s, no threads, no retry).
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.core import Core
from sandbox.slack.delivery import Outcome, Parcel
from sandbox.slack.emoji import EMOJI
from sandbox.slack.errors import ImpossibleActError, SlackError
from sandbox.slack.markup import from_keyboard, pings_of_message
from sandbox.slack.payloads import file_json, message_json
from sandbox.slack.workspace import APP_ID, BOT_USER, Channel, Json, Message, User


class People:
    """Acts of people, and what Slack tells the app about them."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._workspace = core.workspace

    def place(self, user: str, channel: str) -> tuple[User, Channel]:
        """This person in this conversation; they must be in it. ``im`` means their chat with the bot."""
        person = self._workspace.users.get(user)
        if person is None:
            raise ImpossibleActError(f"nobody is called {user}")
        found = self._workspace.direct(user) if channel in {"im", "D" + user[1:]} else None
        found = found or self._workspace.channels.get(channel) or self._workspace.by_name(channel)
        if found is None:
            raise ImpossibleActError(f"there is no conversation {channel}")
        if user not in found.members:
            raise ImpossibleActError(f"{user} is not in {found.id}")
        return person, found

    async def command(self, act: Json) -> Json:
        """Type a slash command; ``repeat`` delivers the same invocation again, as a flaky network might."""
        if act.get("thread_ts"):
            raise ImpossibleActError("slash commands cannot be used in threads")
        person, channel = self.place(act["user"], act["channel"])
        payload = self._command_payload(person, channel, act)
        answers = []
        for _ in range(int(act.get("repeat", 1))):
            outcome = await self._core.delivery.once(Parcel("slash_commands", payload, wants_answer=True))
            answers.append(self._after_command(outcome, person, channel, payload))
        return {**answers[0], "repeats": answers[1:]} if len(answers) > 1 else answers[0]

    def message(self, act: Json) -> Json:
        """Post a message; the events follow as Slack sends them, or exactly as ``events`` says."""
        person, channel = self.place(act["user"], act["channel"])
        if channel.archived:
            raise ImpossibleActError(f"{channel.id} is archived")
        text = str(act.get("text", ""))
        blocks: list[Json] = []
        if not act.get("raw"):
            text, blocks = from_keyboard(text, self._workspace)
        files = [self._core.files.attach(spec, person.id) for spec in act.get("files", [])]
        forwarded = [self._forwarded(person.id, act["forward"])] if act.get("forward") else []
        if not text and not files and not forwarded:
            raise ImpossibleActError("a message has text or files")
        message = Message(
            ts=self._workspace.ts(),
            channel=channel.id,
            user=person.id,
            text=text,
            blocks=blocks,
            attachments=forwarded,
            files=[file.id for file in files],
            thread_ts=self._parent(channel, act.get("thread_ts")),
            client_msg_id=self._workspace.token("", 16).lower(),
            pings=self._pings(text, blocks),
        )
        self._workspace.add(message)
        for file in files:
            self._core.files.shared(file, message)
        self._core.recorder.changed("message", channel=channel.id, ts=message.ts)
        event_ids = self._core.events.posted(message, act.get("events"))
        return {"ts": message.ts, "channel": channel.id, "event_ids": event_ids, "files": message.files}

    def edit(self, act: Json) -> Json:
        """Edit one's own message; an edit that still names the bot is a new app_mention (bolt-python#925)."""
        message, channel = self._own(act)
        if not (act["text"] or message.files):
            raise ImpossibleActError("a message has text or files")
        before = message_json(self._workspace, message)
        message.edits.append({"text": message.text, "blocks": message.blocks, "at": self._core.clock()})
        message.text, message.blocks = from_keyboard(str(act["text"]), self._workspace)
        message.edited = {"user": message.user, "ts": self._workspace.ts()}
        self._core.recorder.changed("message_changed", channel=message.channel, ts=message.ts)
        self._core.events.changed(message, before)
        mentioned = f"<@{BOT_USER}>" in message.text and self._core.events.hears_mentions(channel)
        ids = self._core.events.posted(message, [{"type": "app_mention"}]) if mentioned else []
        return {"ts": message.ts, "event_ids": ids}

    def delete(self, act: Json) -> Json:
        """Delete a message; an admin may delete anybody's. Its files stay files."""
        message, channel = self._own(act)
        self._core.posting.delete(channel, message)
        return {"ts": message.ts}

    def react(self, act: Json) -> Json:
        _, channel = self.place(act["user"], act["channel"])
        message = self._workspace.find(channel.id, str(act["ts"]))
        if message is None:
            raise ImpossibleActError("no such message")
        if str(act["name"]) not in EMOJI:
            raise ImpossibleActError(f"there is no emoji {act['name']}")
        users = message.reactions.setdefault(str(act["name"]), [])
        kind = "reaction_removed" if act.get("remove") else "reaction_added"
        if act.get("remove"):
            users.remove(act["user"])
        elif act["user"] not in users:
            users.append(act["user"])
        if not users:
            del message.reactions[str(act["name"])]
        self._core.recorder.changed("reaction", channel=channel.id, ts=message.ts)
        self._core.events.reacted(kind, message, act["user"], str(act["name"]))
        return {"ts": message.ts}

    def invite(self, act: Json) -> Json:
        """Bring the bot or somebody in; a mention that waited for the bot is delivered then (docs:
        events/app_mention). ``inviter`` is a member, null for somebody who came alone."""
        channel, user = self._channel(act), str(act.get("user", BOT_USER))
        inviter = act.get("inviter", self._somebody(channel))
        if user not in channel.members:
            channel.members.add(user)
            self._core.recorder.changed("members", channel=channel.id)
            self._core.events.joined(channel, user, inviter)
        waiting, channel.pending_mentions = channel.pending_mentions, []
        ids: list[str] = []
        for ts in waiting if act.get("deliver_mentions", True) else []:
            message = self._workspace.find(channel.id, ts)
            if message and self._core.events.hears_mentions(channel):
                ids += self._core.events.posted(message, [{"type": "app_mention"}])
        return {"channel": channel.id, "event_ids": ids}

    def add_user(self, act: Json) -> Json:
        """Somebody new; a ``team_id`` of another workspace makes an outsider (apis/slack-connect)."""
        channels = [self._channel({"channel": name}) for name in act.pop("channels", [])]
        person = User(**{"real_name": act["name"], **act})
        self._workspace.users[person.id] = person
        self._core.recorder.changed("user", user=person.id)
        for channel in channels:
            channel.members.add(person.id)
            self._core.recorder.changed("members", channel=channel.id)
            self._core.events.joined(channel, person.id, None)
        return {"id": person.id}

    def _somebody(self, channel: Channel) -> str | None:
        """The member who invites where the act names nobody."""
        return next((user for user in sorted(channel.members) if user != BOT_USER), None)

    def kick(self, act: Json) -> Json:
        channel = self._channel(act)
        channel.members.discard(str(act.get("user", BOT_USER)))
        self._core.recorder.changed("members", channel=channel.id)
        return {"channel": channel.id}

    def archive(self, act: Json) -> Json:
        channel = self._channel(act)
        channel.archived = bool(act.get("archived", True))
        return {"channel": channel.id, "archived": channel.archived}

    def open_home(self, act: Json) -> Json:
        return {"event_id": self._core.events.home_opened(str(act["user"]), str(act.get("tab", "home")))}

    def _channel(self, act: Json) -> Channel:
        channel = self._workspace.channels.get(str(act["channel"])) or self._workspace.by_name(
            str(act["channel"])
        )
        if channel is None:
            raise ImpossibleActError(f"there is no conversation {act['channel']}")
        return channel

    def _own(self, act: Json) -> tuple[Message, Channel]:
        person, channel = self.place(act["user"], act["channel"])
        message = self._workspace.find(channel.id, str(act["ts"]))
        if message is None or (message.user != person.id and not person.is_admin):
            raise ImpossibleActError("no such message of theirs")
        return message, channel

    def _forwarded(self, user: str, what: Json) -> Json:
        """The attachment by which a message forwards another, with its files (docs: reference/messages)."""
        _, channel = self.place(user, what["channel"])
        message = self._workspace.find(channel.id, str(what["ts"]))
        if message is None:
            raise ImpossibleActError("no such message")
        files = [file_json(self._workspace, self._workspace.files[ident]) for ident in message.files]
        return {
            "id": 1,
            "is_share": True,
            "is_msg_unfurl": True,
            "author_id": message.user,
            "channel_id": channel.id,
            "channel_team": self._workspace.team.id,
            "ts": message.ts,
            "text": message.text,
            "fallback": message.text,
            "mrkdwn_in": ["text"],
            **({"files": files} if files else {}),
        }

    def _parent(self, channel: Channel, thread_ts: str | None) -> str | None:
        parent = self._core.posting.thread_root(channel, thread_ts)
        if thread_ts and parent is None:
            raise ImpossibleActError(f"no thread {thread_ts} in {channel.id}")
        return parent

    def _pings(self, text: str, blocks: list[Json]) -> list[str]:
        return pings_of_message(text, blocks, [], parse="none", link_names=False, groups={})

    def _command_payload(self, person: User, channel: Channel, act: Json) -> Json:
        names = {"im": "directmessage", "group": "privategroup", "mpim": "mpdm-" + channel.name}
        text = str(act.get("text", "")).strip()
        if self._core.options.command_escapes:
            text = from_keyboard(text, self._workspace)[0]
        return {
            "token": "sandbox",
            "team_id": self._workspace.team.id,
            "team_domain": self._workspace.team.domain,
            "channel_id": channel.id,
            "channel_name": names.get(channel.kind, channel.name),
            "user_id": person.id,
            "user_name": person.name,
            "command": str(act.get("command", "/imagine")),
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            **({"enterprise_id": enterprise} if (enterprise := self._core.options.enterprise_id) else {}),
            "response_url": self._core.responses.url(channel, person.id),
            "trigger_id": self._core.responses.trigger(person.id, channel.id),
        }

    def _after_command(self, outcome: Outcome, person: User, channel: Channel, payload: Json) -> Json:
        """Show the answer, or what Slack says instead when there is none."""
        note = None if outcome.acked else outcome.error
        if outcome.acked and outcome.payload:
            note = self._show(outcome.payload, person, channel, payload)
        if note:
            sentence = f'{payload["command"]} failed with the error "{note}"'
            self._core.posting.note(channel, person.id, note, sentence)
        return {
            "delivered": outcome.reason != "connection_failed",
            "acked": outcome.acked,
            "ack_ms": outcome.ms,
            "ack": outcome.payload,
            "trigger_id": payload["trigger_id"],
            "response_url": payload["response_url"],
            "note": note,
        }

    def _show(self, answer: Any, person: User, channel: Channel, payload: Json) -> str | None:
        """The acknowledgement as a message; in_channel also shows what was typed."""
        if isinstance(answer, dict) and answer.get("response_type") == "in_channel":
            typed = f"{payload['command']} {payload['text']}".strip()
            text, blocks = from_keyboard(typed, self._workspace)
            self._workspace.add(Message(self._workspace.ts(), channel.id, person.id, text, blocks=blocks))
        try:
            self._core.responses.answer(channel, person.id, answer, source="command")
        except (SlackError, ValueError, AttributeError) as refused:
            self._core.recorder.violation("ack", "invalid_command_response", str(refused))
            return "invalid_command_response"
        return None
