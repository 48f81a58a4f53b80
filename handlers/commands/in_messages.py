"""Commands, and what hardly asks for a picture, in a message: answered privately, as the slash command's."""

from __future__ import annotations

from bot.domain.errors import BotError
from bot.domain.requests.source import IncomingMessage
from bot.ports import MessageReaction
from bot.ports.conversation import Offer
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.free_answers import FreeAnswers
from handlers.commands.verbs import VerbAnswers
from handlers.conversation.ephemeral import whisper
from handlers.conversation.reactions import react
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies.free_answers import with_draw
from handlers.messages.replies.verb_notices import unclear
from handlers.messages.wording import BotNames
from handlers.parsing.words import Reading
from handlers.web_api.client import SlackApi

_TALK = frozenset({Reading.TALK, Reading.QUESTION, Reading.MONEY_QUESTION})
"""In a channel these get no button: others talk there too."""


class CommandsInMessages:
    """The ``OtherCommands`` port (see bot.ports). ``dispatch`` carries a command out."""

    def __init__(
        self,
        *,
        dispatch: CommandDispatcher,
        free_answers: FreeAnswers,
        verbs: VerbAnswers,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._verbs = verbs
        self._dispatch = dispatch
        self._free_answers = free_answers
        self._api = api
        self._names = names

    async def answer(self, message: IncomingMessage, offer: Offer) -> None:
        """See the port. Thanks get a reaction and no words; what a verb does is seen in the thread."""
        said = await self._notice(message, offer)
        if said is not None:
            await whisper(self._api, message.place, message.user_id, said)

    async def _notice(self, message: IncomingMessage, offer: Offer) -> Notice | None:
        place, user = message.place, message.user_id
        in_conversation = message.is_direct or place.thread_ts is not None
        try:
            command = parsing.parse(message.text, in_conversation=in_conversation)
            if isinstance(command, parsing.OpenForm):
                return await self._free_answers.bare(place)
            if not isinstance(command, parsing.NotAPicture):
                return await self._dispatch(command, place, user)
            reading, verb = command.said.reading, command.said.verb
            if reading is Reading.THANKS:
                await react(self._api, place, message.ts, MessageReaction.THANKED, ())
                return None
            if verb is not None and in_conversation:
                is_private = command.picture.is_private and not message.is_direct
                answer = await self._verbs(
                    verb, message.thread, user, key=message.key, ask_ts=message.ts, is_private=is_private
                )
                if answer is None or answer != unclear():
                    return answer
            else:
                is_private = command.picture.is_private
                answer = await self._free_answers(command.said, place, user, is_private=is_private)
        except BotError as error:
            return sentence(error, self._names, channel_id=place.channel_id)
        if reading in _TALK and not message.is_direct:
            return answer
        pending = await offer()
        return answer if pending is None else with_draw(answer, pending)
