"""Where the result of a form goes, and what it starts from."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PostingRefused
from bot.errors import CannotPost
from bot.services.requests.edit_target import EditTarget, EditTargets
from handlers.conversation.membership import require_member
from handlers.conversation.notifier import conversation_of
from handlers.incoming.form_input import Filled
from handlers.views.form_state import Mode
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
"""How long a form that was sent waits for Slack; Slack waits 3 s for our answer."""


class FormPlaces:
    """Raises AskRefused while the form is still open, so that nothing typed is lost."""

    def __init__(self, *, edit_targets: EditTargets, api: SlackApi) -> None:
        self._edit_targets = edit_targets
        self._api = api

    async def target(self, filled: Filled, team_id: str, user_id: str) -> EditTarget:
        """The place, the pictures to start from, and the picture that the ask started from. Raises AskRefused
        and StoreUnavailable."""
        found = await self._found(filled, team_id, user_id)
        if filled.is_only_me:
            place = Place(team_id, await self._direct(user_id), None, is_private=True)
            return replace(found, place=place, ask_ts=None)
        if filled.start.job_id is None and filled.start.draft is None:
            await self._require_member(found.place.channel_id)
        return found

    async def _found(self, filled: Filled, team_id: str, user_id: str) -> EditTarget:
        start = filled.start
        if start.draft is not None:
            return await self._edit_targets.of_draft(team_id, start.draft, user_id)
        if start.job_id is not None and start.is_words:
            return await self._edit_targets.of_words(team_id, start.job_id)
        if start.job_id is not None:
            found = await self._edit_targets.of_result(team_id, start.job_id, filled.which)
            is_anew = filled.chosen.mode is Mode.ANEW
            return replace(found, sources=(), parent_picture=None) if is_anew else found
        if filled.channel_id is None:
            raise AskRefused(PostingRefused())
        is_private = start.is_private if filled.channel_id == start.channel_id else None
        place = Place(team_id, filled.channel_id, start.thread_ts, is_private)
        return await self._edit_targets.of_files(place, start.files)

    async def _direct(self, user_id: str) -> str:
        """The direct message with the person. Raises AskRefused when Slack does not open it now."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                found = await conversation_of(self._api, user_id)
        except (BotError, TimeoutError) as closed:
            log.info("no_direct_message", reason=str(closed) or type(closed).__name__)
            reason = closed.reason if isinstance(closed, CannotPost) else ""
            raise AskRefused(PostingRefused(reason)) from closed
        return found

    async def _require_member(self, channel_id: str) -> None:
        """Raise AskRefused while the form is still open if the bot is no member. If Slack does not answer in
        time, the ask goes on: membership is checked again before anything is paid for."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await require_member(self._api, channel_id)
        except CannotPost as closed:
            raise AskRefused(PostingRefused(closed.reason, channel_id)) from closed
        except (BotError, TimeoutError) as unknown:
            log.info("membership_not_asked", reason=str(unknown) or type(unknown).__name__)
