"""The app's Home, drawn anew whenever somebody opens it."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import BotError
from bot.services.home import Home
from handlers.blocks import Voice
from handlers.home import home_view
from handlers.slack_api import ApiFor

log = structlog.get_logger(__name__)


class HomeListener:
    def __init__(self, *, home: Home, api_for: ApiFor, voice: Voice) -> None:
        self._home = home
        self._api_for = api_for
        self._voice = voice

    async def opened(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Never raises what Slack says: a Home that could not be drawn is drawn at the next look."""
        user = str(event.get("user") or "")
        if event.get("tab") == "home" and user:
            try:
                view = home_view(await self._home(str(context.team_id), user), self._voice)
                api = await self._api_for(str(context.team_id))
                await api.call("views.publish", user_id=user, view=view)
            except BotError as undrawn:
                log.warning("home_not_drawn", reason=str(undrawn))
        await ack()
