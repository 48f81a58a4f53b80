"""What a person fills into a form, in the shape of ``view.state.values`` (docs: reference/views)."""

from __future__ import annotations

from typing import Any

from sandbox.slack.element_check import options_of
from sandbox.slack.errors import ImpossibleActError
from sandbox.slack.payloads import full_file_json
from sandbox.slack.posting import interactive
from sandbox.slack.workspace import BOT_USER, Json, Workspace

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
_OFFERING = {"static_select", "radio_buttons", "checkboxes", "multi_static_select"}
_STATELESS = {"button", "overflow", "workflow_button"}


def form_values(
    blocks: list[Json],
    given: Json,
    workspace: Workspace,
    *,
    kept: Json | None = None,
    place: str | None = None,
) -> Json:
    """State of every stateful element: what was given, else what was ``kept`` of the form before its update,
    else its initial value. Options are named by value; ``place`` is where the form was opened."""
    state: Json = {}
    for block in blocks:
        for element in interactive(block):
            if element["type"] in _STATELESS:
                continue
            entered = given.get(block["block_id"]) or {}
            before = ((kept or {}).get(block["block_id"]) or {}).get(element["action_id"])
            if element["action_id"] in entered:
                value = _value(element, entered[element["action_id"]], workspace, place)
            elif before and _still_fits(element, before):
                value = _as_offered_now(element, before)
            else:
                value = _value(element, None, workspace, place)
            if value is not None:
                state.setdefault(block["block_id"], {})[element["action_id"]] = {
                    "type": element["type"],
                    **value,
                }
    unknown = set(given) - {block["block_id"] for block in blocks}
    if unknown:
        raise ImpossibleActError(f"the form has no block {', '.join(sorted(unknown))}")
    return state


def _still_fits(element: Json, before: Json) -> bool:
    """Whether an updated form keeps this: same kind of element, and every chosen option still offered."""
    if before["type"] != element["type"]:
        return False
    chosen = [before.get("selected_option"), *(before.get("selected_options") or [])]
    offered = {option.get("value") for option in options_of(element)}
    return element["type"] not in _OFFERING or all(o["value"] in offered for o in chosen if o)


def _as_offered_now(element: Json, before: Json) -> Json:
    """The kept choice in the words of the updated form: an option is its value, whatever it is called."""
    if element["type"] not in _OFFERING:
        return before
    if "selected_options" in before:
        return {"selected_options": [_option(element, option) for option in before["selected_options"]]}
    return {"selected_option": _option(element, before.get("selected_option"))}


def missing_inputs(blocks: list[Json], values: Json) -> list[str]:
    """Required input blocks that are still empty."""
    missing = []
    for block in blocks:
        if block.get("type") == "input" and not block.get("optional"):
            state = values.get(block["block_id"], {}).get(block["element"]["action_id"], {})
            if not any(value for key, value in state.items() if key != "type"):
                missing.append(str(block["block_id"]))
    return missing


def wrong_inputs(blocks: list[Json], values: Json) -> list[str]:
    """Texts that Slack itself does not let through: too short, or longer than the field takes."""
    wrong = []
    for block in blocks:
        element = block.get("element") or {}
        state = values.get(str(block.get("block_id")), {}).get(element.get("action_id"), {})
        text = state.get("value")
        if element.get("type") != "plain_text_input" or not text:
            continue
        least, most = element.get("min_length") or 0, element.get("max_length") or 3000
        if not least <= len(text) <= most:
            wrong.append(f"{block['block_id']}: {least} to {most} characters")
    return wrong


def _value(element: Json, wanted: Any, workspace: Workspace, place: str | None) -> Json | None:
    kind = element["type"]
    if isinstance(wanted, dict) and kind not in _ONE_OPTION:
        return wanted
    if kind in _CHOICES:
        key, initial = _CHOICES[kind]
        value = wanted if wanted is not None else element.get(initial)
        if value is None and element.get("default_to_current_conversation"):
            value = _here(element, workspace, place)
        return {key: str(value) if kind == "number_input" and value is not None else value}
    if kind in _ONE_OPTION:
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


def _here(element: Json, workspace: Workspace, place: str | None) -> Any:
    """docs conversations_select: where the person was when they opened the form, if the filter lets it in."""
    channel = workspace.channels.get(place or "")
    wanted = element.get("filter") or {}
    kind = {"channel": "public", "group": "private"}.get(channel.kind, channel.kind) if channel else ""
    if channel is None or kind not in wanted.get("include", [kind]):
        return None
    if channel.kind == "im" and BOT_USER in channel.members and wanted.get("exclude_bot_users"):
        return None
    return channel.id if element["type"] == "conversations_select" else [channel.id]


def _option(element: Json, wanted: Any) -> Json | None:
    if wanted is None:
        return None
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options_of(element):
        if option.get("value") == value:
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    raise ImpossibleActError(f"{element['action_id']} offers no {value}")
