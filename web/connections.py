"""The connections at the public port: how many there may be, and how one ends that takes up its place."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import struct
from collections.abc import Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.errors import SettingsError
from web.header_bytes import HeaderBytes
from web.seldom import Seldom

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 2000

SPARE_DESCRIPTORS = 200
"""Left for the database, Slack, the image API and files when all connections are taken."""

FEWEST_DESCRIPTORS = 512

STALLED_SECONDS = 20.0
"""How long a client may take nothing at all of what is sent to it."""

PIECE_BYTES = 16 * 1024
"""How much of one connection is read in a turn of the event loop: asyncio would read 256 kB (web
reference 9)."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER, on, 0 s: the system drops what it still holds for the client, else it offers that for
minutes."""


def most_connections() -> int:
    """How many connections there may be under this process's limit of open files. Raises SettingsError when
    that is too low to work with."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    if limit < FEWEST_DESCRIPTORS:
        raise SettingsError(
            [
                f"The limit of open files is {limit}: the bot needs at least {FEWEST_DESCRIPTORS}, and 8192 "
                "is better (ulimit -n 8192, or LimitNOFILE=8192 for systemd)."
            ]
        )
    return min(MOST_CONNECTIONS, limit - SPARE_DESCRIPTORS)


def abort(transport: asyncio.BaseTransport | None) -> None:
    """End a connection at once, with what was not sent yet. It has to come before any other end: aiohttp lets
    go of a transport that it closes, and what waits in that is kept (web reference 4). Safe to repeat."""
    if not isinstance(transport, asyncio.WriteTransport):
        return
    if (sock := transport.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError):  # it is closed already
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


class Connections:
    """The open connections, at most ``most``. Who comes in is served by what ``serve`` was given; until then,
    and above the limit, it is answered 503 and let go."""

    def __init__(self, most: int, *, stalled_seconds: float = STALLED_SECONDS) -> None:
        self._most = most
        self._stalled_seconds = stalled_seconds
        self._protocol: Callable[[], asyncio.BaseProtocol] | None = None
        self._open: set[_Connection] = set()
        self._refusals = Seldom()
        self._buffer = memoryview(bytearray(PIECE_BYTES))

    @property
    def count(self) -> int:
        """Those that are open, without those that were refused."""
        return len(self._open)

    def serve(self, protocol: Callable[[], asyncio.BaseProtocol]) -> None:
        """From now on each connection gets a protocol from here."""
        self._protocol = protocol

    def __call__(self) -> asyncio.BufferedProtocol:
        """What ``loop.create_server`` asks for each connection."""
        return _Connection(self, self._stalled_seconds, self._buffer)

    def admit(self, connection: _Connection) -> asyncio.Protocol:
        """What the new connection is answered by. It is counted until ``forget``."""
        if self._protocol is None:
            return _Refusal(_STARTING)
        if len(self._open) >= self._most:
            if (left_out := self._refusals.due()) is not None:
                log.warning("connections_refused", at_most=self._most, not_logged=left_out)
            return _Refusal(_FULL)
        self._open.add(connection)
        protocol = self._protocol()
        assert isinstance(protocol, asyncio.Protocol)
        return protocol

    def forget(self, connection: _Connection) -> None:
        """It has ended. Safe to repeat, and for those that were refused."""
        self._open.discard(connection)

    def abort(self) -> None:
        """End all at once. Safe to repeat."""
        for connection in tuple(self._open):
            connection.abort()


class _Connection(asyncio.BufferedProtocol):
    """Hands everything on to the protocol that the connection is served by; aborts a client that reads
    nothing, and one whose header does not end.

    ``buffer`` is filled and handed on within one step of the event loop, so all connections share it.
    """

    def __init__(self, connections: Connections, stalled_seconds: float, buffer: memoryview) -> None:
        self._connections = connections
        self._stalled_seconds = stalled_seconds
        self._buffer = buffer
        self._stalled: asyncio.TimerHandle | None = None
        self.header_bytes = HeaderBytes()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._served_by = self._connections.admit(self)
        self._served_by.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_longer_stalled()
        self._connections.forget(self)
        self._served_by.connection_lost(exc)

    def get_buffer(self, _sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self._buffer[:nbytes])
        if self.header_bytes.too_many(data):
            self.abort()
        else:
            self._served_by.data_received(data)

    def eof_received(self) -> bool | None:
        return self._served_by.eof_received()

    def pause_writing(self) -> None:
        loop = asyncio.get_running_loop()
        self._stalled = loop.call_later(self._stalled_seconds, self.abort)
        self._served_by.pause_writing()

    def resume_writing(self) -> None:
        self._no_longer_stalled()
        self._served_by.resume_writing()

    def abort(self) -> None:
        abort(self._transport)

    def _no_longer_stalled(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


@web.middleware
async def count_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection when a request of its own begins to be answered and when it has been. After a body
    that was not read to its end it takes no other request."""
    connection = request.transport.get_protocol() if request.transport is not None else None
    if not isinstance(connection, _Connection):
        return await handler(request)
    connection.header_bytes.begins(has_body=request.can_read_body)
    try:
        response = await handler(request)
    finally:
        is_read = request.content.is_eof()
        connection.header_bytes.ends(is_read=is_read)
    if not is_read:
        response.force_close()
    return response


class _Refusal(asyncio.Protocol):
    """Says no without reading a word, so that it costs next to nothing."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._answer)
        transport.close()


def _unavailable(reason: str) -> bytes:
    """A 503 in the form of ``/readyz``, which balancers and ``imagine-bot health`` understand."""
    body = json.dumps({"ready": False, "checks": {"web": reason}})
    lines = (
        "HTTP/1.1 503 Service Unavailable",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Retry-After: 5",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", body)).encode()


_STARTING = _unavailable("the bot is starting")
_FULL = _unavailable("too many connections")
