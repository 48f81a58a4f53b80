"""``budget …``: what admins set and see. One call to a service each; the service checks the role."""

from __future__ import annotations

from bot.domain.budget.limits import Mode
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BadValue
from bot.domain.requests.request import Quality
from bot.services.budget.administration import WEEKDAYS, Administration
from bot.services.budget.exports import Exports
from handlers import parsing
from handlers.budget import replies
from handlers.budget.lists import history_notice, waiting_notice, who_notice
from handlers.commands.scopes import Scopes
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.status_text import price

_Shown = (
    parsing.BudgetHistory
    | parsing.BudgetApprovals
    | parsing.BudgetWho
    | parsing.BudgetExport
    | parsing.BudgetVerify
    | parsing.BudgetPrice
)


class BudgetCommands:
    """Carries out the ``budget`` commands that change or show limits."""

    def __init__(
        self, *, administration: Administration, exports: Exports, prices: PriceTable, scopes: Scopes
    ) -> None:
        self._admin = administration
        self._scope = scopes
        self._exports = exports
        self._prices = prices

    async def __call__(
        self, command: parsing.BudgetCommand, place: Place, user_id: str, key: str | None
    ) -> Notice:
        """Carry out ``command`` and return the answer. ``key`` is the request key of a slash command; None
        for a command in a message. Raises AskRefused and StoreUnavailable."""
        team = place.team_id
        match command:
            case parsing.BudgetSet():
                return await self._set(command, place, user_id)
            case parsing.BudgetTopUp():
                return await self._top_up(command, place, user_id, key)
            case parsing.BudgetPause():
                await self._admin.pause(team, user_id)
                return replies.paused_notice()
            case parsing.BudgetResume():
                await self._admin.resume(team, user_id)
                return replies.resumed_notice()
            case parsing.BudgetZone(zone):
                return await self._zone(team, user_id, zone)
            case parsing.BudgetWeek(day):
                await self._admin.set_week_start(team, user_id, day)
                return notice([f"Weeks begin on {WEEKDAYS[day]} from the next week on."])
            case _:
                return await self._shown(command, place, user_id)

    async def _shown(self, command: _Shown, place: Place, user_id: str) -> Notice:
        team, here = place.team_id, place.channel_id
        match command:
            case parsing.BudgetHistory():
                return history_notice(*await self._admin.history(team, user_id), here=here)
            case parsing.BudgetApprovals():
                return waiting_notice(*await self._admin.waiting(team, user_id), here=here)
            case parsing.BudgetWho():
                return who_notice(await self._admin.who(team, user_id))
            case parsing.BudgetExport(month):
                await self._exports.order(team, user_id, month)
                return replies.exported_notice()
            case parsing.BudgetVerify():
                return replies.verified_notice(await self._admin.verify(team, user_id))
            case parsing.BudgetPrice():
                return self._price(command)

    async def _set(self, command: parsing.BudgetSet, place: Place, user_id: str) -> Notice:
        scope = await self._meant(command.scope, place, user_id)
        mode = Mode.SOFT if command.soft else Mode.HARD
        made = await self._admin.set_limit(user_id, scope, command.amount, command.window, mode=mode)
        return replies.set_notice(made, here=place.channel_id)

    async def _meant(self, word: parsing.ScopeWord, place: Place, user_id: str) -> Scope:
        """The scope that ``word`` names. Raises AskRefused if somebody who is no admin names a target: only
        admins may learn who is in the workspace."""
        if word.target is not None:
            await self._admin.require(place.team_id, user_id)
        return await self._scope(word, place, user_id)

    async def _top_up(
        self, command: parsing.BudgetTopUp, place: Place, user_id: str, key: str | None
    ) -> Notice:
        if key is None:
            raise AskRefused(BadValue("here", "the slash command", flag="budget topup"))
        scope = await self._meant(command.scope, place, user_id)
        if scope.kind is ScopeKind.DEFAULT:
            expected = "workspace, channel or user"
            raise AskRefused(BadValue("default", expected, flag="budget topup"))
        row = await self._admin.top_up(user_id, scope, command.amount, key, window=command.window)
        return replies.added_notice(scope, command.amount, command.window, row, here=place.channel_id)

    async def _zone(self, team_id: str, user_id: str, zone: str) -> Notice:
        try:
            team = await self._admin.set_zone(team_id, user_id, zone)
        except ValueError:
            expected = "a zone such as Europe/Berlin"
            raise AskRefused(BadValue(zone, expected, flag="budget timezone")) from None
        return notice([f"Budgets follow the calendar of {team.tz} from the next period on."])

    def _price(self, command: parsing.BudgetPrice) -> Notice:
        size = command.size
        qualities = [command.quality] if command.quality else list(Quality)
        prices = [
            f"{quality.value} {price(self._prices.per_picture(size, quality), exact=True)}"
            for quality in qualities
        ]
        return notice([f"A new picture of {size.width}×{size.height}: {' · '.join(prices)}."])
