"""Everything that Slack may send and nothing here acts on yet: acknowledged, so that Slack stops sending it.

Bolt answers 404 for what no listener takes, edits and deletions of messages among it; Slack then repeats
the event and counts a failure against the app (Slack reference 0.8, 2.3).
"""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from handlers.messages.block_kit import Code
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.command_buttons import command_button
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.replies.command_replies import private

log = structlog.get_logger(__name__)


class Unhandled:
    """Acknowledges and does nothing else. Only names are logged, never what people wrote."""

    def __init__(self, *, command: str) -> None:
        self._command = command

    async def event(self, ack: AsyncAck, event: dict[str, Any]) -> None:
        """An event of any type and subtype."""
        log.debug("event_ignored", type=event.get("type"), subtype=event.get("subtype"))
        await ack()

    async def interaction(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button, shortcut or view of an older or newer version of the app."""
        log.info("interaction_ignored", type=body.get("type"))
        await ack()

    async def options(self, ack: AsyncAck) -> None:
        """A menu that asks for its options: it has none."""
        await ack(options=[])

    async def other_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A slash command that the manifest knows and the settings do not."""
        typed = str(body.get("command", ""))[:40]
        log.warning("unknown_command", command=typed, expected=self._command)
        said = notice([Code(typed), " is not set up here. This bot answers to ", Code(self._command), "."])
        row = actions(command_button("What can you do?", "help"))
        await ack(private(Notice(said.text, [*said.blocks, row])))
