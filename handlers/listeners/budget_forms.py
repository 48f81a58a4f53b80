"""The admins' forms: why a request is declined, and a new limit in place of the one that it exceeds."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.services.requests.approvals import Approvals, NewLimit, Verdict
from handlers.budget import forms
from handlers.incoming.interactions import is_ours
from handlers.messages.problems.error_message import spoken
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


class BudgetFormListener:
    """Opens both forms and takes what is sent with them. The role is checked when a form is opened, so that
    nobody fills one in for nothing, and again when it is sent. A trigger id is valid for three seconds."""

    def __init__(self, *, approvals: Approvals, api: SlackApi, names: BotNames) -> None:
        self._approvals = approvals
        self._api = api
        self._names = names

    async def open_deny(self, team_id: str, ref: str, user_id: str, trigger_id: str) -> None:
        """Open the form for the reason. Raises what the decision would raise, and what ``SlackApi.call``
        raises."""
        pending, _ = await self._approvals.look(team_id, ref, user_id)
        await self._open(trigger_id, forms.deny_view(pending))

    async def open_limit(self, team_id: str, ref: str, user_id: str, trigger_id: str) -> None:
        """Open the form for a new limit. Raises as ``open_deny``."""
        pending, row = await self._approvals.look(team_id, ref, user_id)
        await self._open(trigger_id, forms.limit_view(pending, row))

    async def denied(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Decline the request for the reason in the form."""
        await self._confirm(ack, body, view, context, Verdict.DENY)

    async def limited(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Set the limit in the form and let the request begin."""
        await self._confirm(ack, body, view, context, Verdict.CHANGE)

    async def _confirm(
        self,
        ack: AsyncAck,
        body: dict[str, Any],
        view: dict[str, Any],
        context: AsyncBoltContext,
        verdict: Verdict,
    ) -> None:
        """Carry out the decision, then acknowledge. A refusal is shown in the form, the outcome on the
        card."""
        field = forms.REASON if verdict is Verdict.DENY else forms.AMOUNT
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            ref, reason = forms.read_reason(view)
            limit: NewLimit | None = forms.read_limit(view) if verdict is Verdict.CHANGE else None
            team, user = str(context.team_id), str(body["user"]["id"])
            await self._approvals(team, ref, user, verdict, reason=reason, limit=limit)
        except BotError as refused:
            log.info("decision_refused", verdict=str(verdict), error=type(refused).__name__)
            told = spoken(refused, self._names)
            await ack(response_action="errors", errors={field: told})
        else:
            await ack()

    async def _open(self, trigger_id: str, view: dict[str, Any]) -> None:
        await self._api.call("views.open", trigger_id=trigger_id, view=view)
