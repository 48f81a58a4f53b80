"""The slash command: translate in, make one call, translate out."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services.cancel import Cancel
from bot.services.lookup import Lookup
from bot.services.submit import Ask, Submit
from handlers import parsing
from handlers.blocks import Voice
from handlers.listeners import replies
from handlers.messages import Notice
from handlers.notices import ack_notice, help_notice, history_notice, show_notice
from handlers.payloads import SlashCommand
from handlers.text_input import decode_command_text


class CommandListener:
    """Answers every invocation with one private message, after one local transaction and no call out."""

    def __init__(self, *, submit: Submit, lookup: Lookup, cancel: Cancel, voice: Voice) -> None:
        self._submit = submit
        self._lookup = lookup
        self._cancel = cancel
        self._voice = voice

    async def handle(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Raises what the services raise; ``failures.py`` turns it into a sentence."""
        asked = SlashCommand.model_validate(body)
        await ack(replies.private(await self._answer(asked)))

    async def _answer(self, asked: SlashCommand) -> Notice:
        match parsing.parse(decode_command_text(asked.text)):
            case parsing.Imagine() as picture:
                return await self._imagine(asked, picture)
            case parsing.Show(ident):
                return show_notice(await self._lookup.show(asked.team_id, ident), self._voice)
            case parsing.Cancel(ident):
                return replies.cancelled_notice(await self._cancel(asked.team_id, ident, asked.user_id))
            case parsing.History():
                views = await self._lookup.history(asked.team_id, asked.user_id)
                return history_notice(views, self._voice)
            case parsing.Status():
                views = await self._lookup.history(asked.team_id, asked.user_id, limit=50)
                return replies.status_notice(list(filter(replies.is_under_way, views)), self._voice)
            case parsing.BudgetShow():
                return replies.budget_notice(await self._lookup.standings(asked.place, asked.user_id))
            case parsing.Help() | parsing.OpenForm():
                return help_notice(self._voice, await self._lookup.standings(asked.place, asked.user_id))
            case _:
                return replies.not_yet_notice(self._voice)

    async def _imagine(self, asked: SlashCommand, picture: parsing.Imagine) -> Notice:
        accepted = await self._submit(
            Ask(
                request_key=asked.request_key,
                place=asked.place,
                user_id=asked.user_id,
                request=picture.request,
                notes=picture.notes,
                reply_url=asked.response_url,
            )
        )
        return ack_notice(accepted.job, accepted.standings, is_new=accepted.is_new)
