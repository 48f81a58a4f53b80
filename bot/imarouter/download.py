"""Fetch one result to disk: streamed, capped, from public addresses only, and a whole picture or nothing."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import httpx

from bot.domain.problem import Problem
from bot.errors import GivenUp, TryLater
from bot.imarouter.addresses import AddressRefused, check_link
from bot.imarouter.errors import given_up
from bot.imarouter.http import WIRE_ERRORS, Timeouts, is_address_refusal
from bot.retry_after import retry_after
from bot.trusted_hosts import TrustedHosts

MAX_BYTES = 64 << 20
MAX_REDIRECTS = 3
BLOCK_BYTES = 1 << 20
"""Bytes gathered before a thread writes them."""

FIRST_BYTES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
"""A file that begins otherwise is not read to its end; ``inspect`` decides about the others."""

GONE_STATUSES = frozenset({401, 403, 404, 410})
"""Links are kept for about 30 days (provider reference 2.8); an expired signature is a 401 or 403."""
TRANSIENT_STATUSES = frozenset({408, 425, 429})

Inspect = Callable[[Path], Awaitable[object]]
"""Looks at a file; raises GivenUp(RESULT_UNUSABLE) unless it is a whole picture, and TryLater."""


class Downloader:
    """Downloads results. A file appears under its name only when it is whole and ``inspect`` took it;
    ``.part`` files beside it are left over from a killed process."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        trusted: TrustedHosts,
        inspect: Inspect,
        timeouts: Timeouts,
        now: Callable[[], datetime],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._client = client
        self._trusted = trusted
        self._inspect = inspect
        self._timeouts = timeouts
        self._now = now
        self._max_bytes = max_bytes

    async def fetch(self, link: str, to: Path) -> int:
        """Bytes written. Safe to repeat: replaces ``to``. Raises TryLater, or GivenUp with RESULT_GONE or
        RESULT_UNUSABLE; never leaves a part behind. The link is in no message."""
        try:
            url = httpx.URL(link)
        except (httpx.InvalidURL, ValueError):
            raise given_up(Problem.RESULT_UNUSABLE, "the result's link is not a link") from None
        try:
            for _ in range(MAX_REDIRECTS + 1):
                async with self._open(url) as response:
                    if not response.has_redirect_location:
                        return await self._save_body(response, to)
                    url = _next(url, response)
        except AddressRefused as refused:
            raise given_up(Problem.RESULT_UNUSABLE, f"the result's link is refused: {refused}") from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise given_up(Problem.RESULT_UNUSABLE, "the result's link is not a link") from None
        except WIRE_ERRORS as error:
            if is_address_refusal(error):
                raise given_up(Problem.RESULT_UNUSABLE, "the result is not at a public address") from None
            raise TryLater(f"the result could not be fetched ({type(error).__name__})") from error
        raise given_up(
            Problem.RESULT_UNUSABLE, f"the result's link redirects more than {MAX_REDIRECTS} times"
        )

    async def save(self, picture: bytes, to: Path) -> int:
        """Write a picture that was not downloaded, after the same checks; bytes written. Safe to repeat.
        Raises as ``fetch``."""
        if len(picture) > self._max_bytes:
            raise given_up(Problem.RESULT_UNUSABLE, f"more than {self._max_bytes} bytes")
        try:
            async with self._part(to) as (file, path):
                await asyncio.to_thread(file.write, picture)
                await self._finish(file, path, to)
        except OSError as disk:
            raise TryLater(f"the result could not be written ({type(disk).__name__})") from disk
        return len(picture)

    @asynccontextmanager
    async def _open(self, url: httpx.URL) -> AsyncIterator[httpx.Response]:
        check_link(url, self._trusted)
        timeout = self._timeouts.per_read(self._timeouts.download)
        async with self._client.stream("GET", url, timeout=timeout) as response:
            yield response

    async def _save_body(self, response: httpx.Response, to: Path) -> int:
        self._check_status(response)
        declared = _declared(response)
        if declared is not None and declared > self._max_bytes:
            raise given_up(Problem.RESULT_UNUSABLE, f"{declared} bytes are more than {self._max_bytes}")
        async with self._part(to) as (file, path):
            size = await self._stream(response, file)
            received = response.num_bytes_downloaded if "content-encoding" in response.headers else size
            if declared is not None and received != declared:
                raise TryLater(f"the result broke off after {size} of {declared} bytes")
            try:
                await self._finish(file, path, to)
            except GivenUp as unusable:
                if declared is None and "transfer-encoding" not in response.headers:
                    # Only the end of the connection ended it: a cut cannot be told from an end.
                    raise TryLater("the result may have broken off: no length was given") from unusable
                raise
        return size

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200:
            if response.headers.get("content-type", "").lower().startswith("text/html"):
                raise given_up(Problem.RESULT_UNUSABLE, "the result is a web page")
            return
        if status in GONE_STATUSES:
            raise given_up(Problem.RESULT_GONE, f"HTTP {status} for the result")
        if status in TRANSIENT_STATUSES or status >= 500:
            after = retry_after(response.headers, self._now())
            raise TryLater(f"HTTP {status} for the result", after=after)
        raise given_up(Problem.RESULT_UNUSABLE, f"HTTP {status} for the result")

    async def _stream(self, response: httpx.Response, file: BinaryIO) -> int:
        clock = asyncio.get_running_loop().time
        end = clock() + self._timeouts.whole_download
        size = 0
        block = bytearray()
        async for part in response.aiter_bytes():
            block += part
            if size == 0 and len(block) >= 4 and not block.startswith(FIRST_BYTES):
                raise given_up(Problem.RESULT_UNUSABLE, "the result is not a PNG, JPEG or WebP file")
            if size + len(block) > self._max_bytes:
                raise given_up(Problem.RESULT_UNUSABLE, f"more than {self._max_bytes} bytes")
            if clock() > end:
                raise TryLater("the result came too slowly")
            if len(block) >= BLOCK_BYTES:
                size += await asyncio.to_thread(file.write, bytes(block))
                block.clear()
        return size + await asyncio.to_thread(file.write, bytes(block))

    @asynccontextmanager
    async def _part(self, to: Path) -> AsyncIterator[tuple[BinaryIO, Path]]:
        """A file beside ``to`` that is gone afterwards unless it was renamed."""
        path: Path | None = None
        try:
            await asyncio.to_thread(to.parent.mkdir, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.", suffix=".part")
            path = Path(name)
            with os.fdopen(handle, "wb") as file:
                yield file, path
        finally:
            if path is not None:
                path.unlink(missing_ok=True)

    async def _finish(self, file: BinaryIO, path: Path, to: Path) -> None:
        await asyncio.to_thread(_sync, file)
        await self._inspect(path)
        await asyncio.to_thread(_rename, path, to)


def _next(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    try:
        return url.join(response.headers["location"])
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused("it redirects to no link") from None


def _declared(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _rename(path: Path, to: Path) -> None:
    path.replace(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
