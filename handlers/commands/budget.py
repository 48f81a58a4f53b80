"""``budget …``: what admins set and see. One call to a service each; the service checks the role."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Mode
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BadValue
from bot.domain.requests.request import Quality
from bot.services.budget.administration import WEEKDAYS, Administration, LimitSet
from bot.services.budget.exports import Exports
from handlers import parsing
from handlers.budget.cards import about_others
from handlers.budget.lists import history_notice, waiting_notice, who_notice
from handlers.commands.scopes import Scopes
from handlers.messages.block_kit import Code
from handlers.messages.error_message import Notice, notice
from handlers.messages.remaining import reset_text
from handlers.messages.scope_text import budget_of
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
                return notice(["New pictures are paused for everybody. What is being drawn still arrives."])
            case parsing.BudgetResume():
                await self._admin.resume(team, user_id)
                return notice(["New pictures are possible again."])
            case parsing.BudgetZone(zone):
                return await self._zone(team, user_id, zone)
            case parsing.BudgetWeek(day):
                await self._admin.set_week_start(team, user_id, day)
                return notice([f"Weeks begin on {WEEKDAYS[day]}, from the next week on."])
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
                return notice(["The list is on its way to you as a file, in a direct message."])
            case parsing.BudgetVerify():
                return _verify_notice(await self._admin.verify(team, user_id))
            case parsing.BudgetPrice():
                return self._price(command)

    async def _set(self, command: parsing.BudgetSet, place: Place, user_id: str) -> Notice:
        scope = await self._meant(command.scope, place, user_id)
        mode = Mode.SOFT if command.soft else Mode.HARD
        made = await self._admin.set_limit(user_id, scope, command.amount, command.window, mode=mode)
        return _set_notice(made, here=place.channel_id)

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
        return about_others(
            [
                f"Understood: {command.amount.as_room()} more for ",
                *budget_of(scope),
                f" this {command.window}{_left_text(row)}",
            ],
            here=place.channel_id,
        )

    async def _zone(self, team_id: str, user_id: str, zone: str) -> Notice:
        try:
            team = await self._admin.set_zone(team_id, user_id, zone)
        except ValueError:
            expected = "a zone such as Europe/Berlin"
            raise AskRefused(BadValue(zone, expected, flag="budget timezone")) from None
        return notice([f"Budgets follow the calendar of {team.tz}, from the next period on."])

    def _price(self, command: parsing.BudgetPrice) -> Notice:
        size = command.size
        qualities = [command.quality] if command.quality else list(Quality)
        prices = [
            f"{quality.value} {price(self._prices.per_picture(size, quality), exact=True)}"
            for quality in qualities
        ]
        return notice([f"A new picture of {size.width}×{size.height}: {' · '.join(prices)}."])


def _left_text(row: ScopePeriod | None) -> str:
    """The end of the sentence: until when, and what is left, where that is known."""
    if row is None:
        return ". Slack does not say just now whether this is a guest, so I cannot say what is left."
    left = f"{row.left.as_room()} is left" if row.left is not None else "it has no limit"
    return f", until {reset_text(row.end, row.tz)}: {left}."


def _set_notice(made: LimitSet, *, here: str) -> Notice:
    rule, row = made.rule, made.row
    if rule.amount is None:
        shut = f" Still nothing can be spent from it: it is $0.00 a {made.shut}." if made.shut else ""
        return about_others(
            [f"Understood: no limit a {rule.window} for ", *budget_of(rule.scope), f".{shut}"], here=here
        )
    soft = " It only warns." if rule.mode is Mode.SOFT else ""
    blocked = " Nothing can be spent from it." if not rule.amount else ""
    mixed = "".join(
        f" Mind: it allows more a {shorter} than a {longer}, so the {longer} decides."
        for shorter, longer in made.ineffective
    )
    over = ""
    if row is not None and row.spent + row.held > rule.amount + row.granted:
        used = (row.spent + row.held).as_cost()
        over = f" {used} is used already, so new pictures wait until {reset_text(row.end, row.tz)}."
    return about_others(
        [
            "Understood: ",
            *budget_of(rule.scope),
            f" is {rule.amount.as_room()} a {rule.window}, from the next ask on.{soft}{blocked}{over}{mixed}",
        ],
        here=here,
    )


def _verify_notice(violations: Sequence[object]) -> Notice:
    if not violations:
        return notice(["The ledger balances: every counter follows from it, to the micro-dollar."])
    return notice(
        [
            f"The ledger does not balance: {len(violations)} findings. ",
            "Run ",
            Code("imagine-bot audit"),
            " on the host for the details.",
        ]
    )
