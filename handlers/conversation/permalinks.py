"""Links to messages, which Slack makes."""

from __future__ import annotations

import structlog

from bot.domain.errors import BotError
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


async def permalink(api: SlackApi, channel_id: str, ts: str | None) -> str:
    """The link to a message; empty when there is none. Never raises a BotError. Only reads."""
    if ts is None:
        return ""
    try:
        answer = await api.call("chat.getPermalink", channel=channel_id, message_ts=ts)
    except BotError as unknown:
        log.info("no_link", reason=str(unknown))
        return ""
    return str(answer.get("permalink") or "")
