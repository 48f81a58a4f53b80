"""Refuses blocks and views that Slack refuses, with messages of the same form.

A message names the fault and where it is:
``[ERROR] missing required field: alt_text [json-pointer:/blocks/0]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from sandbox.slack.block_table import (
    BLOCKS,
    ELEMENTS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    MODAL_ELEMENTS,
    MODAL_ONLY,
    NO_ACTION_ID,
    Shape,
)
from sandbox.slack.element_check import element_faults
from sandbox.slack.workspace import File, Json

FileFinder = Callable[[Json], File | None]
SLACK_FILE_TYPES = frozenset({"png", "jpg", "jpeg", "gif"})
"""docs: slack-file-object; webp is not among them."""


class BlockCheck:
    """One walk over the blocks of a message (``surface='message'``), a modal or a Home."""

    def __init__(self, *, surface: str, find_file: FileFinder, needs_share: bool = False) -> None:
        self.surface = surface
        self.errors: list[str] = []
        self._find_file = find_file
        self._needs_share = needs_share
        self._block_ids: set[str] = set()
        self._action_ids: set[tuple[str, str]] = set()

    def blocks(self, blocks: list[Any], pointer: str = "/blocks") -> list[str]:
        """Check a whole list; returns the error messages, none when Slack would take it."""
        most = 50 if self.surface == "message" else 100
        if len(blocks) > most:
            self._error(f"no more than {most} items allowed", pointer)
        for index, block in enumerate(blocks):
            self._block(block, f"{pointer}/{index}")
        return self.errors

    def text(self, value: Any, pointer: str, *, longest: int, plain: bool = False) -> None:
        """Check a text object."""
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            self._error("must be a text object", pointer)
            return
        kind = value.get("type")
        allowed = {"plain_text": {"emoji"}, "mrkdwn": {"verbatim"}}.get(str(kind))
        if allowed is None or (plain and kind != "plain_text"):
            self._error(f"unsupported type: {kind}", f"{pointer}/type")
            return
        self._unknown(value, {"type", "text", *allowed}, pointer)
        if not value["text"]:
            self._error("must be more than 0 characters", f"{pointer}/text")
        self._length(value["text"], longest, f"{pointer}/text")

    def _error(self, text: str, pointer: str) -> None:
        self.errors.append(f"[ERROR] {text} [json-pointer:{pointer}]")

    def _unknown(self, node: Json, allowed: Iterable[str], pointer: str) -> None:
        for key in sorted(set(node) - set(allowed)):
            self._error(f"invalid additional property: {key}", pointer)

    def _length(self, value: Any, longest: int, pointer: str) -> None:
        if isinstance(value, str) and len(value) > longest:
            self._error(f"must be less than {longest + 1} characters", pointer)

    def _block(self, block: Any, pointer: str) -> None:
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            self._error("missing required field: type", pointer)
            return
        kind = block["type"]
        self._block_id(block, pointer)
        if kind in MODAL_ONLY and self.surface != "modal":
            self._error(f"unsupported type: {kind}", f"{pointer}/type")
        elif kind in BLOCKS:
            self._shape(block, BLOCKS[kind], {"type", "block_id"}, pointer)
            self._inside(block, kind, pointer)
        else:
            self._newer_block(block, pointer)

    def _block_id(self, block: Json, pointer: str) -> None:
        identifier = block.get("block_id")
        if identifier is None:
            return
        if not isinstance(identifier, str) or not identifier:
            self._error("must be a text of at least 1 character", f"{pointer}/block_id")
            return
        self._length(identifier, 255, f"{pointer}/block_id")
        if identifier in self._block_ids:
            self._error("`block_id` already exists", f"{pointer}/block_id")
        self._block_ids.add(identifier)

    def _newer_block(self, block: Json, pointer: str) -> None:
        """Blocks that only slack_sdk describes: its validators decide, and an unmodelled type is refused."""
        try:
            parsed = Block.parse(block)
            if parsed is None or type(parsed) is Block:
                self._error(f"unsupported type: {block['type']}", f"{pointer}/type")
                return
            parsed.validate_json()
        except (SlackObjectFormationError, TypeError, KeyError, AttributeError) as wrong:
            self._error(str(wrong), pointer)
        for key in ("hero_image", "icon"):
            if isinstance(block.get(key), dict) and block[key].get("type") == "image":
                self._element(block[key], ELEMENTS, f"{pointer}/{key}", "")
        for key in ("elements", "child_blocks"):
            for index, child in enumerate(block.get(key) or []):
                if isinstance(child, dict) and child.get("type") in {*BLOCKS, "card"}:
                    self._block(child, f"{pointer}/{key}/{index}")

    def _shape(self, node: Json, shape: Shape, always: set[str], pointer: str) -> None:
        for key in sorted(shape.required - set(node)):
            self._error(f"missing required field: {key}", pointer)
        self._unknown(node, shape.required | shape.optional | always, pointer)
        for key in (shape.plain | shape.texts) & set(node):
            self.text(
                node[key], f"{pointer}/{key}", longest=shape.longest.get(key, 3000), plain=key in shape.plain
            )
        for key, longest in shape.longest.items():
            self._length(node.get(key), longest, f"{pointer}/{key}")
        for key, most in shape.most.items():
            self._count(node, key, most, pointer)

    def _count(self, node: Json, key: str, most: int, pointer: str) -> None:
        if key not in node:
            return
        if not isinstance(node[key], list) or not node[key]:
            self._error("must have at least 1 item", f"{pointer}/{key}")
        elif len(node[key]) > most:
            self._error(f"no more than {most} items allowed", f"{pointer}/{key}")

    def _inside(self, block: Json, kind: str, pointer: str) -> None:
        identifier = str(block.get("block_id") or pointer)
        if kind == "image":
            self._picture(block, pointer)
        elif kind == "section":
            self._section(block, pointer, identifier)
        elif kind == "actions":
            self._elements(block, IN_ACTIONS, pointer, identifier)
        elif kind == "context":
            self._context(block, pointer)
        elif kind == "input" and "element" in block:
            self._element(block["element"], IN_INPUT, f"{pointer}/element", identifier)
        elif kind == "markdown" and not isinstance(block.get("text"), str):
            self._error("must be a string", f"{pointer}/text")

    def _section(self, block: Json, pointer: str, identifier: str) -> None:
        if not block.get("text") and not block.get("fields"):
            self._error("missing required field: text", pointer)
        for index, item in enumerate(block.get("fields") or []):
            self.text(item, f"{pointer}/fields/{index}", longest=2000)
        if "accessory" in block:
            self._element(block["accessory"], IN_SECTION, f"{pointer}/accessory", identifier)

    def _context(self, block: Json, pointer: str) -> None:
        elements = block.get("elements")
        for index, item in enumerate(elements if isinstance(elements, list) else []):
            where = f"{pointer}/elements/{index}"
            if isinstance(item, dict) and item.get("type") == "image":
                self._element(item, {"image"}, where, "")
            else:
                self.text(item, where, longest=3000)

    def _elements(self, block: Json, allowed: Iterable[str], pointer: str, identifier: str) -> None:
        elements = block.get("elements")
        for index, item in enumerate(elements if isinstance(elements, list) else []):
            self._element(item, allowed, f"{pointer}/elements/{index}", identifier)

    def _element(self, node: Any, allowed: Iterable[str], pointer: str, block_id: str) -> None:
        kind = str(node.get("type")) if isinstance(node, dict) else ""
        if (
            kind not in allowed
            or kind not in ELEMENTS
            or (kind in MODAL_ELEMENTS and self.surface != "modal")
        ):
            self._error(f"unsupported type: {kind}", f"{pointer}/type")
            return
        always = {"type"} if kind in NO_ACTION_ID else {"type", "action_id"}
        self._shape(node, ELEMENTS[kind], always, pointer)
        self._action_id(node, pointer, block_id)
        if kind == "image":
            self._picture(node, pointer)
        if kind == "button" and node.get("style") not in {None, "primary", "danger"}:
            self._error("must be one of: primary, danger", f"{pointer}/style")
        self._length(node.get("action_id"), 255, f"{pointer}/action_id")
        for index, option in enumerate(node.get("options") or []):
            self._option(option, f"{pointer}/options/{index}", block_kind=str(kind))
        for number, group in enumerate(node.get("option_groups") or []):
            self._group(group, f"{pointer}/option_groups/{number}", kind)
        for text, where in element_faults(node):
            self._error(text, pointer + where)
        if "confirm" in node:
            self._confirm(node["confirm"], f"{pointer}/confirm")

    def _action_id(self, node: Json, pointer: str, block_id: str) -> None:
        action = node.get("action_id")
        if action is None:
            return
        if (block_id, action) in self._action_ids:
            self._error("`action_id` already exists", f"{pointer}/action_id")
        self._action_ids.add((block_id, action))

    def _option(self, option: Any, pointer: str, *, block_kind: str) -> None:
        if not isinstance(option, dict) or "text" not in option:
            self._error("missing required field: text", pointer)
            return
        plain = block_kind not in {"checkboxes", "radio_buttons"}
        self._unknown(option, {"text", "value", "description", "url"}, pointer)
        self.text(option["text"], f"{pointer}/text", longest=75, plain=plain)
        self._length(option.get("value"), 150, f"{pointer}/value")
        if "description" in option:
            self.text(option["description"], f"{pointer}/description", longest=75, plain=plain)

    def _group(self, group: Any, pointer: str, kind: str) -> None:
        if not isinstance(group, dict):
            self._error("must be an object", pointer)
            return
        self._unknown(group, {"label", "options"}, pointer)
        self.text(group.get("label"), f"{pointer}/label", longest=75, plain=True)
        self._count({"options": [], **group}, "options", 100, pointer)
        for index, option in enumerate(group.get("options") or []):
            self._option(option, f"{pointer}/options/{index}", block_kind=kind)

    def _confirm(self, node: Any, pointer: str) -> None:
        if not isinstance(node, dict):
            self._error("must be an object", pointer)
            return
        self._unknown(node, {"title", "text", "confirm", "deny", "style"}, pointer)
        for key, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            if key in node:
                self.text(node[key], f"{pointer}/{key}", longest=longest, plain=key != "text")
            else:
                self._error(f"missing required field: {key}", pointer)

    def _picture(self, node: Json, pointer: str) -> None:
        if ("image_url" in node) == ("slack_file" in node):
            self._error("exactly one of image_url and slack_file is required", pointer)
        elif "slack_file" in node and not self._usable(node["slack_file"]):
            self._error("invalid slack file", f"{pointer}/slack_file")

    def _usable(self, reference: Any) -> bool:
        """Shown only when processed, of a shown type, and shared (java-slack-sdk#1349)."""
        if not isinstance(reference, dict) or set(reference) not in ({"id"}, {"url"}):
            return False
        file = self._find_file(reference)
        if file is None or file.deleted or not file.ready or not file.mimetype:
            return False
        return file.filetype in SLACK_FILE_TYPES and (bool(file.shares) or not self._needs_share)


def text_length(node: Any) -> int:
    """How many characters of text blocks hold together."""
    if isinstance(node, list):
        return sum(text_length(item) for item in node)
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(text_length(value) for value in node.values() if not isinstance(value, str))
    return 0
