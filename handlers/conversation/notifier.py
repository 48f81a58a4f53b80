"""How word about money reaches people: direct messages and cards."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog

from bot.domain.budget.admin_notice import Concern
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.outbox_message import Letter
from bot.domain.budget.threshold import Alert
from bot.domain.requests.pending_request import Draft
from bot.errors import CannotPost, GivenUp
from bot.ports.people import Card
from handlers.budget.admin_notices import concern_notice
from handlers.budget.cards import alert_notice, decided_notice, petition_notice
from handlers.conversation.find_message import find_ours
from handlers.conversation.people import list_admins
from handlers.conversation.posting import UNTOUCHED, ts_of
from handlers.messages.block_kit import Json
from handlers.messages.error_message import Notice, notice
from handlers.web_api.client import ApiFor, SlackApi
from handlers.web_api.uploads import Wire

METADATA_EVENT = "imagine_letter"

log = structlog.get_logger(__name__)


class SlackOffice:
    """The ``Office`` port: direct messages from the bot."""

    def __init__(self, api_for: ApiFor, wire: Wire) -> None:
        self._api_for = api_for
        self._wire = wire

    async def admins(self, team_id: str) -> tuple[str, ...]:
        return await list_admins(await self._api_for(team_id), team_id)

    async def petition(self, letter: Letter, draft: Draft, *, zone: str) -> Card:
        return await self._post(letter, petition_notice(draft, zone))

    async def update_petition(self, draft: Draft, card: Card, *, zone: str) -> None:
        channel, ts = card
        if not ts:
            return
        api = await self._api_for(draft.team_id)
        said = petition_notice(draft, zone)
        try:
            await api.call(
                "chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks, **UNTOUCHED
            )
        except (GivenUp, CannotPost) as gone:  # deleted, or the bot was removed: nothing is left to update
            log.info("card_not_updated", reason=str(gone))

    async def decided(self, letter: Letter, draft: Draft) -> Card:
        return await self._post(letter, decided_notice(draft))

    async def alert(self, letter: Letter, alert: Alert, row: ScopePeriod) -> Card:
        return await self._post(letter, alert_notice(alert, row))

    async def concern(self, letter: Letter, concern: Concern) -> Card:
        return await self._post(letter, concern_notice(concern))

    async def find(self, letter: Letter, *, since: datetime) -> Card | None:
        """See the port."""
        api = await self._api_for(letter.team_id)
        try:
            channel = await conversation_of(api, letter.to)
            ts = await find_ours(api, channel, _metadata(letter), since=since)
        except (GivenUp, CannotPost) as shut:
            log.warning("letter_not_searchable", reason=str(shut))
            return None
        return (channel, ts) if ts is not None else None

    async def send_file(self, team_id: str, user_id: str, name: str, data: bytes) -> None:
        channel, _ = await self._send(team_id, user_id, notice([f"Here is {name}."]))
        api = await self._api_for(team_id)
        ticket = await api.call("files.getUploadURLExternal", filename=name, length=len(data))
        with NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            await self._wire.upload(str(ticket.get("upload_url")), Path(file.name))
        await api.call(
            "files.completeUploadExternal",
            files=[{"id": ticket.get("file_id"), "title": name}],
            channel_id=channel,
        )

    async def _post(self, letter: Letter, said: Notice) -> Card:
        return await self._send(letter.team_id, letter.to, said, metadata=_metadata(letter))

    async def _send(self, team_id: str, to: str, said: Notice, *, metadata: Json | None = None) -> Card:
        """Posting to a person opens the direct message with them."""
        api = await self._api_for(team_id)
        answer = await api.call(
            "chat.postMessage",
            channel=to,
            text=said.text,
            blocks=said.blocks,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **UNTOUCHED,
        )
        return str(answer.get("channel") or ""), ts_of(answer)


async def conversation_of(api: SlackApi, to: str) -> str:
    """The conversation that a post to ``to`` lands in: a person's id is none. Raises what ``SlackApi.call``
    raises; without the scope for it that is CannotPost."""
    if not to.startswith(("U", "W")):
        return to
    opened = await api.call("conversations.open", users=to)
    return str((opened.get("channel") or {}).get("id") or "")


def _metadata(letter: Letter) -> Json:
    return {"event_type": METADATA_EVENT, "event_payload": {"letter": letter.mark}}
