"""What a person fills into a form, in the shape of ``view.state.values`` (docs: reference/views)."""

from __future__ import annotations

from typing import Any

from sandbox.slack.errors import ImpossibleActError
from sandbox.slack.payloads import full_file_json
from sandbox.slack.posting import interactive
from sandbox.slack.workspace import Json, Workspace

_CHOICES = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
_ONE_OPTION = {"static_select", "radio_buttons", "external_select"}
_MANY_OPTIONS = {"checkboxes", "multi_static_select", "multi_external_select"}


def form_values(blocks: list[Json], given: Json, workspace: Workspace) -> Json:
    """State of every stateful element: what was given, else its initial value. Options are named by value."""
    state: Json = {}
    for block in blocks:
        for element in interactive(block):
            if element["type"] in {"button", "overflow", "workflow_button"} and block["type"] == "input":
                continue
            wanted = (given.get(block["block_id"]) or {}).get(element["action_id"])
            value = _value(element, wanted, workspace)
            if value is not None:
                state.setdefault(block["block_id"], {})[element["action_id"]] = {
                    "type": element["type"],
                    **value,
                }
    unknown = set(given) - {block["block_id"] for block in blocks}
    if unknown:
        raise ImpossibleActError(f"the form has no block {', '.join(sorted(unknown))}")
    return state


def missing_inputs(blocks: list[Json], values: Json) -> list[str]:
    """Required input blocks that are still empty."""
    missing = []
    for block in blocks:
        if block.get("type") == "input" and not block.get("optional"):
            state = values.get(block["block_id"], {}).get(block["element"]["action_id"], {})
            if not any(value for key, value in state.items() if key != "type"):
                missing.append(str(block["block_id"]))
    return missing


def _value(element: Json, wanted: Any, workspace: Workspace) -> Json | None:
    kind = element["type"]
    if isinstance(wanted, dict) and kind not in _ONE_OPTION:
        return wanted
    if kind in _CHOICES:
        key, initial = _CHOICES[kind]
        value = wanted if wanted is not None else element.get(initial)
        return {key: str(value) if kind == "number_input" and value is not None else value}
    if kind in _ONE_OPTION or kind == "overflow":
        return {"selected_option": _option(element, wanted) or element.get("initial_option")}
    if kind in _MANY_OPTIONS:
        chosen = (
            [_option(element, item) for item in wanted]
            if wanted is not None
            else element.get("initial_options")
        )
        return {"selected_options": chosen or []}
    if kind == "file_input":
        return {"files": [full_file_json(workspace, workspace.files[item]) for item in wanted or []]}
    return None


def _option(element: Json, wanted: Any) -> Json | None:
    if wanted is None:
        return None
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    groups = [group.get("options") or [] for group in element.get("option_groups") or []]
    for option in [*(element.get("options") or []), *(o for group in groups for o in group)]:
        if option.get("value") == value:
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    raise ImpossibleActError(f"{element['action_id']} offers no {value}")
