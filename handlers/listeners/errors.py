"""Turns a listener's error into the answer for Slack: a sentence for a command, a status for the rest. An
unexpected error also gets a reference, which is in the log."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.domain.errors import BotError
from bot.domain.requests.refusals import AskRefused
from bot.errors import StoreUnavailable, TryLater
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies.command_replies import other_workspace_notice, private
from handlers.messages.wording import BotNames
from handlers.web_api.identity import OtherWorkspace

log = structlog.get_logger(__name__)


class ErrorHandler:
    """Bolt's error handler for listeners and middleware.

    A command is always answered with 200 and an ephemeral sentence. An event that could not be taken is
    answered with 503, because Slack then sends it again; commands and buttons are never sent again.
    """

    def __init__(self, *, names: BotNames) -> None:
        self._names = names

    async def handle(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Log the error and return the answer to Slack."""
        if isinstance(error, BoltUnhandledRequestError):
            log.info("request_ignored", type=body.get("type"))
            return BoltResponse(status=200)
        if "command" in body:
            return BoltResponse(status=200, body=self.said(error, body))
        _log(error)
        return BoltResponse(status=503 if _is_worth_repeating(error, body) else 200)

    def said(self, error: Exception, body: dict[str, Any]) -> dict[str, Any]:
        """Log the error and return the answer to the command ``body``, as Slack takes it."""
        return private(self._told(error, body, _log(error)))

    def _told(self, error: Exception, body: dict[str, Any], reference: str | None) -> Notice:
        if isinstance(error, OtherWorkspace):
            return other_workspace_notice()
        return sentence(
            error,
            self._names,
            channel_id=body.get("channel_id"),
            reference=reference,
        )


def _log(error: Exception) -> str | None:
    """Expected errors are one info line; an unexpected one gets a reference and its traceback."""
    if isinstance(error, AskRefused):
        log.info("ask_refused", problem=str(error.problem))
        return None
    if isinstance(error, BotError):
        log.warning("request_failed", error=type(error).__name__, reason=str(error))
        return None
    reference = secrets.token_hex(4)
    log.error("listener_failed", reference=reference, exc_info=error)
    return reference


def _is_worth_repeating(error: Exception, body: dict[str, Any]) -> bool:
    return body.get("type") == "event_callback" and isinstance(error, StoreUnavailable | TryLater)
