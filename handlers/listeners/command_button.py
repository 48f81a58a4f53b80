"""The button that carries out the command which a mistyped word was meant to be."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.conversation.ephemeral import whisper
from handlers.incoming.interactions import is_ours, place_of
from handlers.listeners.library import LibraryListener
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


class CommandButtonListener:
    """Answers privately, as if the command had been typed: in a message, or in a modal."""

    def __init__(
        self, *, commands: CommandDispatcher, library: LibraryListener, api: SlackApi, names: BotNames
    ) -> None:
        self._commands = commands
        self._library = library
        self._api = api
        self._names = names

    async def press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Acknowledge, then answer. No BotError is raised: each becomes a sentence."""
        await ack()
        team, user = str(context.team_id), str(body["user"]["id"])
        place = place_of(body, team) or Place(team, user)
        said = await self._answer(body, context, place, user)
        if said is not None:
            await whisper(self._api, place, user, said)

    async def _answer(
        self, body: dict[str, Any], context: AsyncBoltContext, place: Place, user: str
    ) -> Notice | None:
        """None where a modal is the answer."""
        (action,) = body["actions"]
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            command = parsing.parse(str(action.get("value") or ""))
            if isinstance(command, parsing.Imagine | parsing.NotAPicture):
                command = parsing.Help()  # only commands are put into the button
            trigger = str(body.get("trigger_id") or "")
            if isinstance(command, parsing.History) and await self._library.opened(trigger, place, user):
                return None
            return await self._commands(command, place, user)
        except BotError as refused:
            log.info("command_button_refused", error=type(refused).__name__)
            return sentence(refused, self._names)
