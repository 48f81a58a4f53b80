"""Where the bot may go: finding a conversation by what a call names, and who is refused with which code.

Facts: docs chat.postMessage (errors; "Post to a direct message channel"), Slack reference 0.4, 3.2 and 3.7.
"""

from __future__ import annotations

from sandbox.slack.errors import SlackError
from sandbox.slack.options import Options
from sandbox.slack.workspace import BOT_USER, Channel, Workspace


class Access:
    """The doors of the workspace, as the bot's token meets them."""

    def __init__(self, *, workspace: Workspace, options: Options) -> None:
        self._workspace = workspace
        self._options = options

    def find(self, identifier: str) -> Channel:
        """A conversation the bot can see, by its id: names and the ids of people are refused."""
        channel = self._workspace.channels.get(identifier)
        if channel is None or (channel.private and BOT_USER not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def addressed(self, name: str) -> Channel:
        """A conversation by its id or name; a person's id means the direct message with them. Posts only."""
        if name[:1] in {"U", "W"} and name in self._workspace.users and name != BOT_USER:
            return self._workspace.direct(name)
        named = self._workspace.by_name(name)
        return self.find(named.id if named else name)

    def to_write(self, name: str) -> Channel:
        """A conversation where the bot may post now."""
        channel = self.addressed(name)
        if channel.archived:
            raise SlackError("is_archived")
        if channel.id in self._options.channel_errors:
            raise SlackError(self._options.channel_errors[channel.id])
        if channel.kind == "im" and not self._options.messages_tab:
            raise SlackError("messages_tab_disabled")
        if BOT_USER not in channel.members and "chat:write.public" not in self._options.scopes:
            raise SlackError("not_in_channel")
        return channel

    def to_share(self, name: str) -> Channel:
        """Files need membership whatever the scopes (nao#1372); a person's id is refused (bolt-js#2115)."""
        if name[:1] not in {"C", "G", "D", "Z"}:
            raise SlackError(
                "invalid_arguments",
                messages=["[ERROR] must match a pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"],
            )
        channel = self.find(name)
        if BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        return self.to_write(name)

    def to_read(self, name: str) -> Channel:
        """History needs membership and the scope of the conversation's kind; a person's id is none
        (pipedream#21684)."""
        channel = self.find(name)
        if BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def need_scope(self, channel: Channel, suffix: str) -> None:
        """``channels:history`` for a public channel, ``im:read`` for a direct message, and so on."""
        family = {"channel": "channels", "group": "groups"}.get(channel.kind, channel.kind)
        needed = f"{family}:{suffix}"
        if needed not in self._options.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(self._options.scopes))
