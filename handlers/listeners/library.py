"""Opens the library, the modal of pictures to look through, and turns its pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingRequest
from bot.services.requests.library import Library
from handlers.conversation.ephemeral import whisper
from handlers.conversation.permalinks import Permalinks
from handlers.listeners.modal_opening import ModalOpening
from handlers.messages.block_kit import Json
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames
from handlers.views.library import draw_row, draw_row_of, library_view, search_at, unpacked
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

Offer = Callable[[], Awaitable[PendingRequest | None]]
"""Keeps what was typed for a button that draws it; None when there is nothing to draw."""


async def nothing_typed() -> None:
    """The ``Offer`` of a plain command."""


class LibraryListener:
    """Who sees what is decided by the conversation where it was opened (loop reference 9), on each page."""

    def __init__(
        self, *, library: Library, links: Permalinks, modals: ModalOpening, api: SlackApi, names: BotNames
    ) -> None:
        self._library = library
        self._links = links
        self._modals = modals
        self._api = api
        self._names = names

    async def opened(
        self, trigger_id: str, place: Place, user_id: str, words: str = "", offer: Offer = nothing_typed
    ) -> bool:
        """Open it for somebody at ``place`` (with the person's id as the channel: on the Home); False when
        Slack did not take it, as for a trigger that is too old. Raises StoreUnavailable."""
        return await self._modals.open_bare(trigger_id, self._first(place, user_id, words, offer))

    async def turned(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Show the page whose number is the button's value. A press on a page that has been turned meanwhile
        is dropped, by its ``hash``."""
        await ack()
        (action,) = body["actions"]
        team, user, view = str(context.team_id), str(body["user"]["id"]), body["view"]
        place, words = unpacked(view, team)
        try:
            page = await self._view(place, user, words, int(action["value"]), draw_row_of(view))
        except BotError as refused:
            log.info("page_not_turned", reason=type(refused).__name__)
            await whisper(self._api, place, user, sentence(refused, self._names))
        else:
            await self._modals.show("views.update", page, view_id=str(view["id"]), hash=str(view["hash"]))

    async def _first(self, place: Place, user_id: str, words: str, offer: Offer) -> Json:
        pending = await offer()
        return await self._view(place, user_id, words, 0, [draw_row(pending)] if pending else [])

    async def _view(self, place: Place, user_id: str, words: str, number: int, draw: Sequence[Json]) -> Json:
        search = search_at(place, user_id, words)
        page = await self._library.page(search, number)
        links = await self._links(view.job for view in page.views)
        return library_view(place, search, page, links, draw=draw)
