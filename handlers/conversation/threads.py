"""Reads a message and its thread from Slack, to find out which picture a message is about.

An event may come without the files of its message, or be the only one that comes (Slack reference 2.1).
"""

from __future__ import annotations

from typing import Any

from bot.domain.place import Place
from bot.domain.requests.source import SourceRef
from bot.ports import MessageContext
from handlers.conversation.files import shares_in
from handlers.incoming.message_events import files_in, files_of, read_files
from handlers.incoming.slack_file import SlackFile
from handlers.web_api.client import SlackApi

PAGE = 1000
"""The most that Slack gives at once; nearly every thread is one call."""

MOST_PAGES = 5
"""Replies come oldest first, so all must be read; a longer thread is not."""

_GONE = frozenset({"tombstone", "hidden_by_limit"})


async def read_context(api: SlackApi, place: Place, ts: str, rest: str | None = None) -> MessageContext:
    """The message ``ts``, and the thread of ``place`` if there is one, from ``rest`` on where an earlier part
    was read. Only reads; raises what ``SlackApi.call`` raises.

    Where Slack limits reading, one page is read at a time, and no message outside a thread is: its events
    have to do.
    """
    cursor = None
    if place.thread_ts is not None:
        messages, is_whole, cursor = await _thread(api, place, rest)
    elif api.history.is_limited:
        return MessageContext(is_whole=False)
    else:
        # Outside a thread no earlier picture can be meant: only the message itself is read.
        answer = await api.call(
            "conversations.history", channel=place.channel_id, oldest=ts, latest=ts, inclusive=True, limit=1
        )
        messages, is_whole = answer.get("messages") or [], True
    own = next((message for message in messages if message.get("ts") == ts), {})
    pictures = [
        (_seconds(message.get("ts")), file)
        for message in messages
        for file in _pictures_in(message, api, place)
    ]
    earlier = [(at, file) for at, file in pictures if at < _seconds(ts) and not file.is_named_mask]
    return MessageContext(
        files=files_of(own),
        newest=_newest(earlier),
        shown=frozenset(str(file.file_id) for _, file in pictures),
        is_whole=is_whole,
        rest=cursor,
        newest_at=max((at for at, _ in earlier), default=0.0),
    )


async def _thread(
    api: SlackApi, place: Place, cursor: str | None
) -> tuple[list[dict[str, Any]], bool, str | None]:
    """The messages of a thread, its root first, from ``cursor`` on; whether these are all; and where to go
    on, if it is to be read in parts."""
    messages: list[dict[str, Any]] = []
    for _ in range(MOST_PAGES):
        answer = await api.call(
            "conversations.replies",
            channel=place.channel_id,
            ts=place.thread_ts,
            limit=PAGE,
            cursor=cursor,
        )
        messages += answer.get("messages") or []
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return messages, True, None
        if api.history.is_limited:
            return messages, False, str(cursor)
    return messages, False, None


def _pictures_in(message: dict[str, Any], api: SlackApi, thread: Place) -> list[SourceRef]:
    """The pictures of a person's message or of ours, in the order in which they were added."""
    here = thread.thread_ts in {message.get("ts"), message.get("thread_ts")}
    other_bot = bool(message.get("bot_id")) and message.get("user") != api.bot_user_id
    if not here or other_bot:
        return []
    files = [file for file in files_in(message) if _is_there(file)]
    return [SourceRef(file_id=file.id, name=file.name) for file in files]


def _newest(pictures: list[tuple[float, SourceRef]]) -> tuple[SourceRef, ...]:
    """The pictures of the newest message that has any."""
    newest = max((at for at, _ in pictures), default=0.0)
    return tuple(file for at, file in pictures if at == newest)


def shows_in_thread(file: dict[str, Any], place: Place) -> bool:
    """Whether ``files.info`` says that a picture can be seen in the thread of ``place``."""
    shares = shares_in(file, place.channel_id)
    here = any(place.thread_ts in {share.get("ts"), share.get("thread_ts")} for share in shares)
    return here and any(_is_there(found) for found in read_files([file]))


def _is_there(file: SlackFile) -> bool:
    return file.mode not in _GONE and file.may_be_picture


def _seconds(ts: object) -> float:
    try:
        return float(str(ts))
    except ValueError:
        return 0.0
