"""Posts a picture that is there already once more: one that was picked, gone back to, or shared elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain.jobs.shown import Posting, PostingKind
from bot.domain.requests.pricing import PriceTable
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import JobView
from handlers.conversation.file_upload import share_uploads
from handlers.conversation.files import shares_in
from handlers.conversation.find_message import find_own_message
from handlers.conversation.misplaced import require_thread
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.conversation.posting import BLOCKS_REFUSED, VERBATIM, call_about_file, ts_of
from handlers.messages.job.job_message import picture_message, share_begun, share_message
from handlers.messages.job.result_files import title_of
from handlers.messages.job.shown_message import StatusMessage
from handlers.messages.money.amounts import drawn
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

METADATA_EVENT = "imagine_picture"

PROCESSING_SECONDS = 2.0
"""Slack takes a block of a file that it has not processed yet for a wrong one; it is tried again after so
many seconds (loop reference 2)."""

PROCESSED_SECONDS = 60.0
"""After so many seconds a root goes without a picture that Slack still does not show in it: the file is in
its thread."""


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

    async def share_copies(self, view: JobView, posting: Posting, file_ids: Sequence[str]) -> None:
        """See ``Conversation.share_copies``."""
        title = title_of(view, posting.number)
        names = (title, f"Preview of {title}")
        try:
            await share_uploads(
                self._api,
                dict(zip(file_ids, names, strict=False)),
                channel_id=posting.place.channel_id,
                thread_ts=posting.place.thread_ts,
                comment=f"{drawn(view.job.request, 1)}, full size",
            )
        except SlackRefused as refused:
            raise CannotPost(refused.code) from refused
        except OutcomeUnknown as unsure:
            log.info("copy_not_confirmed", reason=str(unsure))

    async def finish_share(self, view: JobView, posting: Posting, file_id: str) -> None:
        """See ``Conversation.finish_share``."""
        waited = (view.now - (posting.intent_at or posting.created_at)).total_seconds()
        for shown in (file_id, None):
            try:
                await self._edit(posting, await self._shared(view, posting, shown))
            except SlackRefused as refused:
                if refused.code not in BLOCKS_REFUSED or shown is None:
                    log.info("posting_not_editable", reason=refused.code)
                    return
                if waited < PROCESSED_SECONDS:
                    raise TryLater(refused.code, after=PROCESSING_SECONDS) from refused
                log.warning("picture_not_shown", reason=refused.code)
            else:
                return

    async def copy_at(self, posting: Posting, file_id: str) -> str | None:
        """See ``Conversation.copy_at``."""
        try:
            file = (await call_about_file(self._api, "files.info", file=file_id)).get("file") or {}
        except SlackRefused as unknown:  # Slack does not know a file before it was shared
            log.info("copy_not_seen", reason=unknown.code)
            return None
        shares = shares_in(file, posting.place.channel_id)
        return next((str(share["ts"]) for share in shares if share.get("ts")), None)

    async def update(self, view: JobView, posting: Posting) -> None:
        """See ``Conversation.update_posting``."""
        try:
            await self._edit(posting, await self._message(view, posting))
        except SlackRefused as refused:
            log.info("posting_not_editable", reason=str(refused))

    async def _edit(self, posting: Posting, message: StatusMessage) -> None:
        try:
            await self._api.call(
                "chat.update",
                channel=posting.place.channel_id,
                ts=posting.ts,
                text=message.text,
                blocks=message.blocks,
                **VERBATIM,
            )
        except CannotPost as closed:
            raise SlackRefused("chat.update", closed.reason) from closed

    async def _message(self, view: JobView, posting: Posting) -> StatusMessage:
        asker = await self._people.name(view.job.user_id)
        if posting.kind is PostingKind.SHARE:
            return share_begun(view, posting.number, asker=asker, said=posting.line)
        return picture_message(view, posting.number, self._prices, asker=asker)

    async def _shared(self, view: JobView, posting: Posting, file_id: str | None) -> StatusMessage:
        asker = await self._people.name(view.job.user_id)
        return share_message(
            view, posting.number, self._prices, asker=asker, said=posting.line, file_id=file_id
        )


def _mark(posting: Posting) -> dict[str, object]:
    return {"event_type": METADATA_EVENT, "event_payload": {"posting_id": posting.id}}
