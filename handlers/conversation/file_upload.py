"""How a file is sent to Slack: ask for an address, send the bytes there (``UploadClient``), share the
file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import TryLater
from bot.ports import UploadTicket
from handlers.conversation.posting import call_about_file
from handlers.messages.block_kit import Json
from handlers.web_api.client import SlackApi

MOST_ALT_TEXT = 1000
"""Characters of a file's ``alt_txt`` (Slack reference 3.1)."""


async def request_upload(
    api: SlackApi, *, name: str, size_bytes: int, alt_text: str | None = None
) -> UploadTicket:
    """Ask where to send a file of that name and size. ``alt_text``, up to MOST_ALT_TEXT characters, is its
    description for screen readers; None: it has none. A repetition gives another ticket and harms nothing.

    Raises TryLater, or GivenUp when Slack takes no files (uploads switched off, storage full, …).
    """
    method = "files.getUploadURLExternal"
    answer = await call_about_file(api, method, filename=name, length=size_bytes, alt_txt=alt_text)
    file_id, url = answer.get("file_id"), answer.get("upload_url")
    if not isinstance(file_id, str) or not isinstance(url, str):
        raise TryLater(f"{method}: no ticket in the answer")
    return UploadTicket(file_id, url)


async def share_uploads(
    api: SlackApi,
    titles: Mapping[str, str],
    *,
    channel_id: str | None = None,
    thread_ts: str | None = None,
    comment: str | None = None,
    blocks: Sequence[Json] | None = None,
) -> None:
    """Share uploaded files, by file id with their titles, in one message with ``comment`` or ``blocks`` (not
    both: docs files.completeUploadExternal). Without ``channel_id`` they are shared nowhere. Not safe to
    repeat.

    Raises OutcomeUnknown when it may have happened, also when Slack does not know the files: a file can be
    completed once, so an earlier call that was never answered looks the same. Raises TryLater or GivenUp.
    """
    await call_about_file(
        api,
        "files.completeUploadExternal",
        files=[{"id": file_id, "title": title} for file_id, title in titles.items()],
        channel_id=channel_id,
        thread_ts=thread_ts,
        initial_comment=comment,
        blocks=blocks,
    )
