"""Fields of the forms about budgets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.messages.block_kit import Json, plain_text

VALUE = "value"
"""The action id of every field; the block's id tells them apart."""


def labelled(block_id: str, label: str, element: Json, *, optional: bool = False, hint: str = "") -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": {"action_id": VALUE, **element},
        "optional": optional,
    }
    return block | ({"hint": plain_text(hint)} if hint else {})


def menu(options: Mapping[Any, str], initial: str) -> Json:
    made = [{"text": plain_text(text, 75), "value": str(value)} for value, text in options.items()]
    chosen = next(option for option in made if option["value"] == initial)
    return {"type": "static_select", "options": made, "initial_option": chosen}
