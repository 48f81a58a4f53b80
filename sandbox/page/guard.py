"""Keeps other web pages out: the control API kills processes, and any page may talk to a loopback port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FOREIGN = frozenset({"cross-site", "same-site"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse the page and its API to foreign origins and to names that were rebound to loopback.

    What the bot calls (``/api/``, uploads, files) stays open: it sends no browser's headers.
    """
    path = f"{request.path}/"
    if path == "//" or path.startswith(("/page/", "/sandbox/")):
        if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
            return _refused("this workspace is only served on loopback names")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            return _refused("other origins have no business here")
        if path.startswith("/sandbox/") and request.headers.get("Sec-Fetch-Site") in _FOREIGN:
            return _refused("other sites have no business here")
    return await handler(request)


def _refused(why: str) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=403)
