"""Answers what hardly asks for a picture: thanks, questions, mistyped commands, verbs. Nothing is spent."""

from __future__ import annotations

from bot.domain.place import Place
from bot.services.requests.library import Library
from bot.services.requests.lookup import Lookup
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.verbs import VerbAnswers
from handlers.ids import is_direct
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies import free_answers as answers
from handlers.messages.replies.verb_notices import last_picture
from handlers.messages.replies.welcome import bare_mention_notice, person_welcome, talk_notice
from handlers.parsing.words import Reading, Said
from handlers.views.library import search_at


class FreeAnswers:
    """Answers in the same way for the slash command and for messages. ``commands`` carries out the command
    that was probably meant."""

    def __init__(
        self, *, commands: CommandDispatcher, lookup: Lookup, library: Library, verbs: VerbAnswers
    ) -> None:
        self._commands = commands
        self._library = library
        self._lookup = lookup
        self._verbs = verbs

    async def bare(self, place: Place) -> Notice:
        """The answer to a mention without words. Raises StoreUnavailable."""
        return bare_mention_notice(await self._lookup.newest_result(place))

    async def __call__(self, said: Said, place: Place, user_id: str, *, is_private: bool = False) -> Notice:
        """The answer to ``said``. ``is_private``: only the person is to see what is drawn. Raises what the
        services raise: AskRefused, StoreUnavailable."""
        match said.reading:
            case Reading.THANKS:
                return answers.thanks_notice()
            case Reading.TALK:
                return person_welcome() if is_direct(place.channel_id) else talk_notice()
            case Reading.QUESTION:
                return await self._commands(parsing.Help(), place, user_id)
            case Reading.MONEY_QUESTION:
                return await self._commands(parsing.BudgetShow(), place, user_id)
            case Reading.SLIP:
                return answers.slip_notice(said.command)
            case Reading.NEAR:
                return await self._commands(parsing.parse(said.command), place, user_id)
            case Reading.SEARCH:
                found = await self._library.page(search_at(place, user_id, said.words))
                return await self._commands.listed(found.views, words=said.words)
            case Reading.BUDGET:
                lead = "That is no budget command. Nothing was changed."
                return await self._commands.budgets(place, user_id, lead=lead)
            case Reading.VERB:
                return await self._verb(place, user_id, is_private=is_private)

    async def _verb(self, place: Place, user_id: str, *, is_private: bool) -> Notice:
        """A verb outside a thread: nothing says which picture it is about, so the newest one is offered."""
        found = await self._verbs.outside(place, user_id)
        if found is None:
            return answers.verb_notice()
        job, link = found
        return last_picture(job, link, is_private=is_private)
