"""Opens the form: from the bare command, the shortcuts, the Home, and from buttons.

A trigger id is valid for three seconds (Slack reference 6). One local read is waited for before
``views.open``, for as long as nobody notices; if it takes longer, a view that says so is opened and filled
later. Only people of the workspace that pays may use the form (2.6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.deadline import answer_within
from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused
from bot.errors import StoreUnavailable
from bot.services.requests.form_start import FormStart, FormStarts
from handlers.conversation.ephemeral import whisper
from handlers.incoming.form_input import to_price
from handlers.incoming.interactions import is_ours, place_of, pressed_picture, start_of_message
from handlers.messages.block_kit import Json
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies.command_replies import no_form_notice, other_workspace_notice
from handlers.messages.wording import BotNames
from handlers.views.form_answers import moment_view, told_view
from handlers.views.form_prefill import prefilled
from handlers.views.form_state import Start
from handlers.views.request_form import form_view, without_pictures
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.3
"""How long ``views.open`` waits for the read."""

LAST_SECONDS = 5.0
"""How long a process that stops waits for the forms that are being filled."""

Read = Coroutine[Any, Any, FormStart]


class FormOpening:
    """Each method opens the form, or tells the person privately why not, then acknowledges."""

    def __init__(self, *, starts: FormStarts, prices: PriceTable, api: SlackApi, names: BotNames) -> None:
        self._starts = starts
        self._prices = prices
        self._api = api
        self._names = names
        self._under_way: set[asyncio.Task[None]] = set()

    async def command(self, trigger_id: str, place: Place, user_id: str) -> bool:
        """Open an empty form; False when Slack did not take it. Raises StoreUnavailable."""
        start = Start(channel_id=place.channel_id, is_private=place.is_private)
        read = self._starts.empty(place.team_id, user_id, place)
        return await self._open(trigger_id, start, read)

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

    async def change_draft(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """After *Change…* in a question about an ask that was kept."""
        team, user = _who(body, context)
        (action,) = body["actions"]
        ref = str(action.get("value") or "")
        await self._pressed(ack, body, context, Start(draft=ref), self._starts.of_draft(team, user, ref))

    async def finish(self) -> None:
        """Wait for the forms that are being filled, at most LAST_SECONDS. Safe to repeat."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)

    async def _pressed(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, start: Start, read: Read
    ) -> None:
        said: Notice | None = None
        if not is_ours(context):
            read.close()
            said = other_workspace_notice()
        else:
            try:
                if not await self._open(str(body["trigger_id"]), start, read):
                    said = no_form_notice()
            except (AskRefused, StoreUnavailable) as refused:
                log.info("form_refused", reason=type(refused).__name__)
                said = sentence(refused, self._names)
        await ack()
        team, user = _who(body, context)
        if said is not None:  # on the Home there is no conversation: a direct message
            await whisper(self._api, place_of(body, team) or Place(team, user), user, said)

    async def _open(self, trigger_id: str, start: Start, read: Read) -> bool:
        """Raises AskRefused for what cannot be edited or changed, and StoreUnavailable."""
        with answer_within(None):  # the read may go on when this request is answered
            reading = asyncio.create_task(self._view(start, read), name="form")
        await asyncio.wait({reading}, timeout=PATIENCE_SECONDS)
        if reading.done():
            return await self._shown("views.open", reading.result(), trigger_id=trigger_id) is not None
        opened = await self._shown("views.open", moment_view(), trigger_id=trigger_id)
        with answer_within(None):
            filling = asyncio.create_task(self._fill(reading, opened), name="fill-form")
        self._under_way.add(filling)
        filling.add_done_callback(self._under_way.discard)
        return opened is not None

    async def _view(self, start: Start, read: Read) -> Json:
        form = prefilled(start, await read)
        orders = to_price(form.start, form.chosen)
        return form_view(form.start, form.seen, form.chosen, orders, self._prices)

    async def _fill(self, reading: asyncio.Task[Json], view_id: str | None) -> None:
        """Put the form in place of the view that asks for a moment."""
        try:
            view = await reading
        except BotError as refused:
            log.info("form_refused", reason=type(refused).__name__)
            view = told_view(sentence(refused, self._names))
        if view_id is not None:
            await self._shown("views.update", view, view_id=view_id)

    async def _shown(self, method: str, view: Json, **where: str) -> str | None:
        """The id of the view; None when Slack did not take it. A picture that the person may not see is no
        reason to have no form."""
        plain = without_pictures(view)
        for tried in (view, plain) if plain != view else (view,):
            try:
                answer = await self._api.call(method, view=tried, **where)
            except SlackRefused as refused:
                log.warning("form_not_taken", method=method, code=refused.code)
                if refused.code != "invalid_arguments":
                    return None
            except BotError as closed:
                log.warning("form_not_opened", method=method, reason=str(closed))
                return None
            else:
                return str((answer.get("view") or {}).get("id") or "")
        return None


def _who(body: dict[str, Any], context: AsyncBoltContext) -> tuple[str, str]:
    return str(context.team_id), str(body["user"]["id"])
