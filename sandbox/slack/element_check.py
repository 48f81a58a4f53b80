"""What Slack refuses inside one interactive element, beyond keys and lengths (docs: block-elements).

Each function yields ``(message, pointer below the element)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.workspace import Json

Wrong = Iterator[tuple[str, str]]
STATIC = frozenset({"static_select", "multi_static_select"})
TRIGGERS = frozenset({"on_enter_pressed", "on_character_entered"})


def options_of(element: Json) -> list[Json]:
    """All options that an element offers, those in groups, too."""
    groups = [group.get("options") or [] for group in element.get("option_groups") or [] if _is_object(group)]
    return [o for o in [*(element.get("options") or []), *(o for g in groups for o in g)] if _is_object(o)]


def element_faults(element: Json) -> Wrong:
    """Everything that is wrong with the choices and settings of an element."""
    kind = element["type"]
    if kind in STATIC:
        yield from _one_list(element)
    if kind in STATIC or kind in {"radio_buttons", "checkboxes", "overflow"}:
        yield from _values(element)
    if "initial_option" in element or "initial_options" in element:
        yield from _initial(element)
    if "dispatch_action_config" in element:
        yield from _dispatching(element["dispatch_action_config"])
    if kind == "file_input":
        yield from _in_range(element, "max_files", 1, 10)
    if kind == "plain_text_input":
        yield from _in_range(element, "min_length", 0, 3000)
        yield from _in_range(element, "max_length", 1, 3000)


def _one_list(element: Json) -> Wrong:
    if ("options" in element) == ("option_groups" in element):
        yield "exactly one of options and option_groups is required", ""
    groups = element.get("option_groups")
    if groups is not None and (not isinstance(groups, list) or not 1 <= len(groups) <= 100):
        yield "must have between 1 and 100 items", "/option_groups"


def _values(element: Json) -> Wrong:
    for index, option in enumerate(element.get("options") or []):
        if _is_object(option) and not isinstance(option.get("value"), str) and "url" not in option:
            yield "missing required field: value", f"/options/{index}"
        if _is_object(option) and "url" in option and element["type"] != "overflow":
            yield "invalid additional property: url", f"/options/{index}"


def _initial(element: Json) -> Wrong:
    """What an element begins with is one of its options, with all that belongs to it."""
    if element["type"] in {"external_select", "multi_external_select"}:
        return
    offered = options_of(element)
    many = element.get("initial_options")
    if many is not None and (not isinstance(many, list) or not many):
        yield "must have at least 1 item", "/initial_options"
    for key, chosen in (("initial_option", [element.get("initial_option")]), ("initial_options", many or [])):
        if key in element and any(option not in offered for option in chosen):
            yield "must be one of the options", f"/{key}"


def _dispatching(config: Any) -> Wrong:
    triggers = config.get("trigger_actions_on") if _is_object(config) else None
    if not isinstance(triggers, list) or not triggers or not set(triggers) <= TRIGGERS:
        yield "must be some of: on_enter_pressed, on_character_entered", "/dispatch_action_config"


def _in_range(element: Json, key: str, least: int, most: int) -> Wrong:
    value = element.get(key)
    if value is not None and (not isinstance(value, int) or not least <= value <= most):
        yield f"must be between {least} and {most}", f"/{key}"


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
