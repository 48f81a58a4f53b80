"""The app's Home, drawn anew whenever somebody opens it or presses something on it.

It is not updated while somebody looks at it: Slack says when it is opened, but not for how long. So it shows
when it was drawn, and has a button to refresh it.
"""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.services.budget.exports import Exports
from bot.services.requests.approvals import Approvals, Verdict
from bot.services.requests.home import Home
from handlers.budget.replies import exported_notice
from handlers.conversation.permalinks import Permalinks
from handlers.incoming.interactions import is_ours
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.messages.buttons import question_buttons
from handlers.messages.problems.error_message import Notice, notice, sentence
from handlers.messages.wording import BotNames
from handlers.views.home import EXPORT, home_view
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

_VERDICTS = {question_buttons.ONCE: Verdict.ONCE, question_buttons.RAISE: Verdict.RAISE}
_FORMS = (question_buttons.CHANGE, question_buttons.DENY)
DECISIONS = (*_VERDICTS, *_FORMS)
_SAID = {
    Verdict.ONCE: "Approved: it is being drawn now.",
    Verdict.RAISE: "Approved, and the budget is raised until its period ends.",
}


async def on_home(body: dict[str, Any]) -> bool:
    """Whether a button was pressed on the Home, rather than under a message."""
    return (body.get("view") or {}).get("type") == "home"


class HomeListener:
    """Draws the Home and handles what is pressed on it. ``exports`` and ``approvals`` check the role of
    whoever presses, at that moment. ``forms`` are the same as those of the cards; the Home of an admin who
    opened one from there is drawn anew after it was sent."""

    def __init__(
        self,
        *,
        home: Home,
        approvals: Approvals,
        forms: BudgetFormListener,
        exports: Exports,
        api: SlackApi,
        names: BotNames,
    ) -> None:
        self._home = home
        self._approvals = approvals
        self._forms = forms
        self._exports = exports
        self._api = api
        self._names = names
        self._links = Permalinks(api)
        self._deciders: set[tuple[str, str]] = set()

    async def opened(self, ack: AsyncAck, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Draw the Home, then acknowledge. Raises no BotError: a Home that could not be drawn is drawn when
        it is opened next."""
        user = str(event.get("user") or "")
        if event.get("tab") == "home" and user:
            await self._draw(str(context.team_id), user)
        await ack()

    async def pressed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Handle Refresh, Export and an admin's decision. The new Home says at its top what came of it; a
        decision that needs a form opens that instead."""
        (action,) = body["actions"]
        team, user, name = str(context.team_id), str(body["user"]["id"]), str(action["action_id"])
        try:
            if not is_ours(context):
                raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
            if name in _FORMS:
                await self._open(name, team, str(action.get("value") or ""), user, str(body["trigger_id"]))
                await ack()
                return
            told = await self._done(name, team, str(action.get("value") or ""), user)
        except BotError as refused:
            told = sentence(refused, self._names)
            log.info("home_button_refused", action=name, error=type(refused).__name__)
        await ack()
        await self._draw(team, user, told)

    async def denied(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Handle the form in which a request is declined, wherever it was opened."""
        await self._forms.denied(ack, body, view, context)
        await self._after_form(str(context.team_id), str(body["user"]["id"]))

    async def limited(
        self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Handle the form of a new limit, wherever it was opened."""
        await self._forms.limited(ack, body, view, context)
        await self._after_form(str(context.team_id), str(body["user"]["id"]))

    async def _open(self, name: str, team: str, ref: str, user: str, trigger_id: str) -> None:
        open_form = self._forms.open_deny if name == question_buttons.DENY else self._forms.open_limit
        await open_form(team, ref, user, trigger_id)
        self._deciders.add((team, user))

    async def _after_form(self, team: str, user: str) -> None:
        """Draw the Home of an admin who has opened a form from it, not of one who decides from the cards."""
        if (team, user) in self._deciders:
            await self._draw(team, user)

    async def _done(self, name: str, team: str, ident: str, user: str) -> Notice | None:
        if name in _VERDICTS:
            await self._approvals(team, ident, user, _VERDICTS[name])
            return notice([_SAID[_VERDICTS[name]], " The person who asked is told."])
        if name == EXPORT:
            await self._exports.order(team, user, None)
            return exported_notice()
        return None

    async def _draw(self, team: str, user: str, told: Notice | None = None) -> None:
        try:
            seen = await self._home(team, user)
            links = await self._links(view.job for view in seen.jobs)
            view = home_view(seen, links=links, told=told)
            await self._api.call("views.publish", user_id=user, view=view)
        except BotError as undrawn:
            log.warning("home_not_drawn", reason=str(undrawn))
