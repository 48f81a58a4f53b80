"""A running sandbox workspace with the real slack_sdk and slack_bolt on the other side."""

from __future__ import annotations

import asyncio
import io
import json
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from PIL import Image
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack, find_reference

Json = dict[str, Any]


class Room:
    """One workspace, its people (``people``) and the bot's client (``web``)."""

    def __init__(self, sandbox: SandboxSlack, people: SandboxSlackClient, web: AsyncWebClient) -> None:
        self.sandbox = sandbox
        self.people = people
        self.web = web

    async def refused(self, call: Awaitable[Any]) -> str:
        """The error code of a call that must fail."""
        return str((await self.refusal(call))["error"])

    async def refusal(self, call: Awaitable[Any]) -> Json:
        try:
            await call
        except SlackApiError as error:
            return dict(error.response.data)
        raise AssertionError("the call was expected to fail")

    async def upload(self, name: str, data: bytes, channel: str | None = None, **more: Any) -> str:
        """The three steps; returns the file id."""
        ticket = await self.web.files_getUploadURLExternal(filename=name, length=len(data))
        async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=data) as sent:
            assert sent.status == 200
        file_id = str(ticket["file_id"])
        if isinstance(more.get("blocks"), list):  # slack_sdk leaves this to its callers
            more["blocks"] = json.dumps(more["blocks"])
        await self.web.files_completeUploadExternal(
            files=[{"id": file_id, "title": name}], channel_id=channel, **more
        )
        return file_id


@asynccontextmanager
async def room(**options: Any) -> AsyncIterator[Room]:
    """A workspace with quick files and no rate limits, unless asked otherwise."""
    settings: Json = {"file_delay": 0.02, "share_delay": 0.02, "reference": find_reference(), **options}
    sandbox = SandboxSlack(options=Options(**settings))
    url = await sandbox.start()
    try:
        async with SandboxSlackClient(url) as people, aiohttp.ClientSession() as session:
            web = AsyncWebClient(
                token="xoxb-sandbox", base_url=f"{url}/api/", session=session, retry_handlers=[]
            )
            yield Room(sandbox, people, web)
    finally:
        await sandbox.stop()


@asynccontextmanager
async def bolt(
    here: Room, register: Callable[[AsyncApp], None], *, own: bool = False
) -> AsyncIterator[AsyncSocketModeHandler]:
    """A real Bolt app on a real Socket Mode connection; ``own``: it also hears what it has done itself."""
    app = AsyncApp(
        client=here.web,
        signing_secret="sandbox-signing-secret",
        process_before_response=True,
        ignoring_self_events_enabled=not own,
    )
    register(app)
    handler = AsyncSocketModeHandler(app, "xapp-sandbox", web_client=here.web)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await eventually(here.sandbox.core.sockets.state)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        for task in (handler.client.message_receiver, handler.client.current_session_monitor):
            if task is not None:
                task.cancel()
        await asyncio.sleep(0)


async def eventually(look: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until ``look`` finds something."""
    async with asyncio.timeout(seconds):
        while not (found := look()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the looked-at thing has no event of its own
        return found


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def bomb(edge: int = 20_000) -> bytes:
    """A PNG of a few bytes that says it is ``edge`` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
