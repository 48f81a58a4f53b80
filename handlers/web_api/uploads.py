"""Sends file bytes and private answers to addresses that Slack gave us, by plain HTTP.

Both kinds of address are secrets; no error and no log line carries one.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx

from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, TryLater
from bot.retry_after import retry_after
from bot.trusted_hosts import TrustedHosts

CHUNK_BYTES = 256 * 1024
UPLOAD_SECONDS = 300.0
"""For a whole file; far above what 50 MB take on a slow line, far below for ever."""

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_ANSWER_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_SLACK_DOMAINS = ("slack.com", "slack-gov.com")


class UploadClient:
    """Sends files and private answers to Slack's own addresses, and to nobody else's.

    ``http`` is the process's shared client. ``trusted_hosts`` are ``host:port`` pairs that may be plain
    http and private (sandboxes and tests).
    """

    def __init__(self, *, http: httpx.AsyncClient, trusted_hosts: Collection[str] = ()) -> None:
        self._http = http
        self._trusted = TrustedHosts(trusted_hosts)

    def may_send_to(self, url: str) -> bool:
        """https on a host of Slack's, or a trusted host and port. User names in the address are refused."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
            return False
        if self._trusted.include(host, port, scheme=parts.scheme):
            return True
        ours = any(host == domain or host.endswith(f".{domain}") for domain in _SLACK_DOMAINS)
        return parts.scheme == "https" and port in {None, 443} and ours

    async def upload(self, url: str, path: Path) -> None:
        """POST the file's bytes, streamed and untouched. Safe to repeat until the upload is completed.

        Raises TryLater (outage, rate limit, a broken connection) or GivenUp: DELIVERY_REFUSED (an address
        that is not Slack's, an expired ticket: ``upload_http_4xx``) or RESULT_GONE (no such file here).
        """
        if not self.may_send_to(url):
            raise GivenUp(Failure(Problem.DELIVERY_REFUSED, "upload_address_not_slack"))
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError:
            raise GivenUp(Failure(Problem.RESULT_GONE, "the spooled file cannot be read")) from None
        try:
            response = await self._post_file(url, file)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as broken:
            raise TryLater(f"upload: {type(broken).__name__}") from None
        finally:
            file.close()  # not in the generator: after a broken connection it never runs to its end
        _check_upload(response)

    async def _post_file(self, url: str, file: BinaryIO) -> httpx.Response:
        length = os.fstat(file.fileno()).st_size
        async with asyncio.timeout(UPLOAD_SECONDS):
            return await self._http.post(
                url,
                content=_chunks(file),
                headers={"Content-Length": str(length), "Content-Type": "application/octet-stream"},
                timeout=_TIMEOUT,
                follow_redirects=False,
            )

    async def answer(self, url: str, body: dict[str, Any]) -> bool:
        """POST to a response_url. True when Slack took it; False for anything else. Never raises.

        Slack tells by status only: a used-up or expired address is a 404 (Slack reference 1, E12).
        """
        if not self.may_send_to(url):
            return False
        try:
            response = await self._http.post(
                url,
                content=json.dumps(body).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=_ANSWER_TIMEOUT,
                follow_redirects=False,
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
            return False
        return response.status_code == 200


def _check_upload(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status == 429 or status >= 500:
        raise TryLater(f"upload: http_{status}", after=retry_after(response.headers, datetime.now(UTC)))
    raise GivenUp(Failure(Problem.DELIVERY_REFUSED, f"upload_http_{status}"))


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    """The file, read in a thread piece by piece."""
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        yield chunk
