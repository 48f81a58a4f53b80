"""Checks that the bot is a member of a conversation, without posting anything there."""

from __future__ import annotations

import structlog

from bot.errors import CannotPost, GivenUp, TryLater
from handlers.messages.problems.slack_reasons import reason_for
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


async def require_member(api: SlackApi, channel_id: str) -> None:
    """Raises CannotPost if Slack says that the bot is no member, and TryLater while Slack is away. Only
    reads.

    Returns also when membership cannot be found out, as without the scope to read or where Slack lets the app
    read only once a minute: posting will show it then.
    It reads the history instead of calling conversations.info because the bot has that permission anyway.
    """
    try:
        await api.call("conversations.history", channel=channel_id, limit=1)
    except TryLater as later:
        if not api.history.is_limited or later.after is None:
            raise
        log.info("membership_not_told", reason=str(later))
    except (CannotPost, GivenUp) as refused:
        if isinstance(refused, CannotPost) and reason_for(refused.reason).invite:
            raise
        log.info("membership_not_told", reason=str(refused))
