"""Where what is asked for privately is carried out: in the asker's direct messages with the bot.

From then on it is an ask in a direct message like any other, also for rates, lists and budgets (budgets
reference 1.10): where it was typed it leaves no trace.
"""

from __future__ import annotations

import asyncio

from bot.deadline import patience, seconds_left
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NoDirectMessages
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from bot.ports import Conversation

HURRIED_SECONDS, UNHURRIED_SECONDS = 1.0, 30.0
"""How long the conversation may take to answer while somebody waits, and while nobody does."""


class PrivatePlaces:
    """Finds that place. Only reads, so it is safe to repeat."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def __call__(self, place: Place, user_id: str) -> Place:
        """The place for what ``user_id`` asks for privately in ``place``, which is ``place`` itself if that
        is their direct messages with the bot.

        Raises AskRefused NoDirectMessages when there are none or, while somebody waits, when they are not
        opened in time; and TryLater when nobody waits.
        """
        try:
            async with asyncio.timeout(patience(HURRIED_SECONDS, UNHURRIED_SECONDS)):
                direct = await self._conversation.direct_channel(user_id)
        except (CannotPost, GivenUp) as closed:
            raise AskRefused(NoDirectMessages()) from closed
        except (TryLater, OutcomeUnknown, TimeoutError) as later:
            if seconds_left() is None:
                raise TryLater(str(later) or type(later).__name__) from later
            raise AskRefused(NoDirectMessages(is_for_now=True)) from later
        if place.channel_id == direct:
            return place
        return Place(place.team_id, direct, None, is_private=True)
