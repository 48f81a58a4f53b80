"""``GET /media/{token}``: serves a published source under its signed link, and nothing else."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import hdrs, web

from bot.errors import StoreUnavailable
from bot.media.publish import MIMETYPES
from bot.media.signed_links import SignedLinks
from bot.ports import Clock, Store
from web.connections import abort
from web.fetches import Busy, Fetches, UsedUp

HEADERS = {
    "Accept-Ranges": "none",  # parts of a picture are of no use to anybody, and 200 is a right answer
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a client has to take a source: ``bytes_a_second`` on the whole, after ``grace_seconds`` for
    its start, and all of it within ``whole_seconds``."""

    whole_seconds: float = 60.0
    grace_seconds: float = 10.0
    bytes_a_second: float = 256 * 1024

    def seconds_for(self, sent: int) -> float:
        """By when the next byte after ``sent`` bytes has to be taken, in seconds from the start."""
        return min(self.whole_seconds, self.grace_seconds + sent / self.bytes_a_second)


def media_routes(
    *, links: SignedLinks, store: Store, clock: Clock, pace: Pace | None = None
) -> list[web.RouteDef]:
    """The routes for GET and HEAD of a published source. 404 for a token that we did not sign or that has
    expired, and for a source that was withdrawn or fetched 200 times: the answer does not tell which. 503
    while the database is away, and for too many fetches at once."""
    media = _Media(links, store, clock, pace or Pace())
    return [web.get("/media/{token}", media.serve, allow_head=True)]


class _Gone(Exception):
    """The rest of the source cannot be had any more."""


class _Media:
    def __init__(self, links: SignedLinks, store: Store, clock: Clock, pace: Pace) -> None:
        self._links = links
        self._store = store
        self._clock = clock
        self._pace = pace
        self._fetches = Fetches()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        source_id = self._links.verify(request.match_info["token"], self._clock.now())
        if source_id is None:
            raise web.HTTPNotFound
        try:
            with self._fetches.of(source_id):
                return await self._answer(request, source_id)
        except UsedUp:
            raise web.HTTPNotFound from None
        except (Busy, StoreUnavailable):
            return web.Response(status=503, text="unavailable", headers={"Retry-After": "5"})

    async def _answer(self, request: web.Request, source_id: str) -> web.StreamResponse:
        """The source, or as much of it as the client takes in time. Raises StoreUnavailable before anything
        was sent."""
        found = await self._store.read(lambda tx: tx.published_sources.describe(source_id))
        if found is None or found.mimetype not in MIMETYPES:
            raise web.HTTPNotFound
        answer = web.StreamResponse(headers={**HEADERS, "Content-Type": found.mimetype})
        answer.content_length = found.size
        await answer.prepare(request)
        if request.method == hdrs.METH_HEAD:
            return answer
        try:
            await self._send(answer, source_id, found.size)
        except (TimeoutError, _Gone, StoreUnavailable):
            abort(request.transport)  # the length promised more, so nobody takes it for whole
        except ConnectionError:
            pass  # the client has gone; there is nobody to tell
        return answer

    async def _send(self, answer: web.StreamResponse, source_id: str, size: int) -> None:
        """Raises TimeoutError when the client is too slow, _Gone, StoreUnavailable and ConnectionError."""
        begun = asyncio.get_running_loop().time()
        sent = 0
        async for piece in self._pieces(source_id, size):
            for start in range(0, len(piece), CHUNK_BYTES):
                async with asyncio.timeout_at(begun + self._pace.seconds_for(sent)):
                    await answer.write(piece[start : start + CHUNK_BYTES])
                sent += CHUNK_BYTES

    async def _pieces(self, source_id: str, size: int) -> AsyncIterator[bytes]:
        """One at a time is in memory. Raises _Gone when they end before ``size``."""
        left, numbers = size, itertools.count()
        while left > 0:
            piece = await self._piece(source_id, next(numbers))
            if not piece:
                raise _Gone
            left -= len(piece)
            yield piece

    async def _piece(self, source_id: str, number: int) -> bytes:
        return await self._store.read(lambda tx: tx.published_sources.piece(source_id, number))
