"""Serves HTTP at one port, for as long as the process needs it, and stops without dropping requests."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from bot.domain.errors import SettingsError
from web import addresses
from web.connections import Connections, count_headers, most_connections
from web.seldom import protocol_logger, quiet_accept_errors

BACKLOG = 64
"""Connections that the system holds for us until they are accepted (web reference 3)."""

HEADER_SECONDS = 15.0
"""How long a client may take from its connection, or its last answer, to the end of its next header (web
reference 1). A proxy in front keeps idle connections for less."""

MOST_HEADERS = 40
LONGEST_FIELD = 4096
LONGEST_LINE = 4096
"""What Slack sends, and what proxies add to it, is about thirty lines under 1 kB each (web reference 8). How
long all of them may be together is said in ``header_bytes``."""

LINGER_SECONDS = 2.0
"""How long the rest of a body that nobody wants is read, so that its sender sees the answer."""

ACCEPT_SECONDS = 5.0
"""How long connections are accepted after ``stop``: a balancer has to see first that the bot is not ready."""

REQUEST_SECONDS = 10.0
"""How long requests under way may take after that; Slack itself waits for 3 s."""

CLEAN_UP_SECONDS = 0.2
"""How long a request may take to notice that its connection was aborted."""


class Server:
    """The HTTP server of the process: ``listen`` takes the port, ``start`` or ``run`` begin to answer,
    ``stop`` and ``close`` end it. ``accept_seconds``: how long a balancer may go on sending requests after
    ``stop``."""

    def __init__(self, connections: Connections, *, accept_seconds: float = 0.0) -> None:
        self._connections = connections
        self._accept_seconds = accept_seconds
        self._listening: list[asyncio.Server] = []
        self._runner: web.AppRunner | None = None
        self._stopped_at: float | None = None
        self._closing = asyncio.Event()

    @classmethod
    def of_this_process(cls, *, accept_seconds: float) -> Server:
        """With as many connections as the process may open. Raises SettingsError when these are too few."""
        return cls(Connections(most_connections()), accept_seconds=accept_seconds)

    async def listen(self, host: str, port: int) -> int:
        """Take the port, which the system chooses for 0, and return it. Who connects is answered 503 until
        ``start``.

        Raises SettingsError with what is wrong with IMAGINE_HOST or IMAGINE_PORT: of two processes that want
        one port at the same moment, one gets it and the other one this error (web reference 5).
        """
        quiet_accept_errors()
        loop = asyncio.get_running_loop()
        bound = await addresses.bind(host, port)
        taken: int = bound[0].getsockname()[1]
        try:
            for each in bound:
                server = await loop.create_server(self._connections, sock=each, backlog=BACKLOG)
                self._listening.append(server)
        except OSError as error:
            self.refuse()
            addresses.close(bound)
            raise SettingsError([addresses.why_not(host, port, error)]) from None
        return taken

    async def start(self, app: web.Application) -> None:
        """Answer requests with ``app``."""
        app.on_response_prepare.append(self._say_that_it_ends)
        app.middlewares.insert(0, count_headers)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=protocol_logger(),
            keepalive_timeout=HEADER_SECONDS,
            lingering_time=LINGER_SECONDS,
            max_headers=MOST_HEADERS,
            max_field_size=LONGEST_FIELD,
            max_line_size=LONGEST_LINE,
            auto_decompress=False,
            shutdown_timeout=CLEAN_UP_SECONDS,
        )
        await self._runner.setup()
        assert self._runner.server is not None
        self._connections.serve(self._runner.server)

    async def run(self, app: web.Application) -> None:
        """Answer requests with ``app`` until ``close``; then accept nothing more, wait up to REQUEST_SECONDS
        for running requests, and abort what is left."""
        try:
            if self._runner is None:
                await self.start(app)
            await self._closing.wait()
            await asyncio.sleep(self._still_accepting())
            await self._finish_requests()
        finally:
            self.refuse()
            self._connections.abort()
            if self._runner is not None:
                await self._runner.cleanup()

    async def ready(self) -> str | None:
        """None until ``stop``: a probe for ``/readyz``."""
        return None if self._stopped_at is None else "stopping"

    def stop(self) -> None:
        """Begin to stop: ``ready`` says so, and connections end with their next answer. Safe to repeat."""
        if self._stopped_at is None:
            self._stopped_at = asyncio.get_running_loop().time()

    def close(self) -> None:
        """Make ``run`` return, once what ``stop`` began has had its time. Safe to repeat."""
        self.stop()
        self._closing.set()

    def refuse(self) -> None:
        """Accept no more connections. Safe to repeat."""
        while self._listening:
            self._listening.pop().close()

    def _still_accepting(self) -> float:
        """The seconds that are left of ``accept_seconds``."""
        assert self._stopped_at is not None
        return max(0.0, self._stopped_at + self._accept_seconds - asyncio.get_running_loop().time())

    async def _finish_requests(self) -> None:
        """Accept nothing more, let go of who waits for a request, and wait for requests under way."""
        self.refuse()
        await asyncio.sleep(0)  # what was accepted in this moment begins
        assert self._runner is not None
        assert self._runner.server is not None
        self._runner.server.pre_shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._runner.server.shutdown(REQUEST_SECONDS)

    async def _say_that_it_ends(self, _request: web.Request, response: web.StreamResponse) -> None:
        if self._stopped_at is not None:
            response.force_close()
            response.headers["Connection"] = "close"
