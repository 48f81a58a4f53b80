"""The bot joined a channel, or a person opened their direct messages with it: it says once what it is for."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services.welcome import Welcome
from handlers.incoming.message_events import Us, teams_of
from handlers.listeners.belonging import Belonging
from handlers.listeners.unhandled import Unhandled


async def on_messages_tab(event: dict[str, Any]) -> bool:
    """Whether the app was opened at its direct messages, rather than at the Home (docs app_home_opened)."""
    return event.get("tab") == "messages"


class WelcomeListener:
    """Records that a welcome is due, then acknowledges. Raises StoreUnavailable: then Slack is told to send
    the event again."""

    def __init__(self, *, welcome: Welcome, belonging: Belonging, unhandled: Unhandled) -> None:
        self._welcome = welcome
        self._belonging = belonging
        self._unhandled = unhandled

    async def joined(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody joined a channel. Only that the bot itself did is news (docs member_joined_channel)."""
        channel = event.get("channel")
        if event.get("user") != context.bot_user_id or not isinstance(channel, str):
            await self._unhandled.event(ack, event)
            return
        inviter = event.get("inviter")
        known = isinstance(inviter, str) and await self._is_ours(inviter, event, context)
        await self._welcome.joined(str(context.team_id), channel, str(inviter) if known else None)
        await ack()

    async def opened(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """A person opened their direct messages with the bot."""
        user = event.get("user")
        if isinstance(user, str) and await self._is_ours(user, event, context):
            await self._welcome.came(str(context.team_id), user)
        await ack()

    async def _is_ours(self, user: str, event: dict[str, Any], context: AsyncBoltContext) -> bool:
        us = Us(str(context.team_id), str(context.bot_user_id), context.enterprise_id)
        return await self._belonging(us, user, teams_of(event))
