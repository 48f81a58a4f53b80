"""Opens modals that have to be read first.

A trigger id is valid for three seconds (Slack reference 6). What a modal shows is waited for before
``views.open``, for as long as nobody notices; if it takes longer, a view that says so is opened and filled
later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.deadline import answer_within
from bot.domain.errors import BotError
from handlers.messages.block_kit import Json
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames
from handlers.views.form_answers import moment_view, told_view
from handlers.views.request_form import without_pictures
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.3
"""How long ``views.open`` waits for the read."""

LAST_SECONDS = 5.0
"""How long a process that stops waits for the modals that are being filled."""

_PICTURE_REFUSED = frozenset({"invalid_arguments", "invalid_blocks"})
"""What Slack may say of a view with a picture that the person may not see."""


class ModalOpening:
    """Opens and updates modals; a picture that the person may not see is no reason to have none."""

    def __init__(self, *, api: SlackApi, names: BotNames) -> None:
        self._api = api
        self._names = names
        self._under_way: set[asyncio.Task[None]] = set()

    async def open(self, trigger_id: str, read: Coroutine[Any, Any, Json], *, on_top: bool = False) -> bool:
        """Open the view that ``read`` makes, ``on_top`` of the modal where something was pressed; False when
        Slack did not take it. Raises what ``read`` raises, unless that comes late: then the modal says it."""
        method = "views.push" if on_top else "views.open"
        view = await self._soon(reading := self._begin(read))
        if view is not None:
            return await self.show(method, view, trigger_id=trigger_id) is not None
        return await self._open_unread(method, trigger_id, reading)

    async def open_bare(self, trigger_id: str, read: Coroutine[Any, Any, Json]) -> bool:
        """As ``open``, but the pictures are put into the open view: of many, one may not be for this person,
        and whether a trigger survives a view that Slack refuses is not known."""
        view = await self._soon(reading := self._begin(read))
        if view is None:
            return await self._open_unread("views.open", trigger_id, reading)
        bare = without_pictures(view)
        opened = await self.show("views.open", bare, trigger_id=trigger_id)
        if opened is not None and bare != view:
            where = {"view_id": str(opened.get("id")), "hash": str(opened.get("hash"))}
            self._go_on(self._add_pictures(view, where))
        return opened is not None

    async def show(self, method: str, view: Json, **where: str) -> Json | None:
        """The view as Slack has it; None when Slack did not take it, with or without its pictures."""
        plain = without_pictures(view)
        for tried in (view, plain) if plain != view else (view,):
            try:
                answer = await self._api.call(method, view=tried, **where)
            except SlackRefused as refused:
                log.warning("modal_not_taken", method=method, code=refused.code)
                if refused.code not in _PICTURE_REFUSED:
                    return None
            except BotError as closed:
                log.warning("modal_not_opened", method=method, reason=str(closed))
                return None
            else:
                return dict(answer.get("view") or {})
        return None

    async def finish(self) -> None:
        """Wait for the modals that are being filled, at most LAST_SECONDS. Safe to repeat."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)

    def _begin(self, read: Coroutine[Any, Any, Json]) -> asyncio.Task[Json]:
        with answer_within(None):  # the read may go on when this request is answered
            return asyncio.create_task(read, name="modal")

    async def _soon(self, reading: asyncio.Task[Json]) -> Json | None:
        """What was read, unless it takes longer than anybody waits."""
        await asyncio.wait({reading}, timeout=PATIENCE_SECONDS)
        return reading.result() if reading.done() else None

    async def _open_unread(self, method: str, trigger_id: str, reading: asyncio.Task[Json]) -> bool:
        opened = await self.show(method, moment_view(), trigger_id=trigger_id)
        self._go_on(self._fill(reading, opened))
        return opened is not None

    def _go_on(self, work: Coroutine[Any, Any, None]) -> None:
        """Carry on after the request is answered."""
        with answer_within(None):
            task = asyncio.create_task(work, name="fill-modal")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _add_pictures(self, view: Json, where: dict[str, str]) -> None:
        await self.show("views.update", view, **where)

    async def _fill(self, reading: asyncio.Task[Json], opened: Json | None) -> None:
        """Put what was read in place of the view that asks for a moment."""
        try:
            view = await reading
        except BotError as refused:
            log.info("modal_refused", reason=type(refused).__name__)
            view = told_view(sentence(refused, self._names))
        if opened is not None:
            await self.show("views.update", view, view_id=str(opened.get("id")))
