"""The slash command: read what Slack sent, make one call to a service, answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.place import Place
from bot.domain.requests.amounts import new_orders
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.refusals import AskRefused, UnknownFlag, UnsupportedFlag
from bot.errors import StoreUnavailable
from bot.services.requests.preferences import Preferences
from bot.services.requests.private_place import PrivatePlaces
from bot.services.requests.start_job import StartJob
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.free_answers import FreeAnswers
from handlers.ids import is_direct
from handlers.incoming.payloads import SlashCommand
from handlers.listeners.form_opening import FormOpening
from handlers.listeners.late_answers import LateAnswers
from handlers.listeners.library import LibraryListener
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies import command_replies as replies
from handlers.messages.replies.free_answers import with_draw
from handlers.messages.replies.private_ask import comes_privately
from handlers.parsing.text_input import decode_command_text
from handlers.parsing.words import Reading, Said

log = structlog.get_logger(__name__)


class CommandListener:
    """Answers every invocation with one private message, after one local transaction. Before that,
    Slack is asked for the asker's role (a guest has limits of their own), unless it was learned within the
    last day. The bare command opens the form instead, and a look for pictures the library."""

    def __init__(
        self,
        *,
        start_job: StartJob,
        private_places: PrivatePlaces,
        preferences: Preferences,
        commands: CommandDispatcher,
        free_answers: FreeAnswers,
        form: FormOpening,
        library: LibraryListener,
        late_answers: LateAnswers,
    ) -> None:
        self._start_job = start_job
        self._private_places = private_places
        self._preferences = preferences
        self._commands = commands
        self._free_answers = free_answers
        self._form = form
        self._library = library
        self._late_answers = late_answers

    async def handle(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Raises what the services raise; ``errors.py`` turns it into a sentence."""
        asked = SlashCommand.model_validate(body)
        try:
            command = parsing.parse(decode_command_text(asked.text))
        except AskRefused as refused:
            refusal = refused.refusal
            if isinstance(refusal, UnknownFlag | UnsupportedFlag):
                offer = await self._offer_without(asked, refusal.without)
                raise AskRefused(replace(refusal, offer=offer)) from refused
            raise
        if await self._opened(asked, command):
            await ack()
        elif isinstance(command, parsing.BudgetVerify):  # reads a table that grows for good
            await self._late_answers.after_receipt(lambda: self._answer(asked, command), body, ack)
        elif _asks_for_people(command):
            await self._late_answers(lambda: self._answer(asked, command), body, ack)
        elif isinstance(command, parsing.Imagine):
            ask = await self._ask(asked, command)
            await self._start_job(ask)
            if ask.place == asked.place:
                await ack()  # the message that appears in the channel is the receipt
            else:
                await ack(replies.private(comes_privately(ask.place)))
        else:
            await ack(replies.private(await self._answer(asked, command)))

    async def _offer_without(self, asked: SlashCommand, without: str) -> PendingRequest | None:
        """Offer the ask without the refused flag. None where what is left asks for no picture."""
        try:
            rest = parsing.parse(without)
        except AskRefused:
            return None
        return await self._offer(asked, rest) if isinstance(rest, parsing.Imagine) else None

    async def _offer(self, asked: SlashCommand, picture: parsing.Imagine) -> PendingRequest | None:
        """Keep the picture as a pending request, for a button that draws it. None when it cannot be kept."""
        try:
            return await self._start_job.offer(await self._ask(asked, picture))
        except (AskRefused, StoreUnavailable) as other:
            log.info("nothing_offered", reason=type(other).__name__)
            return None

    async def _opened(self, asked: SlashCommand, command: parsing.Command) -> bool:
        """Whether a modal answers the command. The form, or the pictures to look through; of a search with
        the button that draws what was typed."""
        match command:
            case parsing.OpenForm():
                return await self._form.command(asked.trigger_id, asked.place, asked.user_id)
            case parsing.History():
                return await self._library.opened(asked.trigger_id, asked.place, asked.user_id)
            case parsing.NotAPicture(said=Said(reading=Reading.SEARCH, words=words), picture=picture):
                offer = partial(self._offer, asked, picture)
                return await self._library.opened(asked.trigger_id, asked.place, asked.user_id, words, offer)
            case _:
                return False

    async def _answer(self, asked: SlashCommand, command: parsing.Command) -> Notice:
        assert not isinstance(command, parsing.Imagine)
        if isinstance(command, parsing.NotAPicture):
            return await self._answer_free(asked, command)
        return await self._commands(command, asked.place, asked.user_id, key=asked.request_key)

    async def _answer_free(self, asked: SlashCommand, command: parsing.NotAPicture) -> Notice:
        """Answer what hardly asks for a picture, with a button that draws it all the same."""
        is_private = command.picture.is_private
        said = await self._free_answers(command.said, asked.place, asked.user_id, is_private=is_private)
        pending = await self._offer(asked, command.picture)
        return said if pending is None else with_draw(said, pending)

    async def _ask(self, asked: SlashCommand, picture: parsing.Imagine) -> Ask:
        place = await self._private_place(asked) if picture.is_private else asked.place
        mode = await self._preferences.mode(place, asked.user_id)
        orders = new_orders(picture.request, picture.asked, mode, picture.sizes)
        return Ask(
            request_key=asked.request_key,
            place=place,
            user_id=asked.user_id,
            request=orders.request,
            variations=orders.variations,
            notes=picture.notes,
            reply_url=asked.response_url if place == asked.place else None,
        )

    async def _private_place(self, asked: SlashCommand) -> Place:
        """The asker's direct messages with the bot. Where these cannot be opened, a direct message will do:
        the bot can post in no other. Raises AskRefused."""
        try:
            return await self._private_places(asked.place, asked.user_id)
        except AskRefused:
            if is_direct(asked.channel_id):
                return asked.place
            raise


def _asks_for_people(command: parsing.Command) -> bool:
    """Whether Slack is asked for people by name, which may take long."""
    match command:
        case parsing.BudgetSet(scope) | parsing.BudgetTopUp(scope):
            return scope.target is not None
        case _:
            return False
