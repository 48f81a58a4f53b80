"""Downloads files that people sent from Slack's file hosts. The token is sent to no other host.

A wrong token or a missing permission is not an error there but a redirect to a login page (Slack reference
2.5), so redirects are off and web pages are recognised. No link is in any error or log line.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import aiohttp
import httpx
from pydantic import SecretStr, ValidationError

from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source import SourceRole
from bot.domain.requests.source_refusals import BadSource, SourceReason
from bot.errors import CannotPost, TryLater
from bot.media.sniff import HEAD, looks_like_html
from bot.ports import FetchedSource
from bot.retry_after import retry_after
from bot.trusted_hosts import TrustedHosts
from handlers.incoming.slack_file import SlackFile
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

FILE_HOSTS = ("files.slack.com", "slack-files.com")
"""Hosts that may see the token, their subdomains not included. GovSlack adds ``files.slack-gov.com``."""
MAX_BYTES = 50_000_000
"""The provider's limit for one input file (provider reference 3)."""
TYPE_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between calls of ``files.info`` for a file whose type Slack does not know yet: 30 together."""
WHOLE_SECONDS = 180.0
"""How long a whole download may take, so that one that trickles in ends; checked between two reads."""

_TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=30.0)
_BLOCK = 256 * 1024
_WIRE_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError)

_MODES = {
    "tombstone": SourceReason.DELETED,
    "hidden_by_limit": SourceReason.HIDDEN_BY_PLAN,
    "external": SourceReason.EXTERNAL,
    "snippet": SourceReason.SNIPPET,
    "post": SourceReason.POST,
    "space": SourceReason.POST,
    "docs": SourceReason.POST,
    "quip": SourceReason.POST,
    "canvas": SourceReason.POST,
    "list": SourceReason.POST,
}
_INFO_CODES = {
    "file_not_found": SourceReason.DELETED,
    "file_deleted": SourceReason.DELETED,
    "not_visible": SourceReason.NOT_VISIBLE,
    "access_denied": SourceReason.NOT_VISIBLE,
    "missing_scope": SourceReason.NO_PERMISSION,
    "not_allowed_token_type": SourceReason.NO_PERMISSION,
    "no_permission": SourceReason.NO_PERMISSION,
}

Info = Callable[[str, str], Awaitable[Mapping[str, Any]]]
"""(team id, file id) → Slack's answer to ``files.info``; raises as ``SlackApi.call``."""
TokenFor = Callable[[str], Awaitable[SecretStr]]
"""Team id → that workspace's bot token."""
Sleep = Callable[[float], Awaitable[None]]


