"""The buttons under questions about money. They carry an opaque id and nothing else. Pure."""

from __future__ import annotations

from bot.domain.requests.budget_refusals import NeedsConfirmation, OverBudget, Variant
from bot.domain.requests.pending_request import PendingRequest, cheaper_ref
from bot.domain.requests.variations import MOST_OF_A_SET
from handlers.messages.block_kit import Json
from handlers.messages.buttons.button import actions, button, paid
from handlers.messages.money.amounts import briefly

RUN, CHEAPER, CANCEL, ASK = "draft_run", "draft_cheaper", "draft_cancel", "draft_ask"
CHANGE_ASK = "draft_change"
ONCE, RAISE, DENY = "petition_once", "petition_raise", "petition_deny"
CHANGE = "petition_change"
PICK = tuple(f"draft_pick_{number}" for number in range(1, MOST_OF_A_SET + 1))
"""By the number of the picture; Slack wants the ids of one message's buttons to differ."""


def confirm_buttons(waiting: NeedsConfirmation) -> Json:
    """Draw at the price in question, the cheaper variant, Change… and Leave it; of a price that has risen,
    only whether to go ahead."""
    pending = waiting.pending
    draw = f"Draw {pending.ask.request.n}" if pending.ask.variations else "Draw"
    verb = "Go ahead" if waiting.is_dearer else draw
    buttons = [paid(RUN, verb, pending.ask.request, pending.estimate, pending.ref, style="primary")]
    if not waiting.is_dearer:
        buttons += [*_cheaper(waiting.cheaper, pending.ref), button(CHANGE_ASK, "Change…", pending.ref)]
    return actions(*buttons, button(CANCEL, "Leave it", pending.id))


def too_many_buttons(kept: PendingRequest) -> Json:
    """The form with the words of an ask for too many pictures."""
    return actions(button(CHANGE_ASK, "Change…", kept.ref), button(CANCEL, "Leave it", kept.id))


def offer_buttons(pending: PendingRequest, *, several: bool) -> Json:
    """The same ask without what was in its way, of which there are ``several``."""
    label = f"Draw without {'them' if several else 'it'}"
    run = paid(RUN, label, pending.ask.request, pending.estimate, pending.ref, style="primary")
    return actions(run, button(CANCEL, "Leave it", pending.id))


def which_buttons(pending: PendingRequest) -> Json:
    """One button a candidate, with its number and the price."""
    request, cost = pending.ask.request, pending.estimate
    count = min(len(pending.ask.candidates), len(PICK))
    numbers = [ref.number or at for at, ref in enumerate(pending.ask.candidates[:count], start=1)]
    picks = [paid(PICK[number - 1], str(number), request, cost, pending.ref) for number in numbers]
    return actions(*picks, button(CANCEL, "Leave it", pending.id))


def over_budget_buttons(refusal: OverBudget, *, may_leave: bool = True) -> list[Json]:
    """For an ask that was kept: a cheaper variant that fits, asking an admin, and leaving it, where nothing
    else closes the question."""
    if refusal.ref is None:
        return []
    ask = button(ASK, "Ask an admin", refusal.ref)
    leave = [button(CANCEL, "Leave it", refusal.ref)] if may_leave else []
    return [actions(*_cheaper(refusal.cheaper, refusal.ref), ask, *leave)]


def _cheaper(variant: Variant | None, ref: str) -> list[Json]:
    if variant is None:
        return []
    value = cheaper_ref(ref, variant.price)
    return [paid(CHEAPER, briefly(variant), variant.request, variant.price, value)]


def approval_request_buttons(pending: PendingRequest) -> Json:
    return actions(
        button(ONCE, "Approve once", pending.ref, style="primary"),
        button(RAISE, "Raise this period", pending.ref),
        button(CHANGE, "Change the limit…", pending.ref),
        button(DENY, "Decline…", pending.ref, style="danger"),
    )
