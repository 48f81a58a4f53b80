"""Whether the bot is in a conversation at all, asked without leaving a trace there."""

from __future__ import annotations

import structlog

from bot.errors import CannotPost, GivenUp
from handlers.messages.slack_reasons import reason_for
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


async def require_member(api: SlackApi, channel_id: str) -> None:
    """Raises CannotPost where Slack says that the bot is no member; returns where it is one, or where that
    cannot be told (without the scope to read, for one): then posting tells. Only reads. Raises TryLater.

    By reading history, not by conversations.info: the bot has that permission anyway.
    """
    try:
        await api.call("conversations.history", channel=channel_id, limit=1)
    except (CannotPost, GivenUp) as refused:
        if isinstance(refused, CannotPost) and reason_for(refused.reason).invite:
            raise
        log.info("membership_not_told", reason=str(refused))
