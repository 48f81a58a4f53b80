"""Serves HTTP and stops without dropping requests under way."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Sequence

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.domain.errors import SettingsError

STOP_SECONDS = 10.0
"""How long requests under way may take once the process stops; Slack itself waits for 3 s."""


async def reserve(host: str, port: int) -> list[socket.socket]:
    """Bind a socket to every address of ``host``, for a ``Server`` to listen at later; no request is answered
    until then. The caller owns the sockets. Raises SettingsError with what is wrong with IMAGINE_HOST or
    IMAGINE_PORT."""
    loop = asyncio.get_running_loop()
    bound: list[socket.socket] = []
    refused: OSError | None = None
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError):  # the latter for what cannot be a host name at all
        raise SettingsError(
            [f"IMAGINE_HOST: {host!r} is not an address or a name of this machine."]
        ) from None
    for family, kind, _, _, address in dict.fromkeys(found):
        try:
            bound.append(_bound(family, kind, address))
        except OSError as error:
            if error.errno not in _NOT_OF_THIS_MACHINE:
                _close(bound)
                raise SettingsError([_why_not(host, port, error)]) from None
            refused = error
    if not bound:
        raise SettingsError([_why_not(host, port, refused)])
    return bound


class Server:
    """The HTTP server of the process. It listens at ``sockets`` if some were reserved, else at ``host`` and
    ``port``."""

    def __init__(
        self, app: web.Application, *, host: str, port: int, sockets: Sequence[socket.socket] = ()
    ) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, logger=_quiet_logger(), shutdown_timeout=STOP_SECONDS
        )
        self._host = host
        self._port = port
        self._sockets = sockets
        self._stopping = asyncio.Event()

    async def start(self) -> int:
        """Listen and return the port, which the system chose if 0 was asked for. Raises SettingsError as
        ``reserve``."""
        await self._runner.setup()
        for reserved in self._sockets or await reserve(self._host, self._port):
            await web.SockSite(self._runner, reserved).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def run(self) -> None:
        """Serve until ``stop``; then accept nothing more, wait up to STOP_SECONDS for running requests,
        close. Raises as ``start``."""
        try:
            if not self._runner.addresses:
                await self.start()
            await self._stopping.wait()
        finally:
            await self._runner.cleanup()

    def stop(self) -> None:
        """Make ``run`` return. Safe to repeat."""
        self._stopping.set()


_NOT_OF_THIS_MACHINE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Errors that one of a host name's addresses may give, such as an IPv6 address on a machine without IPv6."""


def _bound(family: int, kind: int, address: tuple[object, ...]) -> socket.socket:
    """Bind as asyncio does, so that a port is free again as soon as its last owner has ended."""
    made = socket.socket(family, kind)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def _close(sockets: Sequence[socket.socket]) -> None:
    for each in sockets:
        each.close()


def _why_not(host: str, port: int, error: OSError | None) -> str:
    code = error.errno if error else errno.EADDRNOTAVAIL
    if code in _NOT_OF_THIS_MACHINE:
        return f"IMAGINE_HOST: {host!r} is not an address of this machine."
    if code == errno.EADDRINUSE:
        return (
            f"IMAGINE_PORT: {port} is taken at {host}; choose another, or end the program that listens there."
        )
    return f"IMAGINE_PORT: {port} cannot be had at {host} ({os.strerror(code or 0)}); choose another."


def _quiet_logger() -> logging.Logger:
    """A logger for aiohttp that leaves out the error of every request that is not HTTP: anybody can send
    one."""
    logger = logging.getLogger("web.server")
    if not logger.filters:
        logger.addFilter(_is_about_us)
    return logger


def _is_about_us(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
