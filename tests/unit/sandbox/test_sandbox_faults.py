"""The fault injector: what reaches the work, and what reaches the client."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web

from sandbox.faults import Fault, Faults, faults_routes


@dataclass
class Server:
    faults: Faults
    http: httpx.AsyncClient
    worked: list[str] = field(default_factory=list)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """`GET /NAME` does the operation NAME and answers {"did": NAME}."""
    faults, worked = Faults(), []

    async def handle(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]

        async def work() -> web.StreamResponse:
            worked.append(name)
            return web.json_response({"did": name}, headers={"X-Work": "1"})

        def error_response(fault: Fault) -> web.StreamResponse:
            return web.json_response({"ok": False, "error": fault.error})

        return await faults.run(name, request, work, error_response=error_response)

    app = web.Application()
    app.add_routes([*faults_routes(faults), web.get("/{name}", handle)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            yield Server(faults, http, worked)
    finally:
        await runner.cleanup()


async def test_drop_before_closes_and_the_work_is_not_done() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "drop_before"))
        with pytest.raises(httpx.TransportError):
            await server.http.get("/post")

        assert server.worked == []
        assert (await server.http.get("/post")).json() == {"did": "post"}


async def test_drop_after_closes_and_the_work_is_done() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "drop_after"))
        with pytest.raises(httpx.TransportError):
            await server.http.get("/post")

        assert server.worked == ["post"]


async def test_skip_and_count_pick_the_requests_they_name() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "status", skip=1, count=2, status=503, body="busy"))
        codes = [(await server.http.get("/post")).status_code for _ in range(5)]

        assert codes == [200, 503, 503, 200, 200]
        assert server.worked == ["post"] * 3
        assert server.faults.active() == []


async def test_star_hits_every_operation_until_cleared_and_others_only_their_own() -> None:
    async with serving() as server:
        server.faults.add(Fault("other", "status", count=-1))
        server.faults.add(Fault("*", "status", count=-1, status=502))

        assert (await server.http.get("/a")).status_code == 502
        assert (await server.http.get("/other")).status_code == 500
        server.faults.clear()
        assert (await server.http.get("/other")).status_code == 200


async def test_delay_waits_and_then_works() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "delay", seconds=0.15))
        began = time.monotonic()
        answer = await server.http.get("/post")

        assert answer.json() == {"did": "post"}
        assert time.monotonic() - began >= 0.15


async def test_rate_limit_is_empty_unless_a_code_or_body_is_given() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "rate_limit", retry_after=7))
        server.faults.add(Fault("post", "rate_limit", error="ratelimited", retry_after=3))
        server.faults.add(Fault("post", "rate_limit", body='{"x":1}'))
        empty, coded, given = [await server.http.get("/post") for _ in range(3)]

        assert (empty.status_code, empty.content, empty.headers["Retry-After"]) == (429, b"", "7")
        assert (coded.status_code, coded.headers["Retry-After"]) == (429, "3")
        assert coded.json() == {"ok": False, "error": "ratelimited"}
        assert given.json() == {"x": 1}
        assert "Retry-After" not in given.headers
        assert server.worked == []


async def test_truncate_promises_the_whole_and_sends_half() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "truncate"))
        with pytest.raises(httpx.RemoteProtocolError):
            await server.http.get("/post")

        assert server.worked == ["post"]


async def test_nonsense_is_a_200_that_is_not_json() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "nonsense"))
        answer = await server.http.get("/post")

        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "<html>" in answer.text
        assert server.worked == []


async def test_error_takes_the_servers_own_shape() -> None:
    async with serving() as server:
        server.faults.add(Fault("post", "error", error="fatal_error"))
        answer = await server.http.get("/post")

        assert answer.json() == {"ok": False, "error": "fatal_error"}


@pytest.mark.parametrize(("kind", "worked"), [("kill_before", []), ("kill_after", ["post"])])
async def test_kill_ends_the_process_before_or_after_the_work(kind: str, worked: list[str]) -> None:
    victim = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
    async with serving() as server:
        server.faults.add(Fault("post", kind, pid=victim.pid))
        with pytest.raises(httpx.TransportError):
            await server.http.get("/post")

        assert await asyncio.wait_for(victim.wait(), 60) == -9
        assert server.worked == worked


async def test_routes_arm_list_and_disarm() -> None:
    async with serving() as server:
        fault = Fault("post", "status", count=-1, status=418)
        armed = await server.http.post("/sandbox/faults", json=[fault.to_json()])

        assert armed.json() == {"faults": [fault.to_json()]}
        assert (await server.http.get("/post")).status_code == 418
        assert (await server.http.get("/sandbox/faults")).json() == armed.json()
        assert (await server.http.delete("/sandbox/faults")).json() == {"faults": []}
        assert (await server.http.get("/post")).status_code == 200


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([1], "object"),
        ({"match": "a"}, "'kind'"),
        ({"match": "a", "kind": "explode"}, "explode"),
        ({"match": "a", "kind": "status", "status": "500"}, "'status'"),
        ({"match": "a", "kind": "status", "count": True}, "'count'"),
        ({"match": "a", "kind": "status", "count": 0}, "'count'"),
        ({"match": "a", "kind": "status", "colour": 1}, "colour"),
        ({"match": "a", "kind": "kill_after"}, "'pid'"),
        ({"match": "a", "kind": "error"}, "'error'"),
    ],
)
async def test_a_wrong_fault_is_refused_with_the_fields_name(body: object, named: str) -> None:
    async with serving() as server:
        answer = await server.http.post("/sandbox/faults", json=body)

        assert answer.status_code == 400
        assert named in answer.json()["error"]
        assert server.faults.active() == []


def test_add_refuses_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="explode"):
        Faults().add(Fault("*", "explode"))


def test_a_fault_survives_json() -> None:
    fault = Fault("submit", "delay", seconds=1, skip=2, retry_after=3)

    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault
