"""Sends direct messages, cards and files about money."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import structlog

from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.threshold import Alert
from bot.domain.requests.pending_request import PendingRequest
from bot.errors import CannotPost, GivenUp
from bot.ports.people import Card
from handlers.budget.admin_notices import admin_notice_message
from handlers.budget.cards import alert_notice, approval_request_notice, decided_notice
from handlers.conversation.file_upload import request_upload, share_uploads
from handlers.conversation.find_message import find_own_message
from handlers.conversation.people import list_admins
from handlers.conversation.posting import VERBATIM, ts_of
from handlers.messages.block_kit import Json
from handlers.messages.problems.error_message import Notice, notice
from handlers.web_api.client import SlackApi
from handlers.web_api.uploads import UploadClient

METADATA_EVENT = "imagine_letter"

log = structlog.get_logger(__name__)


class SlackNotifier:
    """Implements ``bot.ports.people.Notifier`` with messages of the bot. ``upload_client`` sends files."""

    def __init__(self, api: SlackApi, upload_client: UploadClient) -> None:
        self._api = api
        self._upload_client = upload_client

    async def admins(self, team_id: str) -> tuple[str, ...]:
        return await list_admins(self._api, team_id)

    async def approval_request(self, message: OutboxMessage, pending: PendingRequest, *, zone: str) -> Card:
        return await self._post(message, approval_request_notice(pending, zone, here=message.to))

    async def update_approval_request(self, pending: PendingRequest, card: Card, *, zone: str) -> None:
        channel, ts = card
        if not ts:
            return
        said = approval_request_notice(pending, zone, here=channel)
        try:
            await self._api.call(
                "chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks, **VERBATIM
            )
        except (GivenUp, CannotPost) as gone:  # deleted, or the bot was removed: nothing is left to update
            log.info("card_not_updated", reason=str(gone))

    async def decided(self, message: OutboxMessage, pending: PendingRequest) -> Card:
        return await self._post(message, decided_notice(pending))

    async def alert(self, message: OutboxMessage, alert: Alert, row: ScopePeriod) -> Card:
        return await self._post(message, alert_notice(alert, row, here=message.to))

    async def admin_notice(self, message: OutboxMessage, admin_notice: AdminNotice) -> Card:
        return await self._post(message, admin_notice_message(admin_notice, here=message.to))

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        """See the port."""
        try:
            channel = await conversation_of(self._api, message.to)
            ts = await find_own_message(self._api, channel, metadata_of(message), since=since)
        except (GivenUp, CannotPost) as shut:
            log.warning("message_not_searchable", reason=str(shut))
            return None
        return (channel, ts) if ts is not None else None

    async def send_file(self, _team_id: str, user_id: str, name: str, path: Path) -> None:
        channel, _ = await send_message(self._api, user_id, notice([f"Here is {name}."]))
        ticket = await request_upload(
            self._api, name=name, size_bytes=(await asyncio.to_thread(path.stat)).st_size
        )
        await self._upload_client.upload(ticket.upload_url, path)
        await share_uploads(self._api, {ticket.file_id: name}, channel_id=channel)

    async def _post(self, message: OutboxMessage, said: Notice) -> Card:
        return await send_message(self._api, message.to, said, metadata=metadata_of(message))


async def conversation_of(api: SlackApi, to: str) -> str:
    """The id of the conversation that a post to ``to`` goes to; for a person, of the direct message with
    them. Safe to repeat. Raises what ``SlackApi.call`` raises; without the scope for it that is
    CannotPost."""
    if not to.startswith(("U", "W")):
        return to
    opened = await api.call("conversations.open", users=to)
    return str((opened.get("channel") or {}).get("id") or "")


async def send_message(api: SlackApi, to: str, said: Notice, *, metadata: Json | None = None) -> Card:
    """Post a message and return where it is. Posting to a person opens the direct message with them. Not safe
    to repeat. Raises what ``SlackApi.call`` raises."""
    answer = await api.call(
        "chat.postMessage",
        channel=to,
        text=said.text,
        blocks=said.blocks,
        metadata=metadata,
        unfurl_links=False,
        unfurl_media=False,
        **VERBATIM,
    )
    return str(answer.get("channel") or ""), ts_of(answer)


def metadata_of(message: OutboxMessage) -> Json:
    """What a message of the outbox carries, to be found again."""
    return {"event_type": METADATA_EVENT, "event_payload": {"letter": message.mark}}
