"""Everybody who answers tells the time: Slack over our session, the image service over its client."""

from __future__ import annotations

from aiohttp import web

from bot.services.budget.clock_guard import ClockGuard
from handlers.web_api.client import new_session
from tests.support.databases import SetClock
from tests.unit.bot.imarouter.provider import Wire, answer, client


async def test_slacks_answers_are_heard_refusals_too() -> None:
    async def slack(_request: web.Request) -> web.Response:
        return web.json_response({"ok": False}, status=429)

    app = web.Application()
    app.router.add_get("/", slack)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    heard: list[str | None] = []
    session = new_session(on_date=heard.append)
    try:
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            told = response.headers["Date"]
    finally:
        await session.close()
        await runner.cleanup()

    assert heard == [told]
    guard = ClockGuard(clock=SetClock(), elapsed=lambda: 0.0, database_is_a_witness=False)
    guard.note_date("slack", told)
    assert guard.has_witness


async def test_the_image_services_answers_are_heard() -> None:
    heard: list[str | None] = []
    reply = answer(200, {"data": {"balance_usd": 1}})
    reply.headers["Date"] = "Sun, 22 Nov 2026 12:00:00 GMT"
    provider = client(Wire(reply), on_date=heard.append)

    await provider.balance()

    assert heard == ["Sun, 22 Nov 2026 12:00:00 GMT"]
