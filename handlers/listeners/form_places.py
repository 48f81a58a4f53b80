"""Where the result of a form goes, and what it starts from."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PostingRefused
from bot.services.requests.edit_target import EditTarget, EditTargets
from bot.services.requests.private_place import PrivatePlaces
from handlers.conversation.membership import require_member_in_time
from handlers.incoming.form_input import Filled
from handlers.views.form_state import Mode
from handlers.web_api.client import SlackApi


class FormPlaces:
    """Raises AskRefused while the form is still open, so that nothing typed is lost."""

    def __init__(self, *, edit_targets: EditTargets, private_places: PrivatePlaces, api: SlackApi) -> None:
        self._edit_targets = edit_targets
        self._private_places = private_places
        self._api = api

    async def target(self, filled: Filled, team_id: str, user_id: str) -> EditTarget:
        """The place, the pictures to start from, and the picture that the ask started from. Raises AskRefused
        and StoreUnavailable."""
        found = await self._found(filled, team_id, user_id)
        if filled.is_only_me:
            place = await self._private_places(found.place, user_id)
            return replace(found, place=place, ask_ts=None if place != found.place else found.ask_ts)
        if filled.start.job_id is None and filled.start.draft is None:
            await require_member_in_time(self._api, found.place.channel_id)
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
