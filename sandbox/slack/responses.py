"""response_urls and trigger_ids: what a command or a click lets the app do for a while.

Facts: docs interactivity/handling-user-interaction (5 uses, 30 minutes); views.open (trigger: 3 s, once);
used_url is HTTP 404; slack_file blocks are refused here (java-slack-sdk#1349).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.options import Options
from sandbox.slack.posting import Draft, Posting, as_draft
from sandbox.slack.workspace import Channel, Ephemeral, Json, Message, Workspace


@dataclass
class _Hook:
    channel: Channel
    user: str
    expires: float
    source: Message | Ephemeral | None
    uses: int = 0


@dataclass
class Trigger:
    """Who did something, and where; good for one view, for a moment."""

    user: str
    place: str | None
    expires: float
    used: bool = False


class Responses:
    """Hands out and honours response_urls and trigger_ids."""

    def __init__(self, *, workspace: Workspace, options: Options, posting: Posting) -> None:
        self._workspace = workspace
        self._options = options
        self._posting = posting
        self._hooks: dict[str, _Hook] = {}
        self._triggers: dict[str, Trigger] = {}

    def url(self, channel: Channel, user: str, source: Message | Ephemeral | None = None) -> str:
        """A new response_url for this person here, about this message."""
        secret = f"{self._workspace.team.id}/{self._workspace.random.randrange(10**12, 10**13)}/"
        secret += self._workspace.token("", 24)
        expires = self._workspace.clock() + self._options.response_seconds
        self._hooks[secret] = _Hook(channel, user, expires, source)
        return f"{self._workspace.base_url}/response/{secret}"

    def trigger(self, user: str, place: str | None = None) -> str:
        """A new trigger_id of what this person did, in this conversation."""
        draw = self._workspace.random.randrange
        trigger = f"{draw(10**12, 10**13)}.{draw(10**11, 10**12)}.{self._workspace.token('', 32).lower()}"
        expires = self._workspace.clock() + self._options.trigger_seconds
        self._triggers[trigger] = Trigger(user, place, expires)
        return trigger

    def exchange(self, trigger_id: str | None) -> Trigger:
        """Whose trigger it is; each works once and briefly."""
        trigger = self._triggers.get(trigger_id or "")
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._workspace.clock() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def receive(self, secret: str, body: Any) -> None:
        """Carry out what was posted to a response_url; SlackError with the code of Slack's 404 answer."""
        hook = self._hooks.get(secret)
        if hook is None:
            raise SlackError("no_such_url")
        if hook.uses >= self._options.response_uses:
            raise SlackError("used_url")
        if self._workspace.clock() > hook.expires:
            raise SlackError("expired_url")
        if not isinstance(body, dict):
            raise SlackError("invalid_payload")
        self._act(hook, body)
        hook.uses += 1

    def answer(self, channel: Channel, user: str, body: Any, *, source: str) -> None:
        """Show the body of an acknowledgement, as Slack shows what a command answers."""
        draft = as_draft(body)
        self.refuse_slack_files(draft.blocks)
        self._show(channel, user, draft, body if isinstance(body, dict) else {}, source)

    def refuse_slack_files(self, blocks: list[Json] | None) -> None:
        if blocks and "slack_file" in str(blocks):
            raise SlackError("invalid_blocks")

    def _act(self, hook: _Hook, body: Json) -> None:
        if body.get("delete_original"):
            if hook.source is not None:
                self._delete(hook)
            return
        draft = as_draft(body)
        if draft.empty:
            raise SlackError("no_text")
        self.refuse_slack_files(draft.blocks)
        self._posting.check_blocks(draft.blocks)
        if hook.source is not None and body.get("replace_original"):
            self._replace(hook, draft)
        else:
            self._show(hook.channel, hook.user, draft, body, "response_url")

    def _show(self, channel: Channel, user: str, draft: Draft, body: Json, source: str) -> None:
        if draft.empty:
            return
        thread_ts = body.get("thread_ts")
        if body.get("response_type") == "in_channel":
            self._posting.post(channel, draft, thread_ts=thread_ts)
        else:
            self._posting.whisper(channel, user, draft, source=source, thread_ts=thread_ts)

    def _replace(self, hook: _Hook, draft: Draft) -> None:
        """A message never changes between ephemeral and visible (docs: handling-user-interaction)."""
        source = hook.source
        if isinstance(source, Ephemeral):
            source.edits.append({"text": source.text, "blocks": source.blocks, "at": self._workspace.clock()})
            source.text, source.blocks = draft.text, self._posting.with_ids(draft.blocks)
            source.pings = self._posting.pings(draft)
            self._posting.whisper_changed(source)
        elif isinstance(source, Message):
            self._posting.update(hook.channel, source.ts, draft)

    def _delete(self, hook: _Hook) -> None:
        if isinstance(hook.source, Ephemeral):
            hook.source.deleted = True
            self._posting.whisper_changed(hook.source)
        elif hook.source is not None:
            self._posting.delete(hook.channel, hook.source)
