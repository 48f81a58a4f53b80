"""A message as it is shown, with a fingerprint that tells whether it has changed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.messages.block_kit import Json, plain_text

_REVISION_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """``text`` is escaped for Slack's top-level text. ``fingerprint`` changes when anything shown does."""

    text: str
    blocks: list[Json]
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", _digest(self.text, self.blocks))


def with_revision(text: str, blocks: Sequence[Json]) -> StatusMessage:
    """The message, with a revision at the end of each block's id: Slack wants a new id for each version of a
    block (docs reference/block-kit/blocks). The same content has the same revision."""
    revision = _digest(text, blocks)[:_REVISION_CHARACTERS]
    marked = [
        {**block, "block_id": f"{block['block_id']}.r{revision}"} if "block_id" in block else block
        for block in blocks
    ]
    return StatusMessage(text, marked)


def plainest(message: StatusMessage) -> StatusMessage:
    """The same text in one block that Slack has no reason to refuse."""
    return StatusMessage(message.text, [{"type": "section", "text": plain_text(message.text)}])


def _digest(text: str, blocks: Sequence[Json]) -> str:
    shown = json.dumps([text, list(blocks)], sort_keys=True).encode()
    return hashlib.sha256(shown).hexdigest()[:16]
