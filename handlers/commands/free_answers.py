"""Answers what hardly asks for a picture: thanks, questions, mistyped commands, verbs. Nothing is spent."""

from __future__ import annotations

from bot.domain.place import Place
from bot.services.requests.cancel import Cancel
from bot.services.requests.lookup import Lookup
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.messages import free_answers as answers
from handlers.messages.command_replies import cancelled_notice
from handlers.messages.error_message import Notice
from handlers.messages.notices import history_notice
from handlers.messages.wording import BotNames
from handlers.parsing.verbs import Action, Verb
from handlers.parsing.words import Reading, Said


class FreeAnswers:
    """Answers in the same way for the slash command and for messages. ``commands`` carries out the command
    that was probably meant."""

    def __init__(
        self, *, commands: CommandDispatcher, lookup: Lookup, cancel: Cancel, names: BotNames
    ) -> None:
        self._commands = commands
        self._lookup = lookup
        self._cancel = cancel
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
        if verb.action is Action.CANCEL and in_conversation:
            job_id = await self._lookup.newest_unfinished(place, user_id)
            if job_id is not None:
                return cancelled_notice(await self._cancel(place.team_id, job_id, user_id))
        return answers.verb_notice(verb.action, in_conversation=in_conversation)
