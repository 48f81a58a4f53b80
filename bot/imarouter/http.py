"""The two HTTP clients for the image API, and whether a failed call had sent anything."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.cookies import no_cookies
from bot.domain.errors import SettingsError
from bot.imarouter.addresses import AddressFilter, AddressRefused
from bot.trusted_hosts import TrustedHosts

USER_AGENT = "imagine-bot"
MAX_CONNECTIONS = 100
"""Connections for asking; the aiohttp pool holds 1,550 calls a second with it (performance reference 4.4)."""
MAX_PAID_CONNECTIONS = 32
"""Connections for paid calls."""

WIRE_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError)
"""All that a call can raise. The aiohttp transport lets some of aiohttp's own errors through."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, each for one read except ``connect``. They are httpx's settings: no call is ever cancelled.

    ``whole_download`` ends a download that is too slow as a whole; it is checked between two reads.
    """

    connect: float = 10.0
    submit: float = 120.0
    poll: float = 20.0
    download: float = 30.0
    whole_download: float = 300.0

    def per_read(self, seconds: float) -> httpx.Timeout:
        # The aiohttp transport takes "pool" for waiting *and* connecting, and has no write timeout.
        return httpx.Timeout(seconds, connect=self.connect, pool=3 * self.connect)


class SplitTransport(httpx.AsyncBaseTransport):
    """Pooled connections for asking, a fresh connection for every paid POST.

    A server may close an idle connection just as we reuse it; aiohttp then repeats a GET by itself, but for a
    POST nobody can know whether it was taken. A fresh connection makes such false unknowns impossible, for
    one more handshake in minutes of work.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._asking = AiohttpTransport(
            verify=context,
            client=lambda: _session(aiohttp.TCPConnector(ssl=context, limit=MAX_CONNECTIONS)),
        )
        self._paying = AiohttpTransport(
            verify=context,
            client=lambda: _session(
                aiohttp.TCPConnector(ssl=context, limit=MAX_PAID_CONNECTIONS, force_close=True)
            ),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        chosen = self._paying if request.method == "POST" else self._asking
        return await chosen.handle_async_request(request)

    async def aclose(self) -> None:
        await self._asking.aclose()
        await self._paying.aclose()


def root_of(base_url: str) -> str:
    """The base URL without a trailing slash and without any ``/v1`` (provider reference 2.1). Raises
    SettingsError."""
    root = base_url.strip().rstrip("/")
    while root.endswith("/v1"):
        root = root.removesuffix("/v1").rstrip("/")
    try:
        url = httpx.URL(root)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
        raise SettingsError(
            ["IMAROUTER_BASE_URL is not an http(s) address such as https://api.imarouter.com."]
        )
    return root


def api_client(
    *,
    root: str,
    key: str,
    context: ssl.SSLContext,
    transport: httpx.AsyncBaseTransport | None,
    on_date: Callable[[str | None], None],
) -> httpx.AsyncClient:
    """The client for the API: the only one that carries the key. It follows no redirects. ``on_date`` is told
    every answer's ``Date`` header."""

    async def answered(response: httpx.Response) -> None:
        on_date(response.headers.get("Date"))
        # httpx reads where a redirect leads even if it is not to follow it, and raises for what is no link.
        response.headers.pop("Location", None)

    return httpx.AsyncClient(
        base_url=root,
        headers={"Authorization": f"Bearer {key}", "Accept": "application/json", "User-Agent": USER_AGENT},
        transport=transport or SplitTransport(context),
        event_hooks={"response": [answered]},
        cookies=no_cookies(),
        follow_redirects=False,
        trust_env=False,
    )


def download_client(
    *, trusted: TrustedHosts, context: ssl.SSLContext, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """The client for results: no key, no proxy (it would resolve names for us), public addresses only."""
    addresses = AddressFilter(trusted)

    def connector() -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            ssl=context,
            limit=MAX_CONNECTIONS,
            resolver=addresses.resolver(),
            socket_factory=addresses.open_socket,
        )

    return httpx.AsyncClient(
        headers={"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT},
        transport=transport or AiohttpTransport(verify=context, client=lambda: _session(connector())),
        cookies=no_cookies(),
        follow_redirects=False,
        trust_env=False,
    )


def surely_unsent(error: BaseException) -> bool:
    """Whether ``error`` came before a byte of the request could leave.

    httpx's class is not enough: the aiohttp transport (0.2) reports *every* lost connection as
    ConnectTimeout, also one that was closed after the whole request was read. aiohttp's own error, its
    cause, tells them apart.
    """
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError):
        return isinstance(
            cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL
        )
    return isinstance(
        error,
        httpx.ConnectError
        | httpx.ConnectTimeout
        | httpx.PoolTimeout
        | httpx.UnsupportedProtocol
        | httpx.InvalidURL,
    )


def is_address_refusal(error: BaseException | None) -> bool:
    """Whether ``error`` is an AddressRefused or was caused by one."""
    for _ in range(8):
        if error is None or isinstance(error, AddressRefused):
            break
        error = error.__cause__ or error.__context__
    return isinstance(error, AddressRefused)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
