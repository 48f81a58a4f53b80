"""What messages say, and what Slack would object to in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.markup import pings_of_message
from sandbox.slack.workspace import File


def said(blocks: Sequence[dict[str, Any]]) -> str:
    """Everything that the blocks show, in one string."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.extend(str(node[key]) for key in ("text", "alt_text") if isinstance(node.get(key), str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(list(blocks))
    return " ".join(" ".join(found).split())


def check_blocks(blocks: Sequence[dict[str, Any]], *, surface: str = "message") -> list[str]:
    """What slack-sdk's models or the sandbox object to."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    ready = File("F", "n", "t", "U", 0, b"", 0, ready=True, mimetype="image/png", filetype="png")
    return BlockCheck(surface=surface, find_file=lambda _: ready, needs_share=False).blocks(list(blocks))


def complaints(
    text: str, blocks: Sequence[dict[str, Any]], *, calls: Collection[str] = ("U0ALICE",)
) -> list[str]:
    """What Slack or a reader would object to in a message that may call nobody but ``calls``."""
    found = check_blocks(blocks)
    if len(text) > 4000:
        found.append(f"its text has {len(text)} characters")
    if len(said(blocks)) >= 9000:
        found.append(f"it says {len(said(blocks))} characters")
    pings = pings_of_message(text, list(blocks), [], parse="client", link_names=True, groups={"makers": "S1"})
    return found + [f"it pings {who}" for who in set(pings) - set(calls)]
