"""The buttons about money: the asker's Draw, the cheaper variant, Leave it and Ask an admin; the admins'
decisions."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, Unconfirmed
from bot.services.budget.admins import Admins
from bot.services.requests.admission import Accepted
from bot.services.requests.approvals import Approvals, Verdict
from bot.services.requests.confirm import Confirm
from handlers.budget.forms import notice_view
from handlers.conversation.ephemeral import whisper
from handlers.ids import is_direct
from handlers.incoming.interactions import is_ours, place_of
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.messages.block_kit import Channel, Part, Person
from handlers.messages.buttons import question_buttons
from handlers.messages.problems.error_message import Notice, notice, sentence
from handlers.messages.replies.notices import ack_notice
from handlers.messages.replies.private_ask import comes_privately
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

_VERDICTS = {question_buttons.ONCE: Verdict.ONCE, question_buttons.RAISE: Verdict.RAISE}
_FORMS = (question_buttons.CHANGE, question_buttons.DENY)
_OWN = (
    question_buttons.RUN,
    question_buttons.CHEAPER,
    question_buttons.CANCEL,
    question_buttons.ASK,
    *question_buttons.PICK,
)
_BEGINS = (question_buttons.RUN, question_buttons.CHEAPER, *question_buttons.PICK)
ACTIONS = (*_OWN, *_VERDICTS, *_FORMS)


class BudgetListener:
    """Carries out what a button asks for. A button holds only an id: who pressed it is read from the request,
    and whether they may is checked at that moment."""

    def __init__(
        self,
        *,
        confirm: Confirm,
        approvals: Approvals,
        forms: BudgetFormListener,
        upload_client: UploadClient,
        api: SlackApi,
        names: BotNames,
        admins: Admins,
        approvals_channel: str | None,
    ) -> None:
        self._confirm = confirm
        self._approvals = approvals
        self._forms = forms
        self._upload_client = upload_client
        self._api = api
        self._names = names
        self._admins = admins
        self._approvals_channel = approvals_channel

    async def pressed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Carry the press out, acknowledge it, then tell the person what came of it. No BotError is raised:
        each becomes a sentence."""
        (action,) = body["actions"]
        name, ident = str(action["action_id"]), str(action.get("value") or "")
        team, user = str(context.team_id), str(body["user"]["id"])
        replaces, is_begun = name in _OWN, False
        said: Notice | None = None
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            if name in _FORMS:
                await self._opened(name, team, ident, user, str(body.get("trigger_id") or ""))
            else:
                here = place_of(body, team)
                said, is_begun = await self._answer(name, team, ident, user, here.channel_id if here else "")
        except BotError as refused:
            replaces = replaces and isinstance(refused, Unconfirmed)
            said = sentence(refused, self._names)
            log.info("button_refused", action=name, error=type(refused).__name__)
        await ack()
        if said is not None and not (is_begun and await self._removed(body)):
            await self._say(body, team, user, said, replaces=replaces)

    async def _removed(self, body: dict[str, Any]) -> bool:
        """Take the question away: the message that appears is the receipt. False where it stays, as it is no
        private message."""
        url = str(body.get("response_url") or "")
        is_private = bool((body.get("container") or {}).get("is_ephemeral"))
        return is_private and bool(url) and await self._upload_client.answer(url, {"delete_original": True})

    async def _opened(self, name: str, team: str, ident: str, user: str, trigger: str) -> None:
        open_form = self._forms.open_deny if name == question_buttons.DENY else self._forms.open_limit
        await open_form(team, ident, user, trigger)

    async def _answer(self, name: str, team: str, ident: str, user: str, here: str) -> tuple[Notice, bool]:
        """What to tell the person, and whether a message that appears tells it as well: that of a job which
        has begun ``here``, where the button was pressed."""
        if name not in _BEGINS:
            return await self._decided(name, team, ident, user), False
        accepted = await self._begun(name, team, ident, user)
        there = accepted.job.place
        if is_direct(there.channel_id) and here not in {"", there.channel_id}:
            return comes_privately(there), False
        in_thread = there.thread_ts is not None
        said = ack_notice(accepted.job, accepted.standings, is_new=accepted.is_new, thread=in_thread)
        return said, True

    async def _begun(self, name: str, team: str, ident: str, user: str) -> Accepted:
        match name:
            case question_buttons.RUN:
                return await self._confirm.run(team, ident, user)
            case question_buttons.CHEAPER:
                return await self._confirm.cheaper(team, ident, user)
            case pick:
                number = question_buttons.PICK.index(pick) + 1
                return await self._confirm.pick(team, ident, user, number)

    async def _decided(self, name: str, team: str, ident: str, user: str) -> Notice:
        match name:
            case question_buttons.CANCEL:
                await self._confirm.cancel(team, ident, user)
                return notice(["Left as it is. Nothing was charged."])
            case question_buttons.ASK:
                await self._confirm.ask_for_approval(team, ident, user)
                return await self._sent(team, user)
            case _:
                await self._approvals(team, ident, user, _VERDICTS[name])
                return notice(["Done. The person who asked is told."])

    async def _sent(self, team: str, user: str) -> Notice:
        """Who was asked, as far as they were chosen; else it is the workspace's owners and admins."""
        to: list[Part] = []
        for admin in await self._admins.to_ask(team):
            if admin != user:
                to += [", " if to else "", Person(admin)]
        if self._approvals_channel is not None:
            to = [Channel(self._approvals_channel)]
        return notice(["Sent to ", *(to or ["the admins"]), ". You'll hear from me."])

    async def _say(self, body: dict[str, Any], team: str, user: str, said: Notice, *, replaces: bool) -> None:
        """Tell the person privately: in place of the buttons (``replaces``), in the form where the button
        was, or in a message that only they see."""
        url = str(body.get("response_url") or "")
        told = {
            "response_type": "ephemeral",
            "replace_original": replaces,
            "text": said.text,
            "blocks": said.blocks,
        }
        if url and self._upload_client.may_send_to(url) and await self._upload_client.answer(url, told):
            return
        view, place = body.get("view") or {}, place_of(body, team)
        if view.get("type") == "modal":
            await self._show(str(view.get("id") or ""), said)
        else:  # on the Home there is no conversation: a direct message
            await whisper(self._api, place or Place(team, user), user, said)

    async def _show(self, view_id: str, said: Notice) -> None:
        try:
            await self._api.call("views.update", view_id=view_id, view=notice_view(said))
        except BotError as closed:
            log.info("form_not_updated", reason=str(closed))
