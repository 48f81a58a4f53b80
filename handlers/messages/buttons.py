"""The buttons under questions about money. They carry an opaque id and nothing else. Pure."""

from __future__ import annotations

from bot.domain.requests.budget_refusals import NeedsConfirmation, OverBudget
from bot.domain.requests.pending_request import PendingRequest
from handlers.messages.block_kit import Json, plain_text
from handlers.messages.status_text import price, variant_text

RUN, CHEAPER, CANCEL, ASK = "draft_run", "draft_cheaper", "draft_cancel", "draft_ask"
ONCE, RAISE, DENY = "petition_once", "petition_raise", "petition_deny"
CHANGE = "petition_change"
PICK = tuple(f"draft_pick_{number}" for number in range(1, 11))
"""By the number of the picture; Slack wants the ids of one message's buttons to differ."""


def confirm_buttons(waiting: NeedsConfirmation) -> Json:
    """Run, Cheaper (which says what it would be), Cancel."""
    pending = waiting.pending
    buttons = [button(RUN, f"Run for {price(pending.estimate, exact=True)}", pending.ref, style="primary")]
    if (cheaper := waiting.cheaper) is not None:
        label = f"Cheaper: {variant_text(cheaper.request)} for {price(cheaper.price, exact=True)}"
        buttons.append(button(CHEAPER, label, pending.ref))
    buttons.append(button(CANCEL, "Cancel", pending.id))
    return actions(*buttons)


def offer_buttons(pending: PendingRequest) -> Json:
    """The same ask without what was in its way."""
    run = button(
        RUN, f"Run without it for {price(pending.estimate, exact=True)}", pending.ref, style="primary"
    )
    return actions(run, button(CANCEL, "Never mind", pending.id))


def which_buttons(pending: PendingRequest) -> Json:
    """One button a candidate, with its number and the price."""
    cost = price(pending.estimate, exact=True)
    count = min(len(pending.ask.candidates), len(PICK))
    numbers = [ref.number or at for at, ref in enumerate(pending.ask.candidates[:count], start=1)]
    picks = [button(PICK[number - 1], f"{number} · {cost}", pending.ref) for number in numbers]
    return actions(*picks, button(CANCEL, "Never mind", pending.id))


def over_budget_buttons(refusal: OverBudget) -> list[Json]:
    """Ask for approval, for an ask that was kept."""
    if refusal.pending_id is None:
        return []
    return [
        actions(
            button(ASK, "Ask for approval", refusal.pending_id, style="primary"),
            button(CANCEL, "Never mind", refusal.pending_id),
        )
    ]


def approval_request_buttons(pending: PendingRequest) -> Json:
    return actions(
        button(ONCE, "Approve once", pending.ref, style="primary"),
        button(RAISE, "Raise this period", pending.ref),
        button(CHANGE, "Change the limit…", pending.ref),
        button(DENY, "Deny", pending.ref, style="danger"),
    )


def button(action_id: str, text: str, value: str, *, style: str | None = None) -> Json:
    made: Json = {"type": "button", "action_id": action_id, "text": plain_text(text, 75), "value": value}
    return made | ({"style": style} if style else {})


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}
