"""Takes back what was posted into a thread that is gone: Slack reports no error then and shows it at the top
of the channel, where nobody asked for it (Slack reference 3.7)."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.domain.place import Place
from bot.errors import CannotPost
from handlers.conversation.posting import ts_of
from handlers.messages.block_kit import Json
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

THREAD_GONE = "thread_not_found"
"""The reason of a refusal when the thread is gone; Slack's own word for it, where it has one."""


async def require_thread(api: SlackApi, place: Place, answer: Json) -> None:
    """Check the answer to a post into the thread of ``place``, if it has one.

    Raises CannotPost THREAD_GONE when the message came out at the top; then it is deleted. Raises TryLater
    when it could not be deleted yet: it is still there.
    """
    message = answer.get("message")
    if place.thread_ts is None or not isinstance(message, dict) or message.get("thread_ts"):
        return
    await take_back(api, place.channel_id, ts_of(answer))
    raise CannotPost(THREAD_GONE)


async def is_in_a_thread(api: SlackApi, channel_id: str, shares: Iterable[str]) -> bool:
    """Whether one of our messages, by their ts, is in a thread after all; those at the top are deleted.

    ``files.info`` may leave the thread out, and what is deleted cannot be brought back: its permalink, which
    names the thread, decides. Raises what ``SlackApi.call`` raises, except for messages that are gone.
    """
    found = False
    for ts in shares:
        try:
            answer = await api.call("chat.getPermalink", channel=channel_id, message_ts=ts)
        except (CannotPost, SlackRefused) as gone:
            log.info("share_not_seen", reason=str(gone))
            continue
        if "thread_ts=" in str(answer.get("permalink")):
            found = True
        else:
            await take_back(api, channel_id, ts)
    return found


async def take_back(api: SlackApi, channel_id: str, ts: str) -> None:
    """Delete a message of ours. Safe to repeat. Raises TryLater; a refusal is logged, as nothing is left to
    try."""
    log.warning("posted_outside_its_thread")
    try:
        await api.call("chat.delete", channel=channel_id, ts=ts)
    except (CannotPost, SlackRefused) as refused:
        log.warning("not_taken_back", reason=str(refused))
