"""Commands that are typed in a message: answered privately, like the slash command's."""

from __future__ import annotations

from bot.domain.errors import BotError
from bot.domain.place import Place
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.conversation.ephemeral import whisper
from handlers.messages.error_message import Notice, sentence
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi


class CommandsInMessages:
    """The ``OtherCommands`` port (see bot.ports). ``dispatch`` carries a command out."""

    def __init__(self, *, dispatch: CommandDispatcher, api: SlackApi, names: BotNames) -> None:
        self._dispatch = dispatch
        self._api = api
        self._names = names

    async def answer(self, place: Place, user_id: str, text: str) -> None:
        """See the port."""
        await whisper(self._api, place, user_id, await self._notice(place, user_id, text))

    async def _notice(self, place: Place, user_id: str, text: str) -> Notice:
        try:
            return await self._dispatch(parsing.parse(text), place, user_id)
        except BotError as error:
            return sentence(error, self._names, channel_id=place.channel_id)
