"""Views on top of the form: what can be done there, and nothing that the view's own buttons do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import NeedsConfirmation, OverBudget, Variant
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.refusals import BudgetExceeded, Unconfirmed
from handlers.messages.buttons.question_buttons import ASK, CANCEL, CHEAPER, RUN
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames
from handlers.views.form_answers import YES, over_budget_view, question_view, told_view
from sandbox.slack.block_kit import BlockCheck
from tests.unit.handlers.delivery_kit import NOW
from tests.unit.handlers.views.form_view_kit import CHANNEL, a_request

NAMES = BotNames(command="/imagine", bot_name="@imagine")
PENDING = PendingRequest(
    "D1", PendingKind.CONFIRM, PendingState.PENDING, Ask("key", CHANNEL, "U1", a_request()),
    Money(1_160_000), "v1", NOW, NOW + timedelta(hours=1),
)  # fmt: skip


def buttons(view: dict[str, Any]) -> set[str]:
    """Also checks that Slack takes the view."""
    View(**view).validate_json()
    assert BlockCheck(surface="modal", find_file=lambda _: None).blocks(view["blocks"]) == []
    return {
        element["action_id"]
        for block in view["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


def test_what_is_dear_is_drawn_by_the_views_own_button() -> None:
    cheaper = Variant(a_request(n=1), Money(290_000))
    asked = Unconfirmed(NeedsConfirmation(PENDING, (), cheaper))

    view = question_view(sentence(asked, NAMES), PENDING)

    assert (view["callback_id"], view["private_metadata"]) == (YES, "D1")
    assert view["submit"]["text"] == "Draw · $1.16"
    found = buttons(view)
    assert CHEAPER in found
    assert not {RUN, CANCEL} & found


def test_without_anything_cheaper_the_question_has_no_buttons() -> None:
    asked = Unconfirmed(NeedsConfirmation(PENDING, (), None))

    assert not {RUN, CANCEL, CHEAPER} & buttons(question_view(sentence(asked, NAMES), PENDING))


def test_over_budget_an_admin_can_be_asked() -> None:
    scope = Scope(ScopeKind.USER, "T1", "U1")
    refused = BudgetExceeded(
        OverBudget(scope, Money(10_000_000), Money(100_000), Money(440_000), NOW, ref="D1")
    )

    view = over_budget_view(sentence(refused, NAMES))

    found = buttons(view)
    assert ASK in found
    assert CANCEL not in found
    assert "submit" not in view


def test_a_sentence_alone_is_a_view() -> None:
    asked = Unconfirmed(NeedsConfirmation(PENDING, (), None))

    assert told_view(sentence(asked, NAMES))["blocks"]
    buttons(told_view(sentence(asked, NAMES)))
