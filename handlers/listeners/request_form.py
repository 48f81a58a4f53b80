"""The form: opened at once from a shortcut, a button or the bare command. Once sent, it is an ask like any
other.

A trigger id is valid for three seconds, so neither the database nor Slack is asked for anything before
``views.open`` (Slack reference 6). Only people of the workspace that pays may use it (2.6).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.refusals import (
    AskRefused,
    BudgetExceeded,
    NotAllowed,
    NotAllowedReason,
    PostingRefused,
    Unconfirmed,
)
from bot.errors import CannotPost, StoreUnavailable
from bot.services.requests.edit_target import EditTarget, EditTargets
from bot.services.requests.start_job import StartJob
from handlers.budget.forms import over_budget_view
from handlers.conversation.ephemeral import whisper
from handlers.conversation.membership import require_member
from handlers.incoming.form_input import Filled, field_of, read_form
from handlers.incoming.interactions import is_ours, place_of, start_of_button, start_of_message
from handlers.messages.command_replies import no_form_notice, other_workspace_notice
from handlers.messages.error_message import sentence, spoken
from handlers.messages.status_text import short_id
from handlers.messages.wording import BotNames
from handlers.views.request_form import Start, form_view
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
"""How long a form that was sent waits to learn whether the bot is a member; Slack waits 3 s for our
answer."""


class FormListener:
    """Opens the form and starts the job of one that was sent."""

    def __init__(
        self, *, start_job: StartJob, edit_targets: EditTargets, api: SlackApi, names: BotNames
    ) -> None:
        self._start_job = start_job
        self._edit_targets = edit_targets
        self._api = api
        self._names = names

    async def open(self, trigger_id: str, start: Start) -> bool:
        """Open the form; False when Slack did not take it. Raises no BotError."""
        try:
            await self._api.call("views.open", trigger_id=trigger_id, view=form_view(start))
        except BotError as closed:
            log.warning("form_not_opened", reason=str(closed))
            return False
        return True

    async def edit_message(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Open the form after the message shortcut, for that message's pictures."""
        await self._open(body, context, start_of_message(body, str(context.bot_user_id)))
        await ack()

    async def edit_result(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Open the form after the button on a result."""
        await self._open(body, context, start_of_button(body))
        await ack()

    async def new_picture(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Open an empty form, after the global shortcut or the button on the Home; neither has a
        conversation."""
        await self._open(body, context, Start())
        await ack()

    async def submit(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Start the job of a form that was sent, then acknowledge. Safe to repeat: the view's id is the key.

        A refusal is shown in the form, which stays open with all that was typed. One that an admin may lift
        is shown in a view on top of it, with a button to ask them. An ask that its asker has to confirm
        closes the form and is put to them privately.
        """
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            filled = read_form(view)
            await self._start_job(await self._ask(filled, str(context.team_id), str(body["user"]["id"])))
        except Unconfirmed as waiting:
            await ack()
            pending = waiting.refusal.pending
            said = sentence(waiting, self._names)
            place = pending.ask.place
            seen = place if filled.start.is_thread else replace(place, thread_ts=None)
            await whisper(self._api, seen, pending.user_id, said)
        except BudgetExceeded as refused:
            said = sentence(refused, self._names)
            await ack(response_action="push", view=over_budget_view(refused.refusal, said))
        except (AskRefused, StoreUnavailable) as refused:
            told = spoken(refused, self._names)
            await ack(response_action="errors", errors={field_of(refused, view): told})
        else:
            await ack()

    async def _open(self, body: dict[str, Any], context: AsyncBoltContext, start: Start) -> None:
        team, user = str(context.team_id), str(body["user"]["id"])
        said = other_workspace_notice() if not is_ours(context) else None
        if said is None and not await self.open(str(body["trigger_id"]), start):
            said = no_form_notice()
        place = place_of(body, team)
        if said is not None and place is not None:
            await whisper(self._api, place, user, said)

    async def _ask(self, filled: Filled, team_id: str, user_id: str) -> Ask:
        target = await self._target(filled, team_id)
        return Ask(
            request_key=f"{team_id}:view:{filled.view_id}",
            place=target.place,
            user_id=user_id,
            request=filled.request,
            notes=(*_said(target, filled), *filled.notes),
            parent_id=target.parent_id,
            sources=(*target.sources, *filled.added),
        )

    async def _target(self, filled: Filled, team_id: str) -> EditTarget:
        start = filled.start
        if start.job_id:
            return await self._edit_targets.of_result(team_id, start.job_id, filled.which)
        if filled.channel_id is None:
            raise AskRefused(PostingRefused())
        await self._require_member(filled.channel_id)
        is_private = start.is_private if filled.channel_id == start.channel_id else None
        place = Place(team_id, filled.channel_id, start.thread_ts, is_private)
        return await self._edit_targets.of_files(place, start.files)

    async def _require_member(self, channel_id: str) -> None:
        """Raise AskRefused while the form is still open if the bot is no member. If Slack does not answer in
        time, the ask goes on: membership is checked again before anything is paid for."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await require_member(self._api, channel_id)
        except CannotPost as closed:
            raise AskRefused(PostingRefused(closed.reason, channel_id)) from closed
        except (BotError, TimeoutError) as unknown:
            log.info("membership_not_asked", reason=str(unknown) or type(unknown).__name__)


def _said(target: EditTarget, filled: Filled) -> tuple[str, ...]:
    """A note that tells everybody in the thread which picture is edited."""
    if target.parent_id is not None:
        which = f"picture {filled.which} of " if filled.start.count > 1 else ""
        return (f"Editing {which}{short_id(target.parent_id)}.",)
    if not target.sources:
        return ()
    count = len(target.sources)
    return (f"Editing {'a picture' if count == 1 else f'{count} pictures'} of this thread.",)
