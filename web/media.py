"""``GET /media/{token}``: serves a published source under its signed link, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.errors import StoreUnavailable
from bot.media.publish import MIMETYPES
from bot.media.signed_links import SignedLinks
from bot.ports import Clock, Store

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def media_routes(*, links: SignedLinks, store: Store, clock: Clock) -> list[web.RouteDef]:
    """The routes for GET and HEAD of a published source. 404 for a token that we did not sign or that has
    expired, and for a source that was withdrawn: the answer does not tell which. 503 while the database is
    away."""
    return [web.get("/media/{token}", _server(links, store, clock), allow_head=True)]


def _server(
    links: SignedLinks, store: Store, clock: Clock
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        source_id = links.verify(request.match_info["token"], clock.now())
        if source_id is None:
            raise web.HTTPNotFound
        try:
            found = await store.read(lambda tx: tx.published_sources.get(source_id))
        except StoreUnavailable:
            return web.Response(status=503, text="unavailable", headers={"Retry-After": "5"})
        if found is None or found[1] not in MIMETYPES:
            raise web.HTTPNotFound
        data, mimetype = found
        return web.Response(body=data, headers={**HEADERS, "Content-Type": mimetype})

    return serve
