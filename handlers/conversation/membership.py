"""Checks that the bot, and a person, are members of a conversation, without posting anything there."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.errors import BotError
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PostingRefused
from bot.errors import CannotPost, GivenUp, TryLater
from handlers.messages.problems.slack_reasons import reason_for
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
"""How long a form that was sent waits for Slack; Slack waits 3 s for our answer."""

_PAGE = 999
"""Members a call; Slack takes numbers below 1000 (docs conversations.members)."""


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


async def require_member_in_time(api: SlackApi, channel_id: str) -> None:
    """Raise AskRefused while a form is still open if the bot is no member. If Slack does not answer in time,
    what was asked for goes on: membership is checked again before anything is paid for or shown."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await require_member(api, channel_id)
    except CannotPost as closed:
        raise AskRefused(PostingRefused(closed.reason, channel_id)) from closed
    except (BotError, TimeoutError) as unknown:
        log.info("membership_not_asked", reason=str(unknown) or type(unknown).__name__)


async def require_person_in_time(api: SlackApi, channel_id: str, user_id: str) -> None:
    """Raise AskRefused if Slack says that the person is no member. If it does not say so in time, as without
    the scope to read or of a very large channel, they are taken for one: Slack's own menu offers people no
    private channel that they are not in."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            is_member = await _is_member(api, channel_id, user_id)
    except (BotError, TimeoutError) as unknown:
        log.info("members_not_read", reason=str(unknown) or type(unknown).__name__)
        return
    if not is_member:
        raise AskRefused(NotAllowed(NotAllowedReason.NOT_MEMBER))


async def _is_member(api: SlackApi, channel_id: str, user_id: str) -> bool:
    cursor: str | None = None
    while cursor != "":
        found = await api.call("conversations.members", channel=channel_id, limit=_PAGE, cursor=cursor)
        if user_id in (found.get("members") or ()):
            return True
        cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
    return False
