"""Finding our own status message again by the opaque job id in its metadata (Slack reference 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.job import Job
from handlers.escape import Json
from handlers.slack_api import SlackApi

PAGE = 100
MOST_PAGES = 3
"""History may be limited to one call a minute (Slack reference 4), and the post is seconds old."""

MARGIN_SECONDS = 300.0
"""By which Slack's clock and ours may differ."""


async def find_by_job(api: SlackApi, job: Job, *, event_type: str) -> str | None:
    """The ts of our message whose metadata names ``job``; None when it is not among the newest messages.

    Only reads. Raises what ``SlackApi.call`` raises; without the history scope that is CannotPost.
    """
    since = (job.announce_intent_at or job.created_at).timestamp() - MARGIN_SECONDS
    args: dict[str, Any] = {
        "channel": job.place.channel_id,
        "oldest": f"{since:.6f}",
        "limit": PAGE,
        "include_all_metadata": True,
    }
    method = "conversations.history"
    if job.place.thread_ts is not None:
        method, args = "conversations.replies", args | {"ts": job.place.thread_ts}
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        answer = await api.call(method, **args, cursor=cursor)
        found = _ours(answer.get("messages") or [], api, job.id, event_type)
        if found is not None:
            return found
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
    return None


def _ours(messages: Iterable[Json], api: SlackApi, job_id: str, event_type: str) -> str | None:
    """Any app can write any metadata: only what we posted counts."""
    for message in messages:
        ours = message.get("user") == api.bot_user_id or (
            api.bot_id is not None and message.get("bot_id") == api.bot_id
        )
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if ours and metadata.get("event_type") == event_type and payload.get("job_id") == job_id:
            return str(message["ts"])
    return None
