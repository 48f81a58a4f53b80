"""A person's reaction on one of our messages. It never buys anything: it shows no price."""

from __future__ import annotations

from typing import Any, Protocol

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.place import Place
from handlers.incoming.message_events import Us, teams_of
from handlers.listeners.belonging import Belonging
from handlers.listeners.unhandled import Unhandled

log = structlog.get_logger(__name__)

CANCELS = "x"
"""The emoji by which an asker or an admin asks to cancel or delete (loop reference 4)."""

HEARD = frozenset({CANCELS})


class ReactionHandler(Protocol):
    """What a reaction leads to."""

    async def __call__(self, place: Place, ts: str, user_id: str, reaction: str) -> None:
        """``user_id`` put ``reaction``, one of HEARD, on our message ``ts`` in ``place`` (whose thread is not
        known). May come twice. Raises StoreUnavailable: then the event comes again."""
        ...


class ReactionListener:
    """Hands reactions of our workspace's people on our own messages to ``handle``."""

    def __init__(self, *, handle: ReactionHandler, belonging: Belonging, unhandled: Unhandled) -> None:
        self._handle = handle
        self._belonging = belonging
        self._unhandled = unhandled

    async def added(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Hand the reaction on, then acknowledge (docs reaction_added)."""
        item = event.get("item") or {}
        user, channel, ts = event.get("user"), item.get("channel"), item.get("ts")
        reaction = str(event.get("reaction") or "").partition("::")[0]
        us = Us(str(context.team_id), str(context.bot_user_id), context.enterprise_id)
        is_ours = item.get("type") == "message" and event.get("item_user") == us.bot_user_id
        if (
            reaction not in HEARD
            or not is_ours
            or not isinstance(user, str)
            or user == us.bot_user_id
            or not isinstance(channel, str)
            or not isinstance(ts, str)
            or not await self._belonging(us, user, teams_of(event))
        ):
            await self._unhandled.event(ack, event)
            return
        await self._handle(Place(us.team_id, channel), ts, user, reaction)
        await ack()
