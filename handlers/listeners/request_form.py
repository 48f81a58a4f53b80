"""The form that is open: its price follows what is chosen. Once sent, it is an ask like any other.

Nothing is asked after the form has closed: what stands in the way is said in it, or on top of it.
"""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import (
    AskRefused,
    BudgetExceeded,
    NotAllowed,
    NotAllowedReason,
    Unconfirmed,
)
from bot.errors import StoreUnavailable
from bot.services.requests.ask_first import AskFirst
from bot.services.requests.confirm import Confirm
from bot.services.requests.form_start import FormStarts
from bot.services.requests.start_job import StartJob
from handlers.conversation.ephemeral import hint
from handlers.incoming.form_input import (
    Filled,
    field_of,
    read_chosen,
    read_form,
    seen_in,
    to_price,
)
from handlers.incoming.interactions import is_ours
from handlers.listeners.form_places import FormPlaces
from handlers.messages.block_kit import Json
from handlers.messages.buttons.button import DEAR
from handlers.messages.problems.error_message import sentence, spoken
from handlers.messages.replies.private_ask import comes_privately
from handlers.messages.wording import BotNames
from handlers.views import request_form as form
from handlers.views.form_answers import over_budget_view, question_view, told_view
from handlers.views.form_prefill import with_words
from handlers.views.form_state import Chosen, Start
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


class FormListener:
    """Keeps the price in the form true, and starts the job of one that was sent."""

    def __init__(
        self,
        *,
        start_job: StartJob,
        ask_first: AskFirst,
        confirm: Confirm,
        starts: FormStarts,
        places: FormPlaces,
        prices: PriceTable,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._start_job = start_job
        self._ask_first = ask_first
        self._confirm = confirm
        self._starts = starts
        self._places = places
        self._prices = prices
        self._api = api
        self._names = names

    async def changed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Acknowledge a field's change and draw the form with the new price. An update that comes too late,
        as the form has changed again or is closed, is dropped: the next change brings it."""
        await ack()
        view = body.get("view") or {}
        if view.get("callback_id") != form.FORM:
            return
        start = Start.unpacked(str(view.get("private_metadata") or ""))
        chosen = read_chosen(view, start)
        field = str(body["actions"][0].get("block_id") or "")
        if field == form.MODE:
            chosen = await self._with_words(start, chosen, str(context.team_id), str(body["user"]["id"]))
        count = chosen.files + chosen.masks
        is_lost = count < start.seen_files and field not in {form.PICTURES, form.MASK}
        try:
            await self._api.call(
                "views.update",
                view_id=view["id"],
                hash=view.get("hash"),
                view=self._drawn(view, start, chosen, is_lost=is_lost),
            )
        except BotError as late:
            log.info("form_price_dropped", reason=str(late))

    async def submit(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Start the job of a form that was sent, then acknowledge. Safe to repeat: the view's id is the key.

        A refusal is shown at its field, and a price that has risen on the button; the form stays open with
        all that was typed. What is dear or over budget is put into a view on top of it.
        """
        team, user = str(context.team_id), str(body["user"]["id"])
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            filled = read_form(view)
            too_many = self._start_job.admission.too_many(filled.orders)
            if too_many is not None:
                raise AskRefused(too_many)
            price = self._prices.price_of(filled.orders)
            shown = filled.start.shown
            if shown is None or price > shown or filled.is_lost:
                await ack(response_action="update", view=self._again(view, filled))
                return
            ask = await self._ask(filled, team, user, shown)
            await self._start(ask, filled)
        except (Unconfirmed, BudgetExceeded) as waiting:
            await ack(response_action="push", view=self._on_top(waiting))
        except (AskRefused, StoreUnavailable) as refused:
            told = spoken(refused, self._names)
            await ack(response_action="errors", errors={field_of(refused, view): told})
        else:  # a form on top of the pictures that somebody looked through closes both
            await ack(response_action="clear" if view.get("previous_view_id") else None)
            here = filled.start.channel_id
            if filled.is_only_me and here not in {None, ask.place.channel_id}:
                await hint(self._api, Place(team, str(here)), user, comes_privately(ask.place))

    async def agreed(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Start what was asked about on top of the form, and close both. A second time is the same job."""
        ref = str(view.get("private_metadata") or "")
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            await self._confirm.run(str(context.team_id), ref, str(body["user"]["id"]))
        except (Unconfirmed, BudgetExceeded) as waiting:
            await ack(response_action="update", view=self._on_top(waiting))
        except (AskRefused, StoreUnavailable) as refused:
            await ack(response_action="update", view=told_view(sentence(refused, self._names)))
        else:
            await ack(response_action="clear")

    async def _start(self, ask: Ask, filled: Filled) -> None:
        """Keep what was chosen for the next form, replace the pending request that this form is about, and
        start the job. Raises as ``StartJob`` does."""
        team, user = ask.place.team_id, ask.user_id
        await self._starts.keep(team, user, filled.choices)
        if filled.start.draft is not None:
            await self._confirm.cancel(team, filled.start.draft, user)
        if self._prices.price_of(ask) > DEAR:
            raise await self._ask_first(ask)
        await self._start_job(ask)

    async def _ask(self, filled: Filled, team_id: str, user_id: str, shown: Money) -> Ask:
        target = await self._places.target(filled, team_id, user_id)
        return Ask(
            request_key=f"{team_id}:view:{filled.view_id}",
            place=target.place,
            user_id=user_id,
            request=filled.orders.request,
            variations=filled.orders.variations,
            notes=filled.notes,
            parent_id=target.parent_id,
            parent_picture=target.parent_picture,
            ask_ts=target.ask_ts,
            sources=(*target.sources, *filled.added),
            agreed=shown,
        )

    async def _with_words(self, start: Start, chosen: Chosen, team: str, user: str) -> Chosen:
        """The words of the mode that was just chosen: its fields were not there before."""
        try:
            found = await self._starts.of_picture(team, user, str(start.job_id), start.which)
        except (AskRefused, StoreUnavailable) as unread:
            log.info("words_not_read", reason=type(unread).__name__)
            return chosen
        return with_words(chosen, found)

    def _again(self, view: Json, filled: Filled) -> Json:
        """The form as it was sent, with the present price on its button."""
        return self._drawn(view, filled.start, filled.chosen, is_lost=filled.is_lost)

    def _drawn(self, view: Json, start: Start, chosen: Chosen, *, is_lost: bool) -> Json:
        seen = seen_in(view, is_lost=is_lost)
        return form.form_view(start, seen, chosen, to_price(start, chosen), self._prices)

    def _on_top(self, waiting: Unconfirmed | BudgetExceeded) -> Json:
        said = sentence(waiting, self._names)
        if isinstance(waiting, Unconfirmed):
            return question_view(said, waiting.refusal.pending)
        return over_budget_view(said)
