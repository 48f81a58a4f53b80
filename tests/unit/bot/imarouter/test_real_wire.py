"""Over real sockets, where httpx's error classes are not to be trusted: was it sent?"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import BotError
from bot.errors import GivenUp, OutcomeUnknown, TryLater, Unreachable
from bot.imarouter.http import Timeouts
from bot.ports import Pending
from bot.services.budget.clock_guard import ClockGuard
from tests.support.databases import SetClock
from tests.unit.bot.imarouter.provider import FAST, client, order


async def serve(handler: Any) -> TestServer:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    return server


async def raised(server_url: str, timeouts: Timeouts = FAST) -> BotError:
    provider = client(None, base_url=server_url, timeouts=timeouts)
    try:
        with pytest.raises(BotError) as caught:
            await provider.submit(order())
    finally:
        await provider.aclose()
    return caught.value


@pytest.mark.parametrize("how", ["closed", "slow", "cut", "dripping", "garbage"])
async def test_submit_real_wire_lost_after_sending_is_unknown_and_sent_once(how: str) -> None:
    seen: list[bytes] = []
    dripped = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal dripped
        seen.append(await request.read())
        assert request.transport is not None
        if how == "slow":
            await asyncio.sleep(1)
        if how == "cut":
            response = web.StreamResponse(headers={"Content-Length": "500"})
            await response.prepare(request)
            await response.write(b'{"id":')
        if how == "dripping":
            response = web.StreamResponse(headers={"Content-Length": "500"})
            await response.prepare(request)
            for _ in range(100):
                await response.write(b" ")
                dripped += 1
                await asyncio.sleep(0.05)
        if how == "garbage":
            request.transport.write(b"\x00\x01 nonsense\r\n\r\n")
        request.transport.close()
        return web.Response()

    server = await serve(handler)
    try:
        error = await raised(str(server.make_url("")))
    finally:
        await server.close()

    assert type(error) is OutcomeUnknown
    assert dripped < 100, "the answer has a deadline as a whole, not only each byte of it"
    assert len(seen) == 1


async def test_submit_real_wire_refused_connection_is_try_later() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    server = await serve(handler)
    url = str(server.make_url(""))
    await server.close()

    assert type(await raised(url)) is Unreachable


async def test_submit_real_wire_unknown_name_is_try_later() -> None:
    assert type(await raised("http://no-such-host.invalid")) is Unreachable


async def test_submit_real_wire_uses_a_fresh_connection_for_each_paid_call() -> None:
    ports: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.append((request.method, request.transport.get_extra_info("peername")[1]))
        return web.json_response({"id": "t", "status": "queued"})

    server = await serve(handler)
    provider = client(None, base_url=str(server.make_url("")))
    try:
        for _ in range(2):
            await provider.submit(order())
            await provider.poll("t", "images")
    finally:
        await provider.aclose()
        await server.close()

    assert len({port for method, port in ports if method == "POST"}) == 2
    assert len({port for method, port in ports if method == "GET"}) == 1


@pytest.mark.parametrize(("status", "meant"), [(429, TryLater), (401, GivenUp), (400, OutcomeUnknown)])
async def test_submit_real_wire_lost_body_keeps_what_the_status_is_sure_of(
    status: int, meant: type[BotError]
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Length": "500"})
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return response

    server = await serve(handler)
    try:
        error = await raised(str(server.make_url("")), Timeouts())
    finally:
        await server.close()

    assert type(error) is meant


MAD_HEADERS = [
    b"Set-Cookie: \xff=\xff",
    b"Set-Cookie: a=b; expires=Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    b"Retry-After: \xff\xfe",
    b"Retry-After: Mon, 01 Jan 99999999999999999999",
    b"Date: Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    b"Content-Type: \xc3\x28; charset=no-such-1",
    b"Location: http://[::1",
    b"Keep-Alive: timeout=99999999999999999999",
]


@pytest.mark.parametrize("header", MAD_HEADERS)
@pytest.mark.parametrize("status", [b"200 OK", b"429 Too Many", b"307 Elsewhere"])
async def test_no_header_that_nobody_needs_breaks_a_call_or_the_next(header: bytes, status: bytes) -> None:
    guard = ClockGuard(clock=SetClock(), elapsed=lambda: 0.0, database_is_a_witness=False)
    body = b'{"id":"t1","status":"queued"}' if status.startswith(b"200") else b"{}"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n\r\n" % (status, len(body), header) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        provider = client(
            None, base_url=f"http://{host}:{port}", on_date=lambda date: guard.note_date("provider", date)
        )
        for _ in range(2):
            if status.startswith(b"200"):
                assert (await provider.submit(order())).task_id == "t1"
                assert await provider.poll("t1", "images") == Pending(processing=False)
            else:
                with pytest.raises(TryLater if status.startswith(b"429") else GivenUp):
                    await provider.submit(order())
                with pytest.raises(TryLater):
                    await provider.poll("t1", "images")
        await provider.aclose()
