"""Answers what hardly asks for a picture: thanks, questions, mistyped commands, verbs. Nothing is spent."""

from __future__ import annotations

from bot.domain.place import Place
from bot.services.requests.lookup import Lookup
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.verbs import VerbAnswers
from handlers.messages import free_answers as answers
from handlers.messages.error_message import Notice
from handlers.messages.notices import history_notice
from handlers.messages.verb_notices import last_picture
from handlers.messages.wording import BotNames
from handlers.parsing.verbs import Verb
from handlers.parsing.words import Reading, Said


class FreeAnswers:
    """Answers in the same way for the slash command and for messages. ``commands`` carries out the command
    that was probably meant."""

    def __init__(
        self, *, commands: CommandDispatcher, lookup: Lookup, verbs: VerbAnswers, names: BotNames
    ) -> None:
        self._commands = commands
        self._lookup = lookup
        self._verbs = verbs
        self._names = names

    async def __call__(self, said: Said, place: Place, user_id: str, *, in_conversation: bool) -> Notice:
        """The answer to ``said``. Raises what the services raise: AskRefused, StoreUnavailable."""
        match said.reading:
            case Reading.THANKS:
                return answers.thanks_notice()
            case Reading.TALK | Reading.QUESTION:
                return await self._commands(parsing.Help(), place, user_id)
            case Reading.MONEY_QUESTION:
                return await self._commands(parsing.BudgetShow(), place, user_id)
            case Reading.SLIP:
                return answers.slip_notice(said.command, self._names)
            case Reading.NEAR:
                return await self._commands(parsing.parse(said.command), place, user_id)
            case Reading.SEARCH:
                found = await self._lookup.search(place.team_id, user_id, said.words)
                return history_notice(found, self._names, words=said.words)
            case Reading.BUDGET:
                return answers.budget_help_notice(self._names)
            case Reading.VERB:
                assert said.verb is not None
                return await self._verb(said.verb, place, user_id, in_conversation=in_conversation)

    async def _verb(self, verb: Verb, place: Place, user_id: str, *, in_conversation: bool) -> Notice:
        """A verb outside a thread: nothing says which picture it is about, so the newest one is offered."""
        found = await self._verbs.outside(place, user_id)
        if found is None:
            return answers.verb_notice(verb.action, in_conversation=in_conversation)
        job, link = found
        return last_picture(job, link)
