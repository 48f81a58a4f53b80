"""Binds the addresses at which HTTP is spoken, or says in one sentence why that cannot be."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Sequence

from bot.domain.errors import SettingsError

_NOT_OF_THIS_MACHINE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Errors that one of a host name's addresses may give, such as an IPv6 address on a machine without IPv6."""


async def bind(host: str, port: int) -> list[socket.socket]:
    """A socket at every address of ``host``; the caller owns them. Raises SettingsError with what is wrong
    with IMAGINE_HOST or IMAGINE_PORT.

    A bound port is not taken yet: another process may bind it, too, until one of them listens (web
    reference 5).
    """
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
                close(bound)
                raise SettingsError([why_not(host, port, error)]) from None
            refused = error
    if not bound:
        raise SettingsError([why_not(host, port, refused)])
    return bound


def close(sockets: Sequence[socket.socket]) -> None:
    """Safe to repeat."""
    for each in sockets:
        each.close()


def why_not(host: str, port: int, error: OSError | None) -> str:
    """The sentence for an address that could not be bound or listened at."""
    code = error.errno if error else errno.EADDRNOTAVAIL
    if code in _NOT_OF_THIS_MACHINE:
        return f"IMAGINE_HOST: {host!r} is not an address of this machine."
    if code == errno.EADDRINUSE:
        return (
            f"IMAGINE_PORT: {port} is taken at {host}; choose another, or end the program that listens there."
        )
    return f"IMAGINE_PORT: {port} cannot be had at {host} ({os.strerror(code or 0)}); choose another."


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
