"""Our web server in the test's own process, on a socket of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from web.connections import Connections
from web.server import Server


@dataclass
class Serving:
    """A server that answers, and the task that ends when it does."""

    server: Server
    port: int
    running: asyncio.Task[None]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(
    app: web.Application,
    *,
    connections: Connections | None = None,
    accept_seconds: float = 0.0,
) -> AsyncIterator[Serving]:
    """``app`` behind the whole server; at the end it has stopped."""
    server = Server(connections or Connections(2000), accept_seconds=accept_seconds)
    port = await server.listen("127.0.0.1", 0)
    await server.start(app)
    running = asyncio.create_task(server.run(app))
    try:
        yield Serving(server, port, running)
    finally:
        server.close()
        await asyncio.wait({running})
        if not running.cancelled():
            running.result()
