"""Answers to commands that may take longer than Slack waits for a receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.deadline import answer_within
from handlers.listeners.errors import ErrorHandler
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies.command_replies import private
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

RECEIPT_SECONDS = 1.5
"""How long the receipt waits for the answer, so that a quick one needs no second request. Slack wants the
receipt within 3 s (Slack reference 1)."""

LAST_SECONDS = 5.0
"""How long a process that stops waits for the answers under way."""


class LateAnswers:
    """Puts an answer into the receipt when it is quick, and sends it to the command's response_url when it is
    not, or is never expected to be. ``errors`` turns an error into the sentence for it."""

    def __init__(self, *, upload_client: UploadClient, errors: ErrorHandler) -> None:
        self._upload_client = upload_client
        self._errors = errors
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(
        self,
        answer: Callable[[], Coroutine[Any, Any, Notice]],
        body: dict[str, Any],
        ack: Callable[..., Awaitable[Any]],
    ) -> None:
        """Run ``answer`` and acknowledge the command ``body``, with the answer or before it. Raises what
        ``answer`` raises while the receipt waits."""
        making = self._begun(answer)
        await asyncio.wait({making}, timeout=RECEIPT_SECONDS)
        if making.done():
            await ack(private(making.result()))
            return
        self._tell_later(making, body)
        await ack()

    async def after_receipt(
        self,
        answer: Callable[[], Coroutine[Any, Any, Notice]],
        body: dict[str, Any],
        ack: Callable[..., Awaitable[Any]],
    ) -> None:
        """Acknowledge the command ``body`` at once, and run ``answer`` after that."""
        await ack()
        self._tell_later(self._begun(answer), body)

    async def finish(self) -> None:
        """Wait for the answers under way, at most LAST_SECONDS. Safe to repeat."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)

    def _begun(self, answer: Callable[[], Coroutine[Any, Any, Notice]]) -> asyncio.Task[Notice]:
        with answer_within(None):
            return asyncio.create_task(answer(), name="command")

    def _tell_later(self, making: asyncio.Task[Notice], body: dict[str, Any]) -> None:
        telling = asyncio.create_task(self._tell(making, body), name="late-answer")
        self._under_way.add(telling)
        telling.add_done_callback(self._under_way.discard)

    async def _tell(self, making: asyncio.Task[Notice], body: dict[str, Any]) -> None:
        try:
            told = private(await making)
        except Exception as error:  # noqa: BLE001 - becomes a sentence for the person and a line in the log
            told = self._errors.said(error, body)
        if not await self._upload_client.answer(str(body.get("response_url") or ""), told):
            log.warning("late_answer_not_sent", command=body.get("command"))
