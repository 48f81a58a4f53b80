"""A cross on a picture's message: whether to cancel or to delete it is asked in a direct message."""

from __future__ import annotations

from bot.domain.place import Place
from bot.services.budget.admins import Admins
from bot.services.steps.by_message import ByMessage
from handlers.conversation.ephemeral import say_directly
from handlers.listeners.reactions import CANCELS
from handlers.messages.buttons.picture_buttons import withdraw_text
from handlers.messages.job.job_private import withdraw_question
from handlers.messages.replies.verb_notices import delete_question
from handlers.web_api.client import SlackApi


class ReactionQuestions:
    """The ``ReactionHandler`` of the bot. It changes nothing itself: the buttons of its questions do."""

    def __init__(self, *, by_message: ByMessage, admins: Admins, api: SlackApi) -> None:
        self._by_message = by_message
        self._admins = admins
        self._api = api

    async def __call__(self, place: Place, ts: str, user_id: str, reaction: str) -> None:
        """Ask the asker or an admin; nobody else hears anything. Raises StoreUnavailable."""
        found = await self._by_message.find(place, ts) if reaction == CANCELS else None
        if found is None:
            return
        job, number = found
        if job.user_id != user_id and not await self._admins.is_admin(place.team_id, user_id):
            return
        if not job.status.is_final:
            await say_directly(self._api, user_id, withdraw_question(job, withdraw_text(job)))
        else:
            await say_directly(self._api, user_id, delete_question(job.id, number))
