"""The table of HTTP routes. Everything else is answered 404, in plain text and without a version."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from web.health import Health, Probe
from web.slack_gate import MAX_BYTES, PATH

log = structlog.get_logger(__name__)

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Added to every answer that does not set them itself."""


def build_web(
    *,
    readiness: Mapping[str, Probe],
    notes: Mapping[str, Probe] | None = None,
) -> web.Application:
    """The application with health and readiness. Other routes are added to it, by their own modules."""
    health = Health(readiness, notes=notes)
    app = web.Application(client_max_size=MAX_BYTES, middlewares=[_plain_errors, _no_bodies])
    app.on_response_prepare.append(_add_security_headers)
    app.add_routes([web.get("/healthz", health.live), web.get("/readyz", health.ready)])
    return app


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal with one short line, an unexpected error with a reference that is also in the
    log."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.Response(status=error.status, text=error.reason.lower(), headers=allow)
    except (ConnectionError, web.RequestPayloadError):
        return web.Response(status=400, text="bad request")  # a client that went away is no error of ours
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("web_request_failed", reference=reference, path=request.path)
        return web.Response(status=500, text=f"internal error {reference}")


@web.middleware
async def _no_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a body, however small, wherever nobody wants one."""
    resource = request.match_info.route.resource
    if request.can_read_body and (resource is None or resource.canonical != PATH):
        raise web.HTTPRequestEntityTooLarge(max_size=0, actual_size=request.content_length or 0)
    return await handler(request)


async def _add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)
