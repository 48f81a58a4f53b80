"""The request bodies that are being read, bounded together, as they are read before anybody knows who sent
them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

MOST_BYTES = 32 * 1024 * 1024
"""In memory at once: that of thirty of the largest, and of a thousand such as Slack sends."""


class TooSlow(Exception):
    """The body did not come in time."""


class Crowded(Exception):
    """The body was given up for newer ones."""


@dataclass(eq=False, slots=True)
class _Reading:
    deadline: asyncio.Timeout
    size: int = 0
    is_given_up: bool = False


class Bodies:
    """Reads bodies. Above MOST_BYTES the one that was begun first is given up: an honest body is there in
    milliseconds, and what is held longest is what somebody holds on purpose (web reference 9)."""

    def __init__(self) -> None:
        self._under_way: dict[_Reading, None] = {}  # in the order in which they began
        self._bytes = 0

    async def read(self, request: web.Request, *, most: int, seconds: float) -> bytes:
        """The whole body. Raises HTTPRequestEntityTooLarge above ``most`` bytes, TooSlow after ``seconds``,
        and Crowded."""
        deadline = asyncio.timeout(seconds)
        reading = _Reading(deadline)
        self._under_way[reading] = None
        try:
            async with deadline:
                return await self._pieces(request, reading, most)
        except TimeoutError:
            raise (Crowded if reading.is_given_up else TooSlow) from None
        finally:
            self._forget(reading)

    async def _pieces(self, request: web.Request, reading: _Reading, most: int) -> bytes:
        pieces: list[bytes] = []
        while piece := await request.content.readany():
            pieces.append(piece)
            reading.size += len(piece)
            if reading.size > most:
                raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=reading.size)
            if not reading.is_given_up:
                self._bytes += len(piece)
                self._make_room()
        return b"".join(pieces)

    def _make_room(self) -> None:
        while self._bytes > MOST_BYTES:
            oldest = next(iter(self._under_way))
            self._forget(oldest)
            oldest.is_given_up = True
            if not oldest.deadline.expired():
                oldest.deadline.reschedule(asyncio.get_running_loop().time())

    def _forget(self, reading: _Reading) -> None:
        if reading in self._under_way:
            del self._under_way[reading]
            self._bytes -= reading.size
