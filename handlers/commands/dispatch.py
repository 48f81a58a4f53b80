"""Answers every command but one for a picture, with one notice for the asker alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.place import Place
from bot.ports import JobView
from bot.services.budget.desk import BudgetDesk
from bot.services.requests.cancel import Cancel
from bot.services.requests.lookup import Lookup
from handlers import parsing
from handlers.commands.budget import BudgetCommands
from handlers.commands.picture_settings import PictureSettings
from handlers.conversation.permalinks import Permalinks
from handlers.messages.job.job_details import show_notice
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies import command_replies as replies
from handlers.messages.replies.notices import help_notice, history_notice
from handlers.messages.wording import BotNames


class CommandDispatcher:
    """Carries out commands, in the same way for the slash command and for mentions."""

    def __init__(
        self,
        *,
        lookup: Lookup,
        cancel: Cancel,
        desk: BudgetDesk,
        links: Permalinks,
        names: BotNames,
        budget: BudgetCommands,
        settings: PictureSettings,
    ) -> None:
        self._desk = desk
        self._links = links
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
                await self._cancel(team, ident, user_id)
                return replies.cancelled_notice()
            case parsing.History():
                return await self.listed(await self._lookup.history(team, user_id))
            case parsing.Status():
                found = await self._lookup.history(team, user_id, limit=50)
                views = [view for view in found if replies.is_under_way(view)]
                return replies.status_notice(views, await self._links(view.job for view in views))
            case parsing.SettingsShow() | parsing.SettingsSet():
                return await self._settings(command, place, user_id)
            case parsing.BudgetShow():
                return await self.budgets(place, user_id)
            case parsing.Help() | parsing.OpenForm():
                return help_notice(self._names, await self._lookup.glance(place, user_id))
            case parsing.Imagine() | parsing.NotAPicture():
                raise TypeError("not one of the commands")
            case _:
                return await self._budget(command, place, user_id, key)

    async def listed(self, views: Sequence[JobView], *, words: str = "") -> Notice:
        """Jobs as rows, each with a link to its message. ``words``: see ``history_notice``."""
        return history_notice(views, await self._links(view.job for view in views), words=words)

    async def budgets(self, place: Place, user_id: str, *, lead: str = "") -> Notice:
        """What is left, with an admin's or a member's buttons; ``lead`` comes before it. Raises AskRefused
        and StoreUnavailable."""
        rows = await self._lookup.standings(place, user_id)
        return replies.budget_notice(rows, await self._desk(place.team_id, user_id), lead=lead)
