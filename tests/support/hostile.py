"""Clients that mean no good: plain sockets, many at once, that send and read as little as they like."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path


class Client:
    """One connection. ``heard`` is what was read of it so far; ``is_cut`` once the server has ended it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.heard = b""
        self.is_cut = False

    def look(self) -> None:
        """Read what is there, without waiting."""
        with contextlib.suppress(BlockingIOError):
            try:
                while data := self.sock.recv(1 << 16):
                    self.heard += data
            except ConnectionError:
                pass  # a reset is an end, too
            self.is_cut = True

    def look_without_reading(self) -> None:
        """Only a reset is seen: what was sent to it stays where it is, as a reader that stalls leaves it."""
        self.is_cut = self.is_cut or self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


class Crowd:
    """Many of them, at one port of this machine. They go when the block ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.clients: list[Client] = []

    async def __aenter__(self) -> Crowd:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def come(self, count: int, say: bytes = b"", *, buffer: int | None = None) -> list[Client]:
        """``count`` more clients, each of which has said ``say``. ``buffer``: the bytes that the system takes
        for one that does not read."""
        come = [await self._connected(say, buffer) for _ in range(count)]
        self.clients += come
        return come

    async def _connected(self, say: bytes, buffer: int | None) -> Client:
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        sock.setblocking(False)
        if buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        await loop.sock_connect(sock, ("127.0.0.1", self._port))
        with contextlib.suppress(ConnectionError):  # who is refused may know it already
            await loop.sock_sendall(sock, say)
        return Client(sock)

    async def cut(self) -> int:
        """How many the server has ended."""
        for client in self.clients:
            client.look()
        return sum(client.is_cut for client in self.clients)

    async def cut_without_reading(self) -> int:
        """How many the server has reset."""
        for client in self.clients:
            client.look_without_reading()
        return sum(client.is_cut for client in self.clients)

    def leave(self) -> None:
        """Close all. Safe to repeat."""
        for client in self.clients:
            client.sock.close()
        self.clients.clear()


def memory_of(pid: int) -> int:
    """The bytes of memory that a process has at present, as Linux tells it."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4096
