"""The fields of forms as Slack's blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.messages.block_kit import Json, plain_text

VALUE = "value"
"""The one action id in each field; the block's id tells the fields apart."""

Option = tuple[str, str]
"""What a choice sends, and what it is called."""

_FILETYPES = ("png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff")


def field(
    block_id: str,
    label: str,
    element: Json,
    *,
    optional: bool = False,
    hint: str = "",
    dispatches: bool = False,
) -> Json:
    """An input block. ``dispatches``: Slack tells of each change, not only of what is sent in the end."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": {"action_id": VALUE, **element},
        "optional": optional,
    }
    if dispatches:
        block["dispatch_action"] = True
    return block | ({"hint": plain_text(hint)} if hint else {})


def text(example: str, initial: str, *, most: int, multiline: bool = False, focus: bool = False) -> Json:
    """A text field of ``most`` characters, which begins with ``initial`` as far as that fits."""
    element: Json = {
        "type": "plain_text_input",
        "multiline": multiline,
        "max_length": most,
        "focus_on_load": focus,
        "placeholder": plain_text(example, 150),
    }
    return element | ({"initial_value": initial[:most]} if initial else {})


def select(options: Sequence[Option], initial: str) -> Json:
    """A menu. ``initial`` counts if it is one of the options, else the first does."""
    return {"type": "static_select", **_choice(options, initial)}


def radio(options: Sequence[Option], initial: str) -> Json:
    """All options in sight; a menu where there are more than the ten that Slack takes (docs
    reference/block-kit/block-elements/radio-button-group-element). ``initial`` as in ``select``."""
    kind = "radio_buttons" if len(options) <= 10 else "static_select"
    return {"type": kind, **_choice(options, initial)}


def files(most: int) -> Json:
    return {"type": "file_input", "filetypes": list(_FILETYPES), "max_files": most}


def conversations(initial: str | None) -> Json:
    element: Json = {"type": "conversations_select", "default_to_current_conversation": True}
    return element | ({"initial_conversation": initial} if initial else {})


def _choice(options: Sequence[Option], initial: str) -> Json:
    made = [{"text": plain_text(name, 75), "value": value} for value, name in options]
    chosen = next((option for option in made if option["value"] == initial), made[0])
    return {"options": made, "initial_option": chosen}
