"""Finds our own messages by the opaque id in their metadata (Slack reference 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain.jobs.job import Job
from handlers.messages.block_kit import Json
from handlers.web_api.client import SlackApi

PAGE = 100
MOST_PAGES = 3
"""History may be limited to one call a minute (Slack reference 4), and the post is seconds old."""

MARGIN_SECONDS = 300.0
"""By which Slack's clock and ours may differ."""


async def find_status_message(api: SlackApi, job: Job, *, event_type: str) -> str | None:
    """The ts of our message whose metadata names ``job``; None when it is not among the newest messages.

    Only reads. Raises what ``SlackApi.call`` raises; without the history scope that is CannotPost.
    """
    mark = {"event_type": event_type, "event_payload": {"job_id": job.id}}
    since, place = job.announce_intent_at or job.created_at, job.place
    return await find_own_message(api, place.channel_id, mark, since=since, thread_ts=place.thread_ts)


async def find_own_message(
    api: SlackApi, channel: str, mark: Json, *, since: datetime, thread_ts: str | None = None
) -> str | None:
    """The ts of our message in a conversation, or in one thread of it, that has ``mark`` as its metadata;
    None and errors as in ``find_status_message``. ``channel`` is a conversation's id; a person's id does not
    work here."""
    args: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since.timestamp() - MARGIN_SECONDS:.6f}",
        "limit": PAGE,
        "include_all_metadata": True,
    }
    method = "conversations.history"
    if thread_ts is not None:
        method, args = "conversations.replies", args | {"ts": thread_ts}
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        answer = await api.call(method, **args, cursor=cursor)
        found = _ours(answer.get("messages") or [], api, mark)
        if found is not None:
            return found
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor or api.history.is_limited:  # the next page would be a minute away, and then another
            return None
    return None


def _ours(messages: Iterable[Json], api: SlackApi, mark: Json) -> str | None:
    """The ts of the first of ``messages`` that we posted with the metadata ``mark``. (Any app can write any
    metadata.)"""
    for message in messages:
        ours = message.get("user") == api.bot_user_id or (
            api.bot_id is not None and message.get("bot_id") == api.bot_id
        )
        metadata = message.get("metadata") or {}
        if ours and all(metadata.get(name) == value for name, value in mark.items()):
            return str(message["ts"])
    return None
