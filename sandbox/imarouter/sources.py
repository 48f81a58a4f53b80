"""Source pictures and masks: really fetched over HTTP, as the provider's server fetches them.

The provider hands the string to wget on its server, sends no credentials, and reports a failure as raw shell
text in the failed task (seen by a user on another of its models); data: URIs die of a too long argument list.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from PIL import Image

from sandbox.imarouter.options import Options

MAX_BYTES = 50_000_000
"""OpenAI's limit for one input picture."""
FORMATS = frozenset({"PNG", "JPEG", "WEBP"})
USER_AGENT = "Wget/1.21.3"


@dataclass
class Source:
    """One source and what came of fetching it."""

    url: str
    role: str = "source"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """The answer's headers."""
    sha256: str | None = None
    length: int = 0
    size: tuple[int, int] | None = None
    format: str | None = None
    mode: str | None = None
    error: str | None = None
    """The text that the task fails with."""
    data: bytes = b""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "data"}


class SourceFetcher:
    """Fetches sources with one HTTP session; `close` when done."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(headers={"User-Agent": USER_AGENT}, trust_env=False)

    async def close(self) -> None:
        await self._session.close()

    async def fetch(self, url: str, *, role: str, options: Options) -> Source:
        """The source as far as it could be had; never raises for what a URL can do, see `Source.error`."""
        source = Source(url=url if len(url) <= 2000 else url[:100] + "…", role=role)
        try:
            source.error = await self._unreachable(url, options)
            if source.error is None:
                await self._get(url, source, options)
        except TimeoutError:
            source.error = wget_text(url, "Connecting... failed: Connection timed out.", 4)
        except (aiohttp.ClientError, OSError, ValueError) as wrong:
            source.error = wget_text(url, f"Connecting... failed: {wrong}.", 4)
        if source.error is None:
            await asyncio.to_thread(_inspect, source)
        return source

    async def _unreachable(self, url: str, options: Options) -> str | None:
        if url.lower().startswith("data:"):
            return "fork/exec /usr/bin/wget: argument list too long"
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return wget_text(url, "Unsupported scheme.", 1)
        if options.private_sources or await _is_public(parts.hostname):
            return None
        return wget_text(url, "Connecting... failed: Connection timed out.", 4)

    async def _get(self, url: str, source: Source, options: Options) -> None:
        timeout = aiohttp.ClientTimeout(total=options.fetch_timeout_seconds)
        async with self._session.get(url, timeout=timeout) as response:
            source.status = response.status
            source.headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status != 200:
                text = f"awaiting response... {response.status} {response.reason}"
                source.error = wget_text(url, text, 8)
                return
            data = await response.content.read(MAX_BYTES + 1)
            while len(data) <= MAX_BYTES and (more := await response.content.read(1 << 20)):
                data += more
        if len(data) > MAX_BYTES:
            source.error = "image file too large: must be less than 50MB"
            return
        source.data, source.length = data, len(data)
        source.sha256 = hashlib.sha256(data).hexdigest()


def wget_text(url: str, what: str, code: int) -> str:
    """The raw shell text that ends up in the task."""
    return f"wget download failed: exit status {code}: --2026-05-19 08:30:11--  {url[:300]}\n{what}\nERROR.\n"


def mask_problem(mask: Source, source: Source) -> str | None:
    """What is wrong with a mask: it needs an alpha channel, and the first source's size and format."""
    if mask.mode is None or source.size is None:
        return None
    if "A" not in mask.mode:
        return "Invalid mask image: the mask must have an alpha channel."
    if mask.size != source.size:
        return f"Invalid mask image: its size {mask.size} does not match the image's size {source.size}."
    return None


def _inspect(source: Source) -> None:
    try:
        with Image.open(io.BytesIO(source.data)) as picture:
            picture.load()
            source.size, source.format = picture.size, picture.format
            source.mode = "RGBA" if picture.has_transparency_data else picture.mode
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        source.error = f"Invalid image file or mode: {wrong}"
        return
    if source.format not in FORMATS:
        source.error = f"Unsupported image format {source.format}: use png, jpeg or webp"


async def _is_public(host: str) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(item[4][0]).is_global for item in found)
