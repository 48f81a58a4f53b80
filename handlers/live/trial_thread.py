"""A thread of our own in which messages are tried out, and which leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from bot.domain.errors import BotError
from bot.errors import CannotPost, TryLater
from bot.ports import Clock
from handlers.conversation.file_upload import request_upload, share_uploads
from handlers.conversation.find_message import find_own_message
from handlers.conversation.posting import VERBATIM, call_about_file, ts_of
from handlers.live.blocks import OPENING
from handlers.messages.block_kit import Json
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

EVENT_TYPE = "imagine_trial"
"""By its metadata our first message is found when the answer to its post was lost."""

GONE = frozenset({"message_not_found", "file_not_found", "file_deleted", "thread_not_found"})
"""What Slack says of what is no longer there."""

TRIES = 4
"""How often a call is tried while the thread is taken away, and how often it is looked at whether all is
gone: a message with files may appear after its file was deleted (Slack reference 3.1)."""

PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class TrialThread:
    """``mark`` names this thread among others; ``folder`` holds files on their way. Methods raise what
    ``SlackApi.call`` raises, and are not safe to repeat, except ``remove``."""

    def __init__(
        self, *, api: SlackApi, upload_client: UploadClient, folder: Path, clock: Clock, mark: str
    ) -> None:
        self._api = api
        self._upload_client = upload_client
        self._folder = folder
        self._clock = clock
        self._mark = {"event_type": EVENT_TYPE, "event_payload": {"trial": mark}}
        self._began = clock.now()
        self._channel = ""
        self._root: str | None = None
        self._posted: list[str] = []
        self._files: list[str] = []

    @property
    def channel(self) -> str:
        """The conversation's id, once the thread has begun."""
        return self._channel

    async def begin(self, channel: str) -> None:
        """Post the message that the thread hangs on. ``channel`` is an id or ``#name``."""
        self._channel = channel  # where it would have to be taken away, should the answer be lost
        try:
            answer = await self._api.call(
                "chat.postMessage", channel=channel, text=OPENING, metadata=self._mark, **VERBATIM
            )
        except (CannotPost, SlackRefused, TryLater):
            self._channel = ""  # nothing was posted
            raise
        self._channel, self._root = str(answer.get("channel") or channel), ts_of(answer)

    async def post(self, text: str, blocks: Sequence[Json] | None = None) -> str:
        """Post a reply; return its ts."""
        answer = await self._api.call(
            "chat.postMessage",
            channel=self._channel,
            thread_ts=self._root,
            text=text,
            blocks=blocks,
            **VERBATIM,
        )
        self._posted.append(ts_of(answer))
        return self._posted[-1]

    async def update(self, ts: str, text: str, blocks: Sequence[Json]) -> None:
        """Edit a reply."""
        await self._api.call(
            "chat.update", channel=self._channel, ts=ts, text=text, blocks=blocks, **VERBATIM
        )

    async def upload(self, name: str, data: bytes, *, alt_text: str | None = None) -> str:
        """Upload a file that nobody sees yet; return its id. Also raises what ``UploadClient`` raises."""
        path = self._folder / name
        await asyncio.to_thread(path.write_bytes, data)
        ticket = await request_upload(self._api, name=name, size_bytes=len(data), alt_text=alt_text)
        self._files.append(ticket.file_id)
        await self._upload_client.upload(ticket.upload_url, path)
        return ticket.file_id

    async def share(self, file_id: str, title: str, *, blocks: Sequence[Json] | None = None) -> None:
        """Show an uploaded file in the thread."""
        await share_uploads(
            self._api, {file_id: title}, channel_id=self._channel, thread_ts=self._root, blocks=blocks
        )

    async def complete(self, file_id: str, title: str) -> None:
        """Complete an upload without showing it anywhere."""
        await share_uploads(self._api, {file_id: title})

    async def file(self, file_id: str) -> Json:
        """What Slack says of a file."""
        answer = await call_about_file(self._api, "files.info", file=file_id)
        return dict(answer.get("file") or {})

    async def remove(self) -> int:
        """Take everything away again. Returns how many messages and files are left. Raises no BotError; safe
        to repeat."""
        if not self._channel:
            return 0
        self._files = [one for one in self._files if not await self._removed("files.delete", file=one)]
        try:
            await self._find_root()
        except BotError as unseen:
            log.warning("trial_not_found", reason=str(unseen))
            return len(self._files) + 1
        if self._root is None:
            return len(self._files)
        left = await self._remove_replies()
        if not await self._removed("chat.delete", channel=self._channel, ts=self._root):
            left += 1
        return len(self._files) + left

    async def _find_root(self) -> None:
        if self._root is None:
            self._root = await find_own_message(self._api, self._channel, self._mark, since=self._began)

    async def _remove_replies(self) -> int:
        """Delete our replies, also those that appear a moment later. Returns how many are left."""
        left: list[str] = []
        for _ in range(TRIES):
            found = await self._replies()
            left = [ts for ts in found if not await self._delete_reply(ts)]
            if not found:
                break
            await self._clock.sleep(PAUSE_SECONDS)
        return len(left)

    async def _delete_reply(self, ts: str) -> bool:
        done = await self._removed("chat.delete", channel=self._channel, ts=ts)
        if done and ts in self._posted:
            self._posted.remove(ts)
        return done

    async def _replies(self) -> list[str]:
        """Our replies; those that we know of, where the thread cannot be read."""
        try:
            answer = await self._api.call(
                "conversations.replies", channel=self._channel, ts=self._root, limit=100
            )
        except (CannotPost, SlackRefused, TryLater) as unread:
            log.info("trial_not_read", reason=str(unread))
            return list(self._posted)
        return [str(one["ts"]) for one in answer.get("messages") or [] if self._is_our_reply(one)]

    def _is_our_reply(self, message: Json) -> bool:
        return message.get("ts") != self._root and message.get("user") == self._api.bot_user_id

    async def _removed(self, method: str, **args: Any) -> bool:
        """Whether what the call deletes is gone. Tried TRIES times."""
        for left in reversed(range(TRIES)):
            try:
                await self._api.call(method, **args)
            except TryLater as away:
                log.info("trial_not_removed", reason=str(away), tries_left=left)
                if left:
                    await self._clock.sleep(min(away.after or PAUSE_SECONDS, LONGEST_PAUSE_SECONDS))
            except (CannotPost, SlackRefused) as refused:
                code = refused.reason if isinstance(refused, CannotPost) else refused.code
                if code not in GONE:
                    log.warning("trial_not_removed", reason=code)
                return code in GONE
            else:
                return True
        return False
