"""Files: upload tickets, the asynchronous completion, and what people attach.

Facts: docs files.getUploadURLExternal, files.completeUploadExternal, messaging/working-with-files;
python-slack-sdk#1277 (type, shares and message come later); Slack reference 2.5, 3.1.
"""

from __future__ import annotations

import asyncio
import base64
import io
from typing import Any

from PIL import Image

from sandbox.slack.errors import SlackError
from sandbox.slack.options import Options
from sandbox.slack.posting import Draft, Posting
from sandbox.slack.recorder import Recorder
from sandbox.slack.workspace import BOT_USER, Channel, File, Json, Message, Workspace

MOST_PIXELS = 89_478_485
"""Of a larger picture there are no previews."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF", "application/pdf"),
)
FILETYPES = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic",
    "application/pdf": "pdf", "text/csv": "csv", "application/zip": "zip",
    "text/plain": "text", "video/mp4": "mp4", "application/octet-stream": "binary",
}  # fmt: skip
_ENDINGS = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "heic": "image/heic", "pdf": "application/pdf", "csv": "text/csv", "zip": "application/zip",
    "txt": "text/plain", "mp4": "video/mp4",
}  # fmt: skip


def sniff(name: str, data: bytes) -> str:
    """The mimetype Slack would show: by content where it knows it, else by the name's ending."""
    for magic, mimetype in _MAGIC:
        if data.startswith(magic):
            return mimetype
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"hevc"}:
        return "image/heic"
    return _ENDINGS.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")


class FileDesk:
    """Takes uploads in and shares them."""

    def __init__(
        self, *, workspace: Workspace, options: Options, posting: Posting, recorder: Recorder
    ) -> None:
        self._workspace = workspace
        self._options = options
        self._posting = posting
        self._recorder = recorder
        self._tickets: dict[str, File] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def reserve(self, filename: str, length: int, alt_txt: str | None) -> File:
        """Step 1: an upload ticket."""
        if self._options.uploads_disabled:
            raise SlackError("file_uploads_disabled")
        if length <= 0:
            raise SlackError("missing_argument")
        if alt_txt is not None and len(alt_txt) > 1000:
            raise SlackError("alt_txt_too_large")
        if length > self._options.max_file_bytes:
            raise SlackError("file_upload_size_restricted")
        file = self._new(filename, b"", BOT_USER)
        file.declared, file.alt_txt = length, alt_txt
        file.ticket = self._workspace.token("CwABAAAA", 40)
        self._tickets[file.ticket] = file
        return file

    def by_ticket(self, ticket: str) -> File | None:
        """The reserved file, until its completion."""
        file = self._tickets.get(ticket)
        return None if file is None or file.completed else file

    def check_upload_blocks(self, blocks: list[Json] | None) -> None:
        """Refuse what Slack refuses beside files: also a ``markdown`` block (slack-morphism-rust#380)."""
        if blocks is not None and not blocks:
            raise SlackError(
                "invalid_blocks", messages=["[ERROR] must be more than 0 items [json-pointer:/blocks]"]
            )
        self._posting.check_blocks(blocks)
        for index, block in enumerate(blocks or []):
            if block["type"] == "markdown":
                where = f"[json-pointer:/blocks/{index}/type]"
                raise SlackError("invalid_blocks", messages=[f"[ERROR] unsupported type: markdown {where}"])

    def complete(
        self, wanted: list[Any], *, channel: Channel | None, thread_ts: str | None, draft: Draft
    ) -> list[File]:
        """Step 3, once per file: a second call, like one before the bytes came, is ``file_not_found``
        ("could not find the file from the upload ticket")."""
        files = [self._completable(item) for item in wanted]
        self.check_upload_blocks(draft.blocks)
        for file, item in zip(files, wanted, strict=True):
            file.completed = True
            file.title = str(item.get("title") or file.name)
        self._later(self._options.file_delay, lambda: self._process(files))
        if channel:
            self._later(self._options.share_delay, lambda: self._share(files, channel, thread_ts, draft))
        return files

    def attach(self, spec: Json, user: str) -> File:
        """A file that a person adds to a message, with every oddity a test asks for."""
        data = base64.b64decode(spec.get("content_base64") or "")
        file = self._new(str(spec["name"]), data, user)
        file.uploaded = file.completed = True
        file.title = str(spec.get("title") or spec["name"])
        file.mode = str(spec.get("mode") or "hosted")
        file.access = spec.get("access")
        file.external_url = spec.get("external_url")
        file.size_shown = spec.get("size")
        file.alt_txt = spec.get("alt_txt")
        file.download_url = bool(spec.get("download_url", True))
        pending = float(spec.get("pending_seconds") or 0)
        if pending:
            self._later(pending, lambda: self._process([file], spec.get("mimetype")))
        else:
            self._process([file], spec.get("mimetype"))
        return file

    def shared(self, file: File, message: Message) -> None:
        """Note on the file where it can be seen (docs: objects/file-object, shares)."""
        if file.alt_txt and file.user == BOT_USER and self._options.alt_txt_hides_shares:
            file.shown_in.add(message.channel)
            return
        entry: Json = {
            "ts": message.ts,
            "channel_name": self._workspace.channels[message.channel].name,
            "team_id": self._workspace.team.id,
            "share_user_id": message.user,
            "reply_users": [],
            "reply_users_count": 0,
            "reply_count": 0,
        }
        if message.thread_ts:
            entry["thread_ts"] = message.thread_ts
        file.shares.setdefault(message.channel, []).append(entry)

    def delete(self, file: File) -> None:
        file.deleted = True
        file.shares = {}
        self._recorder.changed("file_deleted", file=file.id)

    async def settle(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _new(self, name: str, data: bytes, user: str) -> File:
        created = int(self._workspace.clock())
        file = File(self._workspace.token("F0"), name, name, user, created, data, len(data))
        self._workspace.files[file.id] = file
        return file

    def _completable(self, item: Any) -> File:
        file = self._workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
        if file is None or not file.uploaded or file.completed or file.deleted:
            raise SlackError("file_not_found")
        return file

    def _process(self, files: list[File], mimetype: str | None = None) -> None:
        for file in files:
            file.ready = True
            file.mimetype = mimetype if mimetype is not None else sniff(file.name, file.data)
            file.filetype = FILETYPES.get(file.mimetype, "binary")
            file.width, file.height = _size(file.data)
            self._recorder.changed("file_ready", file=file.id)

    def _share(self, files: list[File], channel: Channel, thread_ts: str | None, draft: Draft) -> None:
        """One message with all files that still exist."""
        left = [file for file in files if not file.deleted]
        if not left:
            return
        try:
            names = [file.id for file in left]
            message = self._posting.post(channel, draft, thread_ts=thread_ts, files=names)
        except SlackError as refused:  # nobody is told
            self._recorder.changed("share_failed", error=refused.code)
            return
        for file in left:
            self.shared(file, message)

    def _later(self, seconds: float, work: Any) -> None:
        task = asyncio.create_task(_after(seconds, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _size(data: bytes) -> tuple[int, int]:
    """Width and height; (0, 0) for what is no picture, and for one too large to decode: no preview then."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            return (width, height) if width * height <= MOST_PIXELS else (0, 0)
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 0, 0


async def _after(seconds: float, work: Any) -> None:
    await asyncio.sleep(seconds)
    work()
