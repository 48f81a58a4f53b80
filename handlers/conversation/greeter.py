"""Posts welcomes, and asks Slack how many people read in a channel."""

from __future__ import annotations

from bot.domain.budget.outbox_message import OutboxMessage
from bot.ports.greeter import Crowd, Greeting
from bot.ports.people import Card
from handlers.conversation.notifier import metadata_of, send_message
from handlers.messages.replies.welcome import channel_welcome, person_welcome
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi


class SlackGreeter:
    """Implements ``bot.ports.greeter.Greeter``."""

    def __init__(self, api: SlackApi, names: BotNames) -> None:
        self._api = api
        self._names = names

    async def crowd(self, channel_id: str) -> Crowd:
        """See the port (docs conversations.info). A channel whose size is not told counts as large."""
        answer = await self._api.call("conversations.info", channel=channel_id, include_num_members=True)
        channel = answer.get("channel") or {}
        members = channel.get("num_members")
        return Crowd(members if isinstance(members, int) else 1_000_000, bool(channel.get("is_general")))

    async def greet(self, message: OutboxMessage, greeting: Greeting) -> Card:
        """See the port."""
        if greeting.channel_id is None:
            said = person_welcome()
        else:
            said = channel_welcome(greeting, self._names, here=message.to)
        return await send_message(self._api, message.to, said, metadata=metadata_of(message))
