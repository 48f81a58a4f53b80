"""Block Kit as data: which keys each block and element takes, what it must have, how long its texts may be.

Sources: docs reference/block-kit and the limits in slack_sdk.models.blocks (they agree).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shape:
    """``required`` and ``optional`` keys; ``longest`` limits strings and text objects, ``most`` lists."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    longest: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    """Keys whose text object must be plain_text."""
    texts: frozenset[str] = frozenset()
    """Keys that hold a text object of either kind."""


def _shape(
    required: str = "", optional: str = "", *, plain: str = "", texts: str = "",
    longest: dict[str, int] | None = None, most: dict[str, int] | None = None,
) -> Shape:  # fmt: skip
    return Shape(
        required=frozenset(required.split()),
        optional=frozenset(optional.split()),
        plain=frozenset(plain.split()),
        texts=frozenset(texts.split()),
        longest=longest or {},
        most=most or {},
    )


BLOCKS: dict[str, Shape] = {
    "section": _shape(
        "", "text fields accessory expand", texts="text", longest={"text": 3000}, most={"fields": 10}
    ),
    "divider": _shape(),
    "image": _shape(
        "alt_text", "image_url slack_file title", plain="title",
        longest={"alt_text": 2000, "image_url": 3000, "title": 2000},
    ),
    "actions": _shape("elements", most={"elements": 25}),
    "context": _shape("elements", most={"elements": 10}),
    "header": _shape("text", "level", plain="text", longest={"text": 150}),
    "input": _shape(
        "label element", "hint optional dispatch_action", plain="label hint",
        longest={"label": 2000, "hint": 2000},
    ),
    "file": _shape("external_id source"),
    "rich_text": _shape("elements"),
    "markdown": _shape("text", longest={"text": 12_000}),
}  # fmt: skip

MODAL_ONLY = frozenset({"alert"})
"""node-slack-sdk#2567: alert blocks are for modals."""

_SELECT = "placeholder initial_option confirm focus_on_load option_groups options"
_MANY = "placeholder confirm focus_on_load max_selected_items"
_CONVERSATION = "default_to_current_conversation filter"
_PLACED = {"placeholder": 150, "action_id": 255}
_INPUT = "initial_value placeholder focus_on_load dispatch_action_config"

ELEMENTS: dict[str, Shape] = {
    "button": _shape(
        "text", "url value style confirm accessibility_label", plain="text",
        longest={"text": 75, "value": 2000, "url": 3000, "action_id": 255, "accessibility_label": 75},
    ),
    "overflow": _shape("options", "confirm", most={"options": 5}, longest={"action_id": 255}),
    "static_select": _shape("", _SELECT, plain="placeholder", longest=_PLACED, most={"options": 100}),
    "external_select": _shape(
        "", "placeholder initial_option min_query_length confirm focus_on_load",
        plain="placeholder", longest=_PLACED,
    ),
    "users_select": _shape("", "placeholder initial_user confirm focus_on_load", plain="placeholder"),
    "conversations_select": _shape(
        "", f"placeholder initial_conversation confirm focus_on_load response_url_enabled {_CONVERSATION}",
        plain="placeholder", longest=_PLACED,
    ),
    "channels_select": _shape(
        "", "placeholder initial_channel confirm focus_on_load response_url_enabled", plain="placeholder"
    ),
    "multi_static_select": _shape(
        "", f"{_MANY} options option_groups initial_options", plain="placeholder", most={"options": 100}
    ),
    "multi_users_select": _shape("", f"{_MANY} initial_users", plain="placeholder"),
    "multi_conversations_select": _shape(
        "", f"{_MANY} initial_conversations {_CONVERSATION}", plain="placeholder"
    ),
    "multi_channels_select": _shape("", f"{_MANY} initial_channels", plain="placeholder"),
    "multi_external_select": _shape("", f"{_MANY} min_query_length initial_options", plain="placeholder"),
    "checkboxes": _shape("options", "initial_options confirm focus_on_load", most={"options": 10}),
    "radio_buttons": _shape("options", "initial_option confirm focus_on_load", most={"options": 10}),
    "datepicker": _shape("", "initial_date confirm focus_on_load placeholder", plain="placeholder"),
    "timepicker": _shape("", "initial_time confirm focus_on_load placeholder timezone", plain="placeholder"),
    "datetimepicker": _shape("", "initial_date_time confirm focus_on_load"),
    "plain_text_input": _shape(
        "", f"{_INPUT} multiline min_length max_length", plain="placeholder", longest=_PLACED
    ),
    "number_input": _shape(
        "is_decimal_allowed", f"{_INPUT} min_value max_value", plain="placeholder", longest=_PLACED
    ),
    "email_text_input": _shape("", _INPUT, plain="placeholder", longest=_PLACED),
    "url_text_input": _shape("", _INPUT, plain="placeholder", longest=_PLACED),
    "rich_text_input": _shape("", f"{_INPUT} initial_value", plain="placeholder", longest=_PLACED),
    "file_input": _shape("", "filetypes max_files"),
    "workflow_button": _shape(
        "text workflow", "style accessibility_label", plain="text", longest={"text": 75}
    ),
    "image": _shape("alt_text", "image_url slack_file", longest={"alt_text": 2000, "image_url": 3000}),
}  # fmt: skip

NO_ACTION_ID = frozenset({"image"})
IN_ACTIONS = frozenset(ELEMENTS) - {
    "image", "plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input",
}  # fmt: skip
IN_INPUT = frozenset(ELEMENTS) - {"button", "overflow", "image", "workflow_button"}
IN_SECTION = frozenset(ELEMENTS) - {
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input", "rich_text_input",
}  # fmt: skip
MODAL_ELEMENTS = frozenset({"file_input"})
