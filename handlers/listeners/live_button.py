"""The test buttons of ``imagine-bot doctor --live``: that a press arrives is all there is to know."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services.operations.press_marks import PressMarks


class LiveButtonListener:
    """Records presses for the doctor, which waits for them in another process."""

    def __init__(self, *, presses: PressMarks) -> None:
        self._presses = presses

    async def press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Record, then acknowledge. Safe to repeat."""
        (action,) = body["actions"]
        await self._presses.note(str(context.team_id), str(action.get("value") or ""))
        await ack()
