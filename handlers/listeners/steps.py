"""The buttons under pictures: use one, vary it, finish it, draw it again, cancel.

A button holds only an id: who pressed it is read from the request, and whether they may is checked at that
moment. What comes of it appears in the thread; only a refusal, or a question, is told privately.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.jobs.job import Status
from bot.domain.jobs.shown import Posting, PostingKind
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.domain.requests.request import UNNAMED
from bot.domain.requests.steps import Step
from bot.services.requests.cancel import Cancel
from bot.services.requests.private_place import PrivatePlaces
from bot.services.steps.deliver_anew import DeliverAnew
from bot.services.steps.next_job import NextJob, Wish
from bot.services.steps.show_picture import ShowPicture
from bot.services.steps.targets import Act
from bot.services.steps.withdraw import Withdraw
from handlers.commands.cancelling import cancel_or_ask
from handlers.conversation.ephemeral import whisper
from handlers.conversation.permalinks import permalink
from handlers.incoming.interactions import is_ours
from handlers.incoming.presses import act_of, seen_price, told_at
from handlers.messages.buttons.picture_buttons import (
    AGAIN,
    CANCEL,
    CHOOSE,
    FINISH,
    VARY,
    WITHDRAW,
    chosen_named,
    chosen_step,
    is_chosen_privately,
)
from handlers.messages.job.job_private import (
    DRAW_AFTER_ALL,
    IN_MESSAGES,
    LEAVE,
    POST_AGAIN,
    RETRY,
    SEND_TO_ME,
    cancelled_notice,
    withdrawn_notice,
)
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies.private_ask import comes_privately
from handlers.messages.replies.verb_notices import nothing_before, used_already
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

_STEPS = {
    AGAIN: Step.AGAIN,
    RETRY: Step.AGAIN,
    DRAW_AFTER_ALL: Step.AGAIN,
    IN_MESSAGES: Step.AGAIN,
    VARY: Step.VARY,
    "vary": Step.VARY,
    FINISH: Step.FINISH,
    "finish": Step.FINISH,
    "again": Step.AGAIN,
    "reshape": Step.RESHAPE,
}
"""By the button, or by what a numbered button begins with."""

_ANEW = (POST_AGAIN, SEND_TO_ME)
_ANEW_THERE = (RETRY, DRAW_AFTER_ALL)
_PRIVATE = (*_ANEW_THERE, IN_MESSAGES)
STEPS = (AGAIN, VARY, FINISH, CANCEL, WITHDRAW, LEAVE, *_PRIVATE, *_ANEW)
"""The buttons without a number."""


class StepsListener:
    """Carries out what a button under a picture asks for."""

    def __init__(
        self,
        *,
        private_places: PrivatePlaces,
        next_job: NextJob,
        show: ShowPicture,
        cancel: Cancel,
        withdraw: Withdraw,
        deliver: DeliverAnew,
        upload_client: UploadClient,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._private_places = private_places
        self._next_job = next_job
        self._show = show
        self._cancel = cancel
        self._withdraw = withdraw
        self._deliver = deliver
        self._upload_client = upload_client
        self._api = api
        self._names = names

    async def pressed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Record what is to be done, then acknowledge. No BotError is raised: each becomes a sentence. A
        second press at once does nothing more."""
        (action,) = body["actions"]
        name = str(action["action_id"])
        act = act_of(body, str(context.team_id))
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            said = await self._carry_out(name, act, body)
        except BotError as refused:
            log.info("step_refused", action=name, error=type(refused).__name__)
            said = sentence(refused, self._names, channel_id=act.place.channel_id)
        await ack()
        if said is not None:
            await whisper(self._api, told_at(body, act.team_id), act.user_id, said)

    async def _carry_out(self, name: str, act: Act, body: dict[str, Any]) -> Notice | None:
        named = UNNAMED
        kind, size, is_private = name.partition("_")[0], None, name == IN_MESSAGES
        if kind == CHOOSE:
            block = str(body["actions"][0].get("block_id") or "")
            named = chosen_named(block)
            (kind, size), is_private = chosen_step(block), is_chosen_privately(block)
        is_here = True
        if is_private:
            there = await self._private_places(act.place, act.user_id)
            is_here, act = there == act.place, replace(act, place=there)
        if (step := _STEPS.get(name) or _STEPS.get(kind)) is not None:
            is_anew = name in _ANEW_THERE
            wish = Wish(step, act, size, named=named, is_anew=is_anew, agreed=seen_price(body))
            await self._next_job(wish)
            if name in _PRIVATE or name.startswith(CHOOSE):
                await self._remove(body)
            return comes_privately(act.place) if is_private and not is_here else None
        if name == LEAVE:
            await self._remove(body)
            return None
        if name in _ANEW:
            return await self._delivered_anew(name, act, body)
        if name == CANCEL:
            return await cancel_or_ask(self._cancel, act.team_id, act.job_id, act.user_id)
        if name == WITHDRAW:
            job = await self._withdraw(act)
            return cancelled_notice(job) if job.status is Status.CANCELLED else withdrawn_notice(job)
        if kind == PostingKind.BEFORE:
            await self._remove(body)
            return None if await self._show.compare(act) else nothing_before()
        if kind == PostingKind.USE:
            await self._remove(body)
        known = await self._show.use(act)
        return await self._jump(known) if known is not None and known.ts is not None else None

    async def _delivered_anew(self, name: str, act: Act, body: dict[str, Any]) -> Notice | None:
        if name == POST_AGAIN:
            await self._deliver.post_again(act)
        else:
            await self._deliver.send_to_asker(act)
        await self._remove(body)
        return None

    async def _remove(self, body: dict[str, Any]) -> None:
        """Take the private message away whose button was pressed: what it offered is done, or not wanted."""
        url = str(body.get("response_url") or "")
        is_private = bool((body.get("container") or {}).get("is_ephemeral"))
        if url and is_private and not await self._upload_client.answer(url, {"delete_original": True}):
            log.info("private_message_not_removed")

    async def _jump(self, posting: Posting) -> Notice:
        """Where the picture is that somebody has picked before."""
        return used_already(await permalink(self._api, posting.place.channel_id, posting.ts))