class SlackFiles:
    """Fetches files that were sent. ``http`` is the process's shared client; it carries no token itself.

    ``trusted_hosts`` are ``host:port`` pairs that may be plain http and private (sandboxes and tests).
    """

    def __init__(
        self,
        *,
        info: Info,
        token_for: TokenFor,
        http: httpx.AsyncClient,
        folder: Path,
        sleep: Sleep,
        trusted_hosts: Collection[str] = (),
        file_hosts: Collection[str] = FILE_HOSTS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._info = info
        self._token_for = token_for
        self._http = http
        self._folder = folder
        self._sleep = sleep
        self._trusted = TrustedHosts(trusted_hosts)
        self._hosts = frozenset(host.lower() for host in file_hosts)
        self._max_bytes = max_bytes

    async def fetch(self, team_id: str, file: SlackFile, role: SourceRole) -> FetchedSource:
        """The file's bytes in a new temporary file, which the caller removes. Safe to repeat.

        Asks ``files.info`` where Slack wants it and while the file's type is unknown, up to 30 s. Raises
        AskRefused BadSource with a SourceReason, TryLater or WorkspaceGone.
        """
        known = await self._resolved(team_id, file)
        link = next((link for link in known.links if self.may_ask(link)), None)
        if link is None:
            raise refused(SourceReason.FOREIGN_ADDRESS if known.links else SourceReason.DELETED)
        token = await self._token_for(team_id)
        try:
            path = await self._download(link, token, known)
        except _WIRE_ERRORS as broken:
            raise TryLater(f"file download: {type(broken).__name__}") from None
        return FetchedSource(path, known.name, role)

    def may_ask(self, link: str) -> bool:
        """Whether the token may be shown there: https on a host of the list, or a trusted host and port."""
        try:
            parts = urlsplit(link)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
            return False
        if self._trusted.include(host, port, scheme=parts.scheme):
            return True
        return parts.scheme == "https" and port in {None, 443} and host in self._hosts

    async def _resolved(self, team_id: str, file: SlackFile) -> SlackFile:
        """The file with its links, if it is of a kind that can be fetched."""
        _check_kind(file)
        if file.needs_info:
            file = await self._ask_info(team_id, file)
        for wait in TYPE_WAITS:
            if file.mimetype:
                break
            await self._sleep(wait)
            file = await self._ask_info(team_id, file)
        return file  # one that stays untyped is fetched all the same: its bytes decide

    async def _ask_info(self, team_id: str, file: SlackFile) -> SlackFile:
        try:
            answer = await self._info(team_id, file.id)
        except SlackRefused as error:
            reason = _INFO_CODES.get(error.code, SourceReason.UNFETCHABLE)
            raise refused(reason, detail=f"files.info: {error.code}") from None
        except CannotPost as error:
            reason = _INFO_CODES.get(error.reason, SourceReason.NOT_VISIBLE)
            raise refused(reason, detail=f"files.info: {error.reason}") from None
        try:
            found = SlackFile.model_validate(answer.get("file"))
        except ValidationError:
            raise TryLater("files.info: unreadable answer") from None
        _check_kind(found)
        if found.needs_info:
            raise refused(SourceReason.NOT_VISIBLE, detail="files.info: no access")
        return found

    async def _download(self, link: str, token: SecretStr, file: SlackFile) -> Path:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}", "Accept-Encoding": "identity"}
        async with self._http.stream(
            "GET", link, headers=headers, timeout=_TIMEOUT, follow_redirects=False
        ) as response:
            _check_status(response)
            declared = _declared(response)
            if declared is not None and declared > self._max_bytes:
                raise refused(SourceReason.TOO_MANY_BYTES, limit=self._max_bytes)
            path, part = await asyncio.to_thread(self._new_part)
            try:
                with part:
                    size, head = await self._save(response, part)
                if declared is not None and response.num_bytes_downloaded != declared:
                    raise TryLater(f"file download: broke off after {size} of {declared} bytes")
                _check_page(response, head, size, file)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return path

    def _new_part(self) -> tuple[Path, BinaryIO]:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = tempfile.NamedTemporaryFile(dir=self._folder, prefix="source-", delete=False)  # noqa: SIM115
        return Path(part.name), cast("BinaryIO", part)

    async def _save(self, response: httpx.Response, part: BinaryIO) -> tuple[int, bytes]:
        """Stream the body to ``part``; the number of bytes, and the first of them. Raises AskRefused or
        TryLater. The size that Slack states is ignored."""
        clock = asyncio.get_running_loop().time
        end, size, head = clock() + WHOLE_SECONDS, 0, b""
        async for block in response.aiter_bytes(_BLOCK):
            size += len(block)
            if size > self._max_bytes:
                raise refused(SourceReason.TOO_MANY_BYTES, limit=self._max_bytes)
            if clock() > end:
                raise TryLater("file download: too slow")
            head += block[: HEAD - len(head)]
            await asyncio.to_thread(part.write, block)
        if size == 0:
            raise refused(SourceReason.EMPTY)
        return size, head


def refused(reason: SourceReason, *, limit: int | None = None, detail: str = "") -> AskRefused:
    """The error for a file that cannot be used; see BadSource for the facts."""
    return AskRefused(BadSource(reason, limit=limit, detail=detail))


def file_access(api: SlackApi) -> tuple[Info, TokenFor]:
    """The functions ``info`` and ``token_for`` of SlackFiles, for the one workspace of ``api``."""

    async def info(_team_id: str, file_id: str) -> Mapping[str, Any]:
        return await api.call("files.info", file=file_id)

    async def token_for(_team_id: str) -> SecretStr:
        return SecretStr(api.client.token or "")

    return info, token_for


def _check_kind(file: SlackFile) -> None:
    """Raise AskRefused for kinds of files that are no picture or cannot be downloaded."""
    reason = _MODES.get(file.mode)
    if reason is None and file.is_external:
        reason = SourceReason.EXTERNAL
    if reason is not None:
        raise refused(reason)


def _check_status(response: httpx.Response) -> None:
    """Raise AskRefused or TryLater unless a body follows that may be the file."""
    status = response.status_code
    if status == 200:
        return
    if status in {408, 429} or status >= 500:
        raise TryLater(
            f"file download: http_{status}", after=retry_after(response.headers, datetime.now(UTC))
        )
    if 300 <= status < 400 or status in {401, 403}:
        raise refused(SourceReason.NO_PERMISSION, detail=f"http_{status}")
    if status == 410:
        raise refused(SourceReason.HIDDEN_BY_PLAN, detail="http_410")
    if status == 404:
        raise refused(SourceReason.DELETED, detail="http_404")
    raise refused(SourceReason.UNFETCHABLE, detail=f"http_{status}")


def _check_page(response: httpx.Response, head: bytes, size: int, file: SlackFile) -> None:
    """Raise AskRefused for a web page: the sender's own when it is just as long as the file, else Slack's
    login page."""
    is_page = response.headers.get("content-type", "").lower().startswith("text/html")
    if is_page or looks_like_html(head):
        own = size == file.size
        raise refused(SourceReason.WEB_PAGE if own else SourceReason.NO_PERMISSION, detail="text/html")


def _declared(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) < 16 else None
