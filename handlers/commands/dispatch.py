"""Answers every command but one for a picture, with one notice for the asker alone."""

from __future__ import annotations

from bot.domain.place import Place
from bot.services.requests.cancel import Cancel
from bot.services.requests.lookup import Lookup
from handlers import parsing
from handlers.commands.budget import BudgetCommands
from handlers.commands.picture_settings import PictureSettings
from handlers.messages import command_replies as replies
from handlers.messages.error_message import Notice
from handlers.messages.notices import help_notice, history_notice, show_notice
from handlers.messages.wording import BotNames


class CommandDispatcher:
    """Carries out commands, in the same way for the slash command and for mentions."""

    def __init__(
        self,
        *,
        lookup: Lookup,
        cancel: Cancel,
        names: BotNames,
        budget: BudgetCommands,
        settings: PictureSettings,
    ) -> None:
        self._budget = budget
        self._settings = settings
        self._lookup = lookup
        self._cancel = cancel
        self._names = names

    async def __call__(
        self, command: parsing.Command, place: Place, user_id: str, *, key: str | None = None
    ) -> Notice:
        """Carry out ``command`` and return the answer. ``key`` is the request key of a slash command; None
        for a command in a message. Raises what the services raise: AskRefused, StoreUnavailable."""
        team = place.team_id
        match command:
            case parsing.Show(ident):
                return show_notice(await self._lookup.show(place, user_id, ident), self._names)
            case parsing.Cancel(ident):
                return replies.cancelled_notice(await self._cancel(team, ident, user_id))
            case parsing.History():
                return history_notice(await self._lookup.history(team, user_id), self._names)
            case parsing.Status():
                views = await self._lookup.history(team, user_id, limit=50)
                return replies.status_notice(list(filter(replies.is_under_way, views)), self._names)
            case parsing.SettingsShow() | parsing.SettingsSet():
                return await self._settings(command, place, user_id)
            case parsing.BudgetShow():
                return replies.budget_notice(await self._lookup.standings(place, user_id))
            case parsing.Help() | parsing.OpenForm():
                return help_notice(self._names, await self._lookup.glance(place, user_id))
            case parsing.Imagine() | parsing.NotAPicture():
                raise TypeError("not one of the commands")
            case _:
                return await self._budget(command, place, user_id, key)
