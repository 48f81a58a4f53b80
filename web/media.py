"""``GET /media/{token}``: a published source under its signed link, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.errors import StoreUnavailable
from bot.media.publish import MIMETYPES, SourceShelf
from bot.media.signed_links import Links
from bot.ports import Clock

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def media_routes(*, links: Links, shelf: SourceShelf, clock: Clock) -> list[web.RouteDef]:
    """GET and HEAD for the fetching server. 404 for every token that is not ours, is over, or whose source
    has been withdrawn: nobody learns which. 503 while the shelf cannot be asked."""
    return [web.get("/media/{token}", _server(links, shelf, clock), allow_head=True)]


def _server(
    links: Links, shelf: SourceShelf, clock: Clock
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        source_id = links.verify(request.match_info["token"], clock.now())
        if source_id is None:
            raise web.HTTPNotFound
        try:
            found = await shelf.get(source_id)
        except StoreUnavailable:
            return web.Response(status=503, text="unavailable", headers={"Retry-After": "5"})
        if found is None or found[1] not in MIMETYPES:
            raise web.HTTPNotFound
        data, mimetype = found
        return web.Response(body=data, headers={**HEADERS, "Content-Type": mimetype})

    return serve
