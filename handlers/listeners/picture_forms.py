"""The menu of a picture and the forms behind it: sizes, details, alt text, share, delete.

A trigger id is valid for three seconds, so one local read is all that happens before a form opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.jobs.shown import SHEET
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PictureGone
from bot.domain.requests.steps import Step
from bot.services.steps.delete_picture import DeletePicture
from bot.services.steps.describe_picture import DescribePicture
from bot.services.steps.next_job import NextJob, Wish
from bot.services.steps.pictures import Look, Pictures
from bot.services.steps.show_picture import ShowPicture
from bot.services.steps.targets import Act
from handlers.conversation.ephemeral import whisper
from handlers.conversation.membership import require_member_in_time, require_person_in_time
from handlers.conversation.permalinks import permalink
from handlers.incoming.interactions import is_ours
from handlers.incoming.presses import act_of, told_at
from handlers.messages.block_kit import Json
from handlers.messages.buttons.button import DEAR
from handlers.messages.buttons.picture_buttons import ALT, DELETE, DETAILS, SHARE, SIZES, Target
from handlers.messages.job.job_message import file_shown
from handlers.messages.problems.error_message import Notice, sentence, spoken
from handlers.messages.wording import BotNames
from handlers.views import picture_forms as forms
from handlers.views.form_answers import told_view
from handlers.views.picture_forms import About
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)


class PictureFormsListener:
    """Opens the forms and carries out those that are sent. Whether a person may is checked on sending."""

    def __init__(
        self,
        *,
        pictures: Pictures,
        next_job: NextJob,
        show: ShowPicture,
        describe: DescribePicture,
        delete: DeletePicture,
        prices: PriceTable,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._pictures = pictures
        self._next_job = next_job
        self._show = show
        self._describe = describe
        self._delete = delete
        self._prices = prices
        self._api = api
        self._names = names

    async def menu(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Open the form that was chosen in the menu of a picture."""
        (action,) = body["actions"]
        what, _, value = str((action.get("selected_option") or {}).get("value") or "").partition(".")
        act = act_of({**body, "actions": [{**action, "value": value}]}, str(context.team_id))
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            look = await self._pictures.look(act)
            there = replace(act, job_id=look.view.job.id, number=look.number)
            await self._open(what, there, look, str(body.get("trigger_id") or ""))
        except BotError as refused:
            log.info("menu_refused", what=what, error=type(refused).__name__)
            await whisper(self._api, told_at(body, act.team_id), act.user_id, self._said(refused, act.place))
        await ack()

    async def _open(self, what: str, act: Act, look: Look, trigger: str) -> None:
        about = About(Target(act.job_id, act.number), act.place)
        job = look.view.job
        if what == DETAILS:
            await self._details(about, look, trigger)
            return
        makers: dict[str, Callable[[], Json]] = {
            SIZES: lambda: forms.sizes_view(about, job, self._prices, numbers=look.numbers),
            ALT: lambda: forms.alt_view(about, look.view, numbers=look.numbers),
            SHARE: lambda: forms.share_view(about, numbers=look.numbers),
            DELETE: lambda: forms.delete_view(about, job, numbers=look.numbers),
        }
        if (make := makers.get(what)) is None:
            raise AskRefused(PictureGone())
        await self._api.call("views.open", trigger_id=trigger, view=make())

    async def _details(self, about: About, look: Look, trigger: str) -> None:
        """The picture is left out where Slack does not show it to this person."""
        job = look.view.job
        link = await permalink(self._api, job.place.channel_id, job.shown_ts)
        links = [("Jump", link)] if link else []
        parent = look.view.parent
        if parent is not None:
            before = await permalink(self._api, parent.place.channel_id, parent.shown_ts)
            links += [("Made from", before)] if before else []
        file_id = file_shown(look.view, about.target.number)
        full = forms.details_view(about, look.view, file_id=file_id, links=links)
        try:
            await self._api.call("views.open", trigger_id=trigger, view=full)
        except SlackRefused as refused:
            log.info("details_without_picture", reason=refused.code)
            bare = forms.details_view(about, look.view, file_id=None, links=links)
            await self._api.call("views.open", trigger_id=trigger, view=bare)

    async def sizes_chosen(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Say the new total on the submit button. An update that comes too late is dropped: the next choice
        brings it."""
        await ack()
        view = body.get("view") or {}
        about, act = self._sent(body, view, context)
        try:
            look = await self._pictures.look(replace(act, number=SHEET))
            made = forms.sizes_view(
                about, look.view.job, self._prices, numbers=look.numbers, chosen=_chosen(view)
            )
            await self._api.call("views.update", view_id=view.get("id"), hash=view.get("hash"), view=made)
        except BotError as late:
            log.info("total_not_shown", reason=str(late))

    async def sizes(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Ask for the picture in each shape or size that was chosen, as one set, or ask once more, on top of
        the form, where all together are dear. Safe to repeat: the form's id is the key."""
        about, act = self._sent(body, view, context)
        try:
            offered = await self._offered(act)
            chosen = _chosen(view)
            total = forms.total_of(offered, chosen)
            if total > DEAR:
                asked = replace(about, target=Target(act.job_id, act.number))
                question = forms.sizes_question(asked, chosen, total)
                await ack(response_action="push", view=question)
                return
            await self._make(act, chosen, offered)
        except BotError as refused:
            await ack(response_action="errors", errors={forms.SHAPES_BLOCK: spoken(refused, self._names)})
        else:
            await ack()

    async def sizes_agreed(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Start the jobs of a form whose total was asked about, and close both; if that has risen meanwhile,
        ask again. A second time is the same jobs."""
        team, user = str(context.team_id), str(body["user"]["id"])
        about, chosen, shown = forms.sizes_agreed(str(view.get("private_metadata") or ""), team)
        target = about.target
        key = f"{team}:form:{view.get('root_view_id') or view.get('id')}"
        act = Act(team, target.job_id, target.number, user, about.place, key)
        try:
            offered = await self._offered(act)
            total = forms.total_of(offered, chosen)
            if total > shown:
                question = forms.sizes_question(about, chosen, total)
                await ack(response_action="update", view=question)
                return
            await self._make(act, chosen, offered)
        except BotError as refused:
            await ack(response_action="update", view=told_view(sentence(refused, self._names)))
        else:
            await ack(response_action="clear")

    async def _offered(self, act: Act) -> forms.Offers:
        look = await self._pictures.look(replace(act, number=SHEET))
        return forms.offers(look.view.job, self._prices)

    async def _make(self, act: Act, chosen: Sequence[str], offered: forms.Offers) -> None:
        total = forms.total_of(offered, chosen)
        agreed = total if set(chosen) <= set(offered) else None
        await self._next_job(Wish(Step.RESHAPE, act, sizes=tuple(chosen), is_press=False, agreed=agreed))

    async def alt(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Keep the alt text."""
        _, act = self._sent(body, view, context)
        try:
            await self._describe(act, str(_typed(view, forms.TEXT_BLOCK) or ""))
        except BotError as refused:
            await ack(response_action="errors", errors={forms.TEXT_BLOCK: spoken(refused, self._names)})
        else:
            await ack()

    async def share(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Have the picture posted in the conversation that was chosen, in which the bot and the person have
        to be."""
        _, act = self._sent(body, view, context)
        values = (view.get("state") or {}).get("values") or {}
        chosen = (values.get(forms.WHERE_BLOCK) or {}).get(forms.VALUE) or {}
        channel = chosen.get("selected_conversation")
        there = replace(act, place=Place(act.team_id, str(channel)))
        try:
            look = await self._pictures.look(act)
            job = look.view.job
            if job.place.is_private and job.user_id != act.user_id:
                raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job.id))
            await require_member_in_time(self._api, str(channel))
            await require_person_in_time(self._api, str(channel), act.user_id)
            await self._show.share(there, str(_typed(view, forms.LINE_BLOCK) or ""))
        except BotError as refused:
            await ack(response_action="errors", errors={forms.WHERE_BLOCK: spoken(refused, self._names)})
        else:
            await ack()

    async def delete(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Delete what the form is about, then close it. A refusal is told privately: it has no field."""
        about, act = self._sent(body, view, context)
        said = None
        try:
            await self._delete(act)
        except BotError as refused:
            said = self._said(refused, about.place)
        await ack()
        if said is not None:
            await whisper(self._api, about.place, act.user_id, said)

    async def delete_pressed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """The button under the question that the word *delete* is answered with."""
        act = act_of(body, str(context.team_id))
        said = None
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            await self._delete(act)
        except BotError as refused:
            said = self._said(refused, act.place)
        await ack()
        if said is not None:
            await whisper(self._api, told_at(body, act.team_id), act.user_id, said)

    def _said(self, refused: BotError, place: Place) -> Notice:
        return sentence(refused, self._names, channel_id=place.channel_id)

    def _sent(
        self, body: Mapping[str, Any], view: Mapping[str, Any], context: AsyncBoltContext
    ) -> tuple[About, Act]:
        """What a form is about, and what its sender does: to the picture that they chose, if they had to."""
        team, user = str(context.team_id), str(body["user"]["id"])
        about = About.unpacked(str(view.get("private_metadata") or ""), team)
        which = _which(view)
        number = which if which is not None else about.target.number
        root = view.get("root_view_id") or view.get("id")
        key = f"{team}:form:{root}"
        return about, Act(team, about.target.job_id, number, user, about.place, key)


def _typed(view: Mapping[str, Any], block: str) -> str | None:
    values = (view.get("state") or {}).get("values") or {}
    typed = ((values.get(block) or {}).get(forms.VALUE) or {}).get("value")
    return str(typed) if typed else None


def _which(view: Mapping[str, Any]) -> int | None:
    values = (view.get("state") or {}).get("values") or {}
    option = ((values.get(forms.WHICH_BLOCK) or {}).get(forms.VALUE) or {}).get("selected_option") or {}
    value = str(option.get("value") or "")
    return int(value) if value.isdecimal() else None


def _chosen(view: Mapping[str, Any]) -> list[str]:
    values = (view.get("state") or {}).get("values") or {}
    options = ((values.get(forms.SHAPES_BLOCK) or {}).get(forms.SHAPES_CHOSEN) or {}).get("selected_options")
    return [str(option.get("value")) for option in options or []]
