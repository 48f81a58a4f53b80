"""The button **Run again** on a job whose outcome is unknown."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.errors import StoreUnavailable
from bot.services.requests.run_again import RunAgain
from handlers.conversation.ephemeral import whisper
from handlers.incoming.interactions import is_ours, place_of
from handlers.incoming.presses import seen_price
from handlers.messages.problems.error_message import Notice, notice, sentence
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


class RunAgainListener:
    """Asks for the same pictures again. The new job reports in the thread; only a refusal, or that this was
    asked already, is told privately."""

    def __init__(self, *, run_again: RunAgain, api: SlackApi, names: BotNames) -> None:
        self._run_again = run_again
        self._api = api
        self._names = names

    async def press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Record the new job, then acknowledge. A second press gives the same job."""
        team, user = str(context.team_id), str(body["user"]["id"])
        told = await self._pressed(body, context, team, user)
        await ack()
        place = place_of(body, team)
        if told is not None and place is not None:
            await whisper(self._api, place, user, told)

    async def _pressed(
        self, body: dict[str, Any], context: AsyncBoltContext, team: str, user: str
    ) -> Notice | None:
        (action,) = body["actions"]
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            job_id = str(action.get("value") or "")
            accepted = await self._run_again(team, job_id, user, agreed=seen_price(body))
        except (AskRefused, StoreUnavailable) as refused:
            log.info("not_run_again", reason=type(refused).__name__)
            return sentence(refused, self._names)
        if accepted.is_new:
            return None
        return notice(["That was ordered again already."])
