"""Reads the arguments of a Web API call: query, form or JSON, with Slack's own idea of each type."""

from __future__ import annotations

import json
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import Json


class Args:
    """The arguments of one call; text from a form, or typed values from JSON."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def optional(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return str(value).lower() in {"1", "true", "t", "yes"}

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError(
                "invalid_arguments",
                messages=[f"[ERROR] failed to match all allowed schemas [json-pointer:/{name}]"],
            ) from None

    def structure(self, name: str, error: str) -> Any:
        """A JSON value, given as such or as a string; ``error`` when it does not parse."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def blocks(self) -> list[Json] | None:
        value = self.structure("blocks", "invalid_blocks_format")
        if value is not None and not isinstance(value, list):
            raise SlackError("invalid_blocks_format")
        return value
