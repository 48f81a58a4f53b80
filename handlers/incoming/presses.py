"""Reads the press of a button under a picture: which picture, who, where, at what price. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.money import Money
from bot.domain.place import Place
from bot.services.steps.targets import Act
from handlers.incoming.interactions import place_of
from handlers.messages.buttons.picture_buttons import target_of

_PRICE = re.compile(r"\$(\d{1,6}(?:\.\d{1,6})?)")


def act_of(body: Mapping[str, Any], team_id: str) -> Act:
    """What the person does, by the value of the button or of the chosen option. Where a message is no reply,
    its own thread is meant."""
    (action,) = body["actions"]
    value = str(action.get("value") or "")
    target = target_of(value)
    user, message = str(body["user"]["id"]), body.get("message") or {}
    place = place_of(body, team_id) or Place(team_id, user)
    ts = str(message.get("ts") or (body.get("container") or {}).get("message_ts") or "")
    if place.thread_ts is None and message:
        place = replace(place, thread_ts=ts or None)
    key = f"{team_id}:press:{user}:{ts}:{action.get('action_id')}:{value}"
    return Act(team_id, target.job_id, target.number, user, place, key)


def told_at(body: Mapping[str, Any], team_id: str) -> Place:
    """Where the person is told something privately: Slack shows that in a thread only where it has replies
    (docs chat.postEphemeral), so below a message that is none, it is told beside it."""
    return place_of(body, team_id) or Place(team_id, str(body["user"]["id"]))


def seen_price(body: Mapping[str, Any]) -> Money | None:
    """The price that stands on the pressed button, or in the line above a row whose buttons cost the same;
    None when the message names none."""
    (action,) = body["actions"]
    label = str((action.get("text") or {}).get("text") or "")
    if "$" in label:
        return _amount(label)
    for block in (body.get("message") or {}).get("blocks") or []:
        for element in block.get("elements") or []:
            text = element.get("text") if isinstance(element, dict) else None
            if isinstance(text, str) and "Vary:" in text:
                return _amount(text.partition("Vary:")[2])
    return None


def _amount(text: str) -> Money | None:
    match = _PRICE.search(text)
    return Money.from_decimal(Decimal(match[1])) if match else None
