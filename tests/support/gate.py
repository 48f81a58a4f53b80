"""A gate in front of a bot's HTTP port, as a proxy or a tunnel is: closed for so many requests, then open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

from tests.support.ports import free_port


@asynccontextmanager
async def gate(inner: str, *, closed: int) -> AsyncIterator[str]:
    """The gate's address. It answers 502 to the first ``closed`` requests and hands the later ones on to
    ``inner``, the address of the bot."""
    left = closed

    async def answer(request: web.Request) -> web.Response:
        nonlocal left
        if left > 0:
            left -= 1
            return web.Response(status=502, text="bad gateway")
        async with httpx.AsyncClient(trust_env=False) as client:
            got = await client.get(f"{inner}{request.rel_url}")
        return web.Response(status=got.status_code, body=got.content, content_type=_kind(got))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def _kind(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "application/octet-stream").partition(";")[0]
