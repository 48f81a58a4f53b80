"""The newest picture of one thread: what an edit without a picture of its own starts from."""

from __future__ import annotations

from typing import Any

from bot.domain.job import Place
from bot.domain.source import SourceRef
from handlers.message_events import read_files
from handlers.slack_api import SlackApi
from handlers.slack_file import SlackFile

PAGE = 200
MOST_PAGES = 5
"""Replies come oldest first, so all must be read; a thread of more than a thousand is not."""

_GONE = frozenset({"tombstone", "hidden_by_limit"})


async def newest_in(api: SlackApi, thread: Place, *, before_ts: str) -> SourceRef | None:
    """The newest picture that this thread, and no other, got before ``before_ts``: a person's or ours.

    None when there is none, and when the thread is too long to be sure. Only reads; raises what
    ``SlackApi.call`` raises.
    """
    newest: tuple[float, SourceRef] | None = None
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        answer = await api.call(
            "conversations.replies",
            channel=thread.channel_id,
            ts=thread.thread_ts,
            latest=before_ts,
            limit=PAGE,
            cursor=cursor,
        )
        for message in answer.get("messages") or []:
            at, found = _seconds(message.get("ts")), _picture_of(message, api, thread)
            if found and at < _seconds(before_ts) and (newest is None or at >= newest[0]):
                newest = (at, found)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return newest[1] if newest else None
    return None


def _picture_of(message: dict[str, Any], api: SlackApi, thread: Place) -> SourceRef | None:
    """The last picture of a message that is no mask: files are in the order in which they were added."""
    here = thread.thread_ts in {message.get("ts"), message.get("thread_ts")}
    other_bot = bool(message.get("bot_id")) and message.get("user") != api.bot_user_id
    if not here or other_bot:
        return None
    files = [file for file in read_files(message.get("files")) if _is_there(file)]
    pictures = [file for file in files if not file.name.lower().startswith("mask")]
    return SourceRef(file_id=pictures[-1].id, name=pictures[-1].name) if pictures else None


def _is_there(file: SlackFile) -> bool:
    return file.mode not in _GONE and file.may_be_picture


def _seconds(ts: object) -> float:
    try:
        return float(str(ts))
    except ValueError:
        return 0.0
