"""The buttons and forms by which admins change budgets, and everybody else asks for more."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.services.budget.administration import Administration
from bot.services.budget.desk import BudgetDesk
from handlers.budget import limit_forms as forms
from handlers.budget.replies import added_notice, set_notice
from handlers.conversation.ephemeral import whisper
from handlers.incoming.interactions import is_ours, place_of
from handlers.messages.buttons.budget_buttons import ADD, GIVE, LIMITS, MORE, USUAL, Addition
from handlers.messages.problems.error_message import Notice, notice, sentence, spoken
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

BUTTONS = (MORE, LIMITS, GIVE, ADD)


class BudgetDeskListener:
    """The role is checked at the moment of each press and each form. A trigger id is valid for three
    seconds."""

    def __init__(
        self, *, administration: Administration, desk: BudgetDesk, api: SlackApi, names: BotNames
    ) -> None:
        self._admin = administration
        self._desk = desk
        self._api = api
        self._names = names

    async def pressed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Open a form, or carry the press out and tell the person how it stands. No BotError is raised: each
        becomes a sentence."""
        (action,) = body["actions"]
        name, value = str(action["action_id"]), str(action.get("value") or "")
        team, user = str(context.team_id), str(body["user"]["id"])
        place = place_of(body, team) or Place(team, user)
        said: Notice | None = None
        try:
            _require_ours(context)
            if name in {MORE, LIMITS}:
                await self._open(name, team, user, value, str(body["trigger_id"]))
            else:
                said = await self._changed(name, value, user, here=place.channel_id)
        except BotError as refused:
            said = sentence(refused, self._names)
            log.info("budget_button_refused", action=name, error=type(refused).__name__)
        await ack()
        if said is not None:
            await whisper(self._api, place, user, said)

    async def limited(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Set the limit of a form that was sent. A refusal is shown beside its field."""
        team, user = str(context.team_id), str(body["user"]["id"])
        try:
            _require_ours(context)
            limit = forms.read_limit(view, team)
            made = await self._admin.set_limit(user, limit.scope, limit.amount, limit.window)
        except BotError as refused:
            await ack(response_action="errors", errors=self._wrong(refused))
            return
        await ack()
        await whisper(self._api, Place(team, user), user, set_notice(made, here=user))

    async def asked(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Tell the admins that somebody asks for more. Safe to repeat: the view's id is the key."""
        team, user = str(context.team_id), str(body["user"]["id"])
        try:
            _require_ours(context)
            amount, reason = forms.read_more(view)
            await self._desk.ask_for_more(team, user, amount, reason, key=str(view.get("id")))
        except BotError as refused:
            await ack(response_action="errors", errors=self._wrong(refused))
            return
        await ack()
        await whisper(self._api, Place(team, user), user, notice(["Sent to the budget admins."]))

    def _wrong(self, refused: BotError) -> dict[str, str]:
        """The refusal, beside the field that it is about."""
        if isinstance(refused, forms.WrongField):
            return {refused.field: refused.said}
        return {forms.AMOUNT: spoken(refused, self._names)}

    async def _open(self, name: str, team: str, user: str, value: str, trigger_id: str) -> None:
        if name == MORE:
            view = forms.more_view()
        else:
            await self._admin.require(team, user)
            view = forms.limits_view(Scope.parse(value) if ":" in value else None)
        await self._api.call("views.open", trigger_id=trigger_id, view=view)

    async def _changed(self, name: str, value: str, user: str, *, here: str) -> Notice:
        """Give or add money. A second press gives the same limit, and adds nothing."""
        if name == GIVE:
            made = await self._admin.set_limit(user, Scope.parse(value), USUAL, Window.MONTH)
            return set_notice(made, here=here)
        added = Addition.read(value)
        key = f"add:{added.scope}:{added.occasion}"
        row = await self._admin.top_up(user, added.scope, added.amount, key, window=added.window)
        return added_notice(added.scope, added.amount, added.window, row, here=here)


def _require_ours(context: AsyncBoltContext) -> None:
    if not is_ours(context):
        raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
