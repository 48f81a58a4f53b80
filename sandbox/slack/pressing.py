"""What a press means: which element, what was chosen, and whether Slack tells the app of it at all.

Facts: docs block-elements, dispatch_action_config (an input block tells nobody unless ``dispatch_action``).
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.errors import ImpossibleActError
from sandbox.slack.posting import interactive
from sandbox.slack.workspace import Ephemeral, Json, Message

CHOSEN = (
    "selected_options", "selected_option", "selected_conversation", "selected_channel", "selected_user",
    "selected_date", "selected_time", "files", "value",
)  # fmt: skip
_TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)


def enterprise(identifier: str | None) -> Json | None:
    return {"id": identifier, "name": "Sandbox Group"} if identifier else None


def pick(blocks: list[Json], act: Json) -> tuple[Json, Json]:
    """The one element the act means; ambiguity is an error, as a person sees what they press."""
    found = [
        (block, element)
        for block in blocks
        for element in interactive(block)
        if element.get("action_id") == act["action_id"]
        and act.get("block_id") in {None, block.get("block_id")}
        and ("value" not in act or element["type"] != "button" or element.get("value") == act["value"])
    ]
    if len(found) != 1:
        raise ImpossibleActError(f"{len(found)} elements match {act['action_id']}")
    return found[0]


def container(source: Message | Ephemeral) -> Json:
    body = {"type": "message", "message_ts": source.ts, "channel_id": source.channel}
    if source.thread_ts:
        body["thread_ts"] = source.thread_ts
    return body | {"is_ephemeral": isinstance(source, Ephemeral)}


def check_told(block: Json, element: Json, act: Json) -> None:
    """Refuse a change that stays in the form: a field of an input block that does not dispatch, or typing
    that its ``dispatch_action_config`` does not name (Enter alone, where it says nothing)."""
    if block.get("type") != "input":
        return
    if not block.get("dispatch_action"):
        raise ImpossibleActError(f"{element['action_id']} tells the app nothing before the form is sent")
    if element["type"] in _TYPED:
        config = element.get("dispatch_action_config") or {}
        triggers = config.get("trigger_actions_on") or ["on_enter_pressed"]
        if act.get("trigger", triggers[0]) not in triggers:
            raise ImpossibleActError(f"{element['action_id']} tells the app nothing {act['trigger']}")


def with_choice(block: Json, element: Json, act: Json) -> Json:
    """The values of the act with the choice itself among them, for elements that hold one."""
    given: Json = {name: dict(fields) for name, fields in (act.get("values") or {}).items()}
    if element["type"] in {"button", "overflow", "workflow_button"}:
        return given
    found = [act[key] for key in CHOSEN if key in act]
    if found:
        given.setdefault(block["block_id"], {})[element["action_id"]] = found[0]
    return given


def chosen_option(element: Json, act: Json) -> Any:
    """The option that a press on an overflow menu took."""
    wanted = act.get("selected_option", act.get("value"))
    wanted = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in element["options"]:
        if option.get("value") == wanted:
            return {key: option[key] for key in ("text", "value", "description", "url") if key in option}
    raise ImpossibleActError(f"{element['action_id']} offers no {wanted}")
