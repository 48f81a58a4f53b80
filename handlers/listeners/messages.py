"""Messages and mentions: recorded, then acknowledged; what they mean is found out later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, SourceRef
from bot.ports import Clock
from bot.services.intake.intake import Intake
from bot.services.requests.cancel_deleted import CancelDeleted
from handlers.incoming.message_events import (
    Us,
    claimed_files,
    deleted_in,
    heard_from,
    is_shared_with,
    teams_of,
)
from handlers.listeners.belonging import Belonging
from handlers.listeners.unhandled import Unhandled
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


class MessageListener:
    """Takes ``message`` and ``app_mention`` events."""

    def __init__(
        self,
        *,
        intake: Intake,
        cancel_deleted: CancelDeleted,
        api: SlackApi,
        clock: Clock,
        belonging: Belonging,
        unhandled: Unhandled,
    ) -> None:
        self._intake = intake
        self._cancel_deleted = cancel_deleted
        self._api = api
        self._clock = clock
        self._belonging = belonging
        self._unhandled = unhandled

    async def handle(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Record a message, or cancel the ask of a deleted one, then acknowledge. Raises StoreUnavailable:
        then Slack is told to send the event again."""
        us = Us(str(context.team_id), str(context.bot_user_id), context.enterprise_id)
        if (gone := deleted_in(event)) is not None:
            if await self._cancel_deleted(Place(us.team_id, gone[0]), gone[1]):
                await ack()
            else:
                await self._unhandled.event(ack, event)
            return
        message = heard_from(event, us, self._clock.now())
        if message is None or not await self._belonging(us, message.user_id, teams_of(event)):
            await self._unhandled.event(ack, event)
            return
        if claims := claimed_files(event):
            message = await self._with_proven(message, claims)
        await self._intake(message)
        await ack()

    async def _with_proven(self, message: IncomingMessage, claims: list[str]) -> IncomingMessage:
        """Add those of ``claims`` of which Slack itself says that this message shares them. Once Slack cannot
        be asked, the rest is left out."""
        proven: list[SourceRef] = []
        try:
            for ident in claims:
                file = (await self._api.call("files.info", file=ident)).get("file") or {}
                if is_shared_with(file, message.place.channel_id, message.ts):
                    proven.append(SourceRef(file_id=ident, name=str(file.get("name") or "")))
        except BotError as unasked:
            log.info("files_not_proven", reason=str(unasked))
        return replace(message, files=(*message.files, *proven))
