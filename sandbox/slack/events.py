"""Which events Slack would send the app, to whom it belongs by membership, subscription and scope.

Facts: docs apis/events-api ("events whose scope is missing are silently not sent"), events/app_mention,
events/message.*; Slack reference 2.1 and 2.3 for what arrives twice, late or not at all.
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.delivery import Delivery
from sandbox.slack.options import Options
from sandbox.slack.payloads import message_json, view_json
from sandbox.slack.workspace import APP_ID, BOT_USER, Channel, Json, Message, Workspace

HISTORY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_SUMMARY = ("reply_count", "reply_users_count", "reply_users", "latest_reply", "is_locked", "subscribed")


class Events:
    """Builds event callbacks and hands them to the delivery."""

    def __init__(self, *, workspace: Workspace, options: Options, delivery: Delivery) -> None:
        self._workspace = workspace
        self._options = options
        self._delivery = delivery

    def hears(self, channel: Channel) -> bool:
        """Whether the app gets ``message`` events of this conversation."""
        family = HISTORY[channel.kind]
        return (
            BOT_USER in channel.members
            and f"{family}:history" in self._options.scopes
            and f"message.{family}" in self._options.events
        )

    def hears_mentions(self, channel: Channel) -> bool:
        """Direct messages never produce app_mention (docs: events/app_mention)."""
        return (
            channel.kind != "im"
            and BOT_USER in channel.members
            and "app_mentions:read" in self._options.scopes
            and "app_mention" in self._options.events
        )

    def posted(self, message: Message, plan: list[Json] | None = None) -> list[str]:
        """Send what a new message causes, or exactly ``plan``; returns the event ids."""
        channel = self._workspace.channels[message.channel]
        if plan is None:
            plan = self._usual(message, channel)
        return [event_id for step in plan for event_id in self._step(message, channel, step)]

    def changed(self, message: Message, before: Json) -> None:
        """``message_changed``, for edits by people and updates by the bot."""
        channel = self._workspace.channels[message.channel]
        if not self.hears(channel) or (message.bot_id and not self._options.own_events):
            return
        body = message_json(self._workspace, message)
        self._hidden(channel, {"subtype": "message_changed", "message": body, "previous_message": before})

    def deleted(self, message: Message, before: Json) -> None:
        channel = self._workspace.channels[message.channel]
        if not self.hears(channel) or (message.bot_id and not self._options.own_events):
            return
        self._hidden(
            channel, {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        )

    def home_opened(self, user: str, tab: str = "home") -> str | None:
        """``tab`` is ``home`` or ``messages`` (docs: events/app_home_opened)."""
        if "app_home_opened" not in self._options.events:
            return None
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._workspace.direct(user).id,
            "tab": tab,
            "event_ts": self._workspace.ts(),
        }
        home = self._workspace.homes.get(user)
        if home and tab == "home":
            event["view"] = view_json(self._workspace, home.view)
        return self.send(event)

    def joined(self, channel: Channel, user: str, inviter: str | None) -> str | None:
        """``member_joined_channel``, also for the bot itself; ``inviter`` is absent for who came alone (docs:
        events/member_joined_channel). The app hears of conversations that it is in."""
        family = HISTORY[channel.kind]
        if channel.kind == "im" or BOT_USER not in channel.members:
            return None
        if not self.wants("member_joined_channel", f"{family}:read"):
            return None
        event: Json = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": self._workspace.team.id,
            "event_ts": self._workspace.ts(),
        }
        return self.send(event | ({"inviter": inviter} if inviter else {}))

    def reacted(self, kind: str, message: Message, user: str, name: str) -> str | None:
        """``reaction_added`` or ``reaction_removed``, where the bot is (docs: events/reaction_added)."""
        channel = self._workspace.channels[message.channel]
        own = user == BOT_USER and not self._options.own_events
        if own or BOT_USER not in channel.members or not self.wants(kind, "reactions:read"):
            return None
        return self.send(
            {
                "type": kind,
                "user": user,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "event_ts": self._workspace.ts(),
            }
        )

    def wants(self, event: str, scope: str) -> bool:
        """Whether the manifest subscribes to this and the app has the scope for it; else Slack is silent."""
        return event in self._options.events and scope in self._options.scopes

    def send(self, event: Json, **how: Any) -> str:
        """Wrap any event as a callback and deliver it; returns its event id."""
        payload = self.callback(event)
        self._delivery.event(payload, **how)
        return str(payload["event_id"])

    def callback(self, event: Json) -> Json:
        team = self._workspace.team.id
        return {
            "token": "sandbox",
            "team_id": team,
            "context_team_id": team,
            "enterprise_id": self._options.enterprise_id,
            "context_enterprise_id": self._options.enterprise_id,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self._workspace.token("Ev"),
            "event_time": int(self._workspace.clock()),
            "authorizations": [
                {
                    "enterprise_id": self._options.enterprise_id,
                    "team_id": team,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-" + self._workspace.token("", 24),
        }

    def _usual(self, message: Message, channel: Channel) -> list[Json]:
        plan: list[Json] = []
        if message.bot_id and not self._options.own_events:
            return plan
        if f"<@{BOT_USER}>" in message.text and not message.bot_id:
            if self.hears_mentions(channel):
                plan.append({"type": "app_mention"})
            elif BOT_USER not in channel.members:
                channel.pending_mentions.append(message.ts)
        if self.hears(channel):
            plan.append({"type": "message"})
        return plan

    def _step(self, message: Message, channel: Channel, step: Json) -> list[str]:
        event = self._message_event(message, channel, step)
        payload = self.callback(event)
        ids: list[str] = []
        for repeat in range(int(step.get("repeat", 1))):
            if repeat and step.get("new_event_id"):
                payload = {**payload, "event_id": self._workspace.token("Ev")}
            self._delivery.event(
                payload,
                delay=float(step.get("delay", 0)) + repeat * float(step.get("repeat_delay", 0)),
                retry_num=int(step.get("retry_num", 0)),
                retry_reason=str(step.get("retry_reason", "")),
            )
            ids.append(str(payload["event_id"]))
        return ids

    def _message_event(self, message: Message, channel: Channel, step: Json) -> Json:
        body = message_json(self._workspace, message)
        for key in _SUMMARY:
            body.pop(key, None)
        if body.get("thread_ts") == message.ts:
            del body["thread_ts"]
        kind = str(step["type"])
        if not step.get("files", True):
            body.pop("files", None)
        elif message.files and kind == "message":
            body["subtype"] = "file_share"
        if "subtype" in step:
            body.pop("subtype", None)
            body |= {"subtype": step["subtype"]} if step["subtype"] else {}
        author = self._workspace.users.get(message.user)
        if author is not None and author.team_id != self._workspace.team.id:
            body |= {"user_team": author.team_id, "source_team": author.team_id, "team": author.team_id}
        body |= {"type": kind, "channel": channel.id, "event_ts": message.ts}
        if kind == "message":
            body["channel_type"] = channel.kind
        return body

    def _hidden(self, channel: Channel, parts: Json) -> None:
        ts = self._workspace.ts()
        head = {"type": "message", "channel": channel.id, "channel_type": channel.kind, "hidden": True}
        self.send({**head, **parts, "ts": ts, "event_ts": ts})
