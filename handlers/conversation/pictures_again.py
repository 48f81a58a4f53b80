"""Posts a picture that is there already once more: one that was picked, gone back to, or shared elsewhere."""

from __future__ import annotations

import structlog

from bot.domain.jobs.shown import Posting
from bot.domain.requests.pricing import PriceTable
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import JobView
from handlers.conversation.find_message import find_own_message
from handlers.conversation.misplaced import require_thread
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.conversation.posting import BLOCKS_REFUSED, VERBATIM, ts_of
from handlers.messages.job_message import picture_message
from handlers.messages.shown_message import StatusMessage
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

METADATA_EVENT = "imagine_picture"

PROCESSING_SECONDS = 2.0
"""Slack takes a block of a file that it has not processed yet for a wrong one; it is tried again after so
many seconds (loop reference 2)."""


class PicturesAgain:
    """One call each; see the port for what may be repeated."""

    def __init__(self, *, api: SlackApi, prices: PriceTable, people: NamesOfPeople) -> None:
        self._api = api
        self._prices = prices
        self._people = people

    async def post(self, view: JobView, posting: Posting) -> str:
        """See ``Conversation.post_picture``."""
        message = await self._message(view, posting)
        try:
            answer = await self._api.call(
                "chat.postMessage",
                channel=posting.place.channel_id,
                thread_ts=posting.place.thread_ts,
                text=message.text,
                blocks=message.blocks,
                metadata=_mark(posting),
                unfurl_links=False,
                unfurl_media=False,
                **VERBATIM,
            )
        except SlackRefused as refused:
            if refused.code in BLOCKS_REFUSED:
                raise TryLater(refused.code, after=PROCESSING_SECONDS) from refused
            raise CannotPost(refused.code) from refused
        try:
            await require_thread(self._api, posting.place, answer)
        except TryLater as not_deleted:
            raise OutcomeUnknown(f"posted outside its thread: {not_deleted}") from not_deleted
        return ts_of(answer)

    async def find(self, posting: Posting) -> str | None:
        """See ``Conversation.find_posting``."""
        place = posting.place
        since = posting.intent_at or posting.created_at
        try:
            return await find_own_message(
                self._api, place.channel_id, _mark(posting), since=since, thread_ts=place.thread_ts
            )
        except (CannotPost, SlackRefused) as refused:
            log.warning("posting_not_searchable", reason=str(refused))
            return None

    async def update(self, view: JobView, posting: Posting) -> None:
        """See ``Conversation.update_posting``."""
        message = await self._message(view, posting)
        try:
            await self._api.call(
                "chat.update",
                channel=posting.place.channel_id,
                ts=posting.ts,
                text=message.text,
                blocks=message.blocks,
                **VERBATIM,
            )
        except (CannotPost, SlackRefused) as refused:
            log.info("posting_not_editable", reason=str(refused))

    async def _message(self, view: JobView, posting: Posting) -> StatusMessage:
        asker = await self._people.name(view.job.user_id)
        return picture_message(view, posting.number, self._prices, asker=asker, said=posting.line)


def _mark(posting: Posting) -> dict[str, object]:
    return {"event_type": METADATA_EVENT, "event_payload": {"posting_id": posting.id}}
