"""One button, and a row of them. A button that buys shows its price. Pure."""

from __future__ import annotations

from bot.domain.money import MICROS, Money
from bot.domain.requests.request import PictureRequest
from handlers.messages.block_kit import Json, plain_text
from handlers.messages.money.amounts import drawn
from handlers.messages.status_text import price

DEAR = Money(MICROS)
"""What costs more is asked about once more, although its price was on the button (loop reference 6)."""


def paid(
    action_id: str, label: str, request: PictureRequest, cost: Money, value: str, *, style: str | None = None
) -> Json:
    """A button that buys ``request``: it shows the ``cost``, and pressing it is a yes to that. Above a dollar
    Slack asks once more (loop reference 6)."""
    shown = price(cost, exact=True)
    made = button(action_id, f"{label} · {shown}", value, style=style)
    if cost <= DEAR:
        return made
    return made | {
        "confirm": {
            "title": plain_text(f"Draw for {shown}?"),
            "text": plain_text(f"{drawn(request)} for {shown}."),
            "confirm": plain_text(f"Draw · {shown}"),
            "deny": plain_text("Leave it"),
        }
    }


def button(action_id: str, text: str, value: str, *, style: str | None = None) -> Json:
    made: Json = {"type": "button", "action_id": action_id, "text": plain_text(text, 75), "value": value}
    return made | ({"style": style} if style else {})


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}
