"""Listens for HTTP and stops without dropping what is under way."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

STOP_SECONDS = 10.0
"""How long requests under way may take once the process stops; Slack itself waits for 3 s."""


class Server:
    """One listening socket for the life of the process."""

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, logger=_quiet_logger(), shutdown_timeout=STOP_SECONDS
        )
        self._host = host
        self._port = port
        self._stopping = asyncio.Event()

    async def start(self) -> int:
        """Listen; the port, which the system chose if 0 was asked for. Raises OSError when it is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def run(self) -> None:
        """Until ``stop``; then accept nothing more, let running requests end, close."""
        try:
            if not self._runner.addresses:
                await self.start()
            await self._stopping.wait()
        finally:
            await self._runner.cleanup()

    def stop(self) -> None:
        """``run`` returns soon after. Safe to repeat."""
        self._stopping.set()


def _quiet_logger() -> logging.Logger:
    """aiohttp's, without a traceback for every stranger who sends something that is not HTTP."""
    logger = logging.getLogger("web.server")
    if not logger.filters:
        logger.addFilter(_is_about_us)
    return logger


def _is_about_us(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
