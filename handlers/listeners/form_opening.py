"""Opens the form: from the bare command, the shortcuts, the Home, and from buttons.

One local read comes before it (``modal_opening``). Only people of the workspace that pays may use the form
(Slack reference 2.6).
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused
from bot.errors import StoreUnavailable
from bot.services.requests.form_start import FormStart, FormStarts
from handlers.conversation.ephemeral import whisper
from handlers.incoming.form_input import to_price
from handlers.incoming.interactions import is_ours, place_of, pressed_picture, start_of_message
from handlers.listeners.modal_opening import ModalOpening
from handlers.messages.block_kit import Json
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies.command_replies import no_form_notice, other_workspace_notice
from handlers.messages.wording import BotNames
from handlers.views.form_prefill import prefilled
from handlers.views.form_state import Start
from handlers.views.library import unpacked
from handlers.views.request_form import form_view
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

Read = Coroutine[Any, Any, FormStart]


class FormOpening:
    """Each method opens the form, or tells the person privately why not, then acknowledges."""

    def __init__(
        self,
        *,
        starts: FormStarts,
        modals: ModalOpening,
        prices: PriceTable,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._modals = modals
        self._starts = starts
        self._prices = prices
        self._api = api
        self._names = names

    async def command(self, trigger_id: str, place: Place, user_id: str) -> bool:
        """Open an empty form; False when Slack did not take it. Raises StoreUnavailable."""
        start = Start(channel_id=place.channel_id, is_private=place.is_private)
        read = self._starts.empty(place.team_id, user_id, place)
        return await self._modals.open(trigger_id, self._view(start, read))

    async def new_picture(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After the global shortcut or the button on the Home; neither has a conversation."""
        team, user = _who(body, context)
        await self._pressed(ack, body, context, Start(), self._starts.empty(team, user, None))

    async def edit_message(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After the message shortcut, for that message's pictures."""
        team, user = _who(body, context)
        start = start_of_message(body, str(context.bot_user_id))
        place = Place(team, str(start.channel_id), start.thread_ts, start.is_private)
        await self._pressed(ack, body, context, start, self._starts.of_files(place, user, start.files))

    async def edit_picture(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After *Edit…* under a result: the button's value is the job, perhaps with a picture's number."""
        team, user = _who(body, context)
        job_id, number = pressed_picture(body)
        start = Start(job_id=job_id, which=number, is_edit=True)
        await self._pressed(ack, body, context, start, self._starts.of_picture(team, user, job_id, number))

    async def change_words(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After *Change the words…* of a job that came to nothing."""
        team, user = _who(body, context)
        job_id, _ = pressed_picture(body)
        start = Start(job_id=job_id, is_words=True)
        await self._pressed(ack, body, context, start, self._starts.of_words(team, user, job_id))

    async def reuse_words(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After *Use the words…* in the library: a new picture, where the library was opened."""
        team, user = _who(body, context)
        job_id, _ = pressed_picture(body)
        place, _ = unpacked(body["view"], team)
        at = place if place.channel_id != user else None
        read = self._starts.of_old_words(team, user, job_id, at)
        await self._pressed(ack, body, context, Start(), read)

    async def change_draft(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After *Change…* in a question about an ask that was kept."""
        team, user = _who(body, context)
        (action,) = body["actions"]
        ref = str(action.get("value") or "")
        await self._pressed(ack, body, context, Start(draft=ref), self._starts.of_draft(team, user, ref))

    async def _pressed(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, start: Start, read: Read
    ) -> None:
        said: Notice | None = None
        if not is_ours(context):
            read.close()
            said = other_workspace_notice()
        else:
            try:
                on_top = (body.get("view") or {}).get("type") == "modal"
                view = self._view(start, read)
                if not await self._modals.open(str(body["trigger_id"]), view, on_top=on_top):
                    said = no_form_notice()
            except (AskRefused, StoreUnavailable) as refused:
                log.info("form_refused", reason=type(refused).__name__)
                said = sentence(refused, self._names)
        await ack()
        team, user = _who(body, context)
        if said is not None:  # on the Home there is no conversation: a direct message
            await whisper(self._api, place_of(body, team) or Place(team, user), user, said)

    async def _view(self, start: Start, read: Read) -> Json:
        form = prefilled(start, await read)
        orders = to_price(form.start, form.chosen)
        return form_view(form.start, form.seen, form.chosen, orders, self._prices)


def _who(body: dict[str, Any], context: AsyncBoltContext) -> tuple[str, str]:
    return str(context.team_id), str(body["user"]["id"])
