"""Cursor pagination as Slack does it (docs apis/web-api/pagination)."""

from __future__ import annotations

import base64
from typing import TypeVar

from sandbox.slack.args import Args
from sandbox.slack.errors import SlackError

T = TypeVar("T")


def page(items: list[T], args: Args, *, default: int, most: int = 1000) -> tuple[list[T], str]:
    """This call's part of ``items``, ``most`` at most, and the next one's cursor; empty at the end."""
    start = 0
    if args.has("cursor"):
        try:
            start = int(base64.b64decode(args.text("cursor")).decode().removeprefix("next:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    end = start + max(1, min(args.number("limit", default), most))
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], cursor
