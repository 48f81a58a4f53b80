"""Health, readiness and what every answer carries, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from structlog.testing import capture_logs

from tests.support.serving import serving
from web.app import HEADERS, build_web
from web.health import Health, Probe


async def fine() -> str | None:
    return None


async def away() -> str | None:
    return "not connected"


async def broken() -> str | None:
    raise RuntimeError("postgresql://user:password@host")


@asynccontextmanager
async def served(**probes: Probe) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    async with serving(build_web(readiness=probes)) as our, aiohttp.ClientSession() as http:
        yield our.base, http


async def test_alive_says_nothing_about_the_parts() -> None:
    async with served(database=broken) as (base, http), http.get(f"{base}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"alive": True})


async def test_a_note_is_shown_and_does_not_count() -> None:
    """The image service may be away: asks are taken all the same, so no balancer should turn away."""
    site = build_web(readiness={"database": fine}, notes={"provider": away})
    async with (
        serving(site) as our,
        aiohttp.ClientSession() as http,
        http.get(f"{our.base}/readyz") as answer,
    ):
        assert answer.status == 200
        assert (await answer.json())["checks"] == {"database": "ok", "provider": "not connected"}


async def test_ready_with_every_part() -> None:
    async with served(database=fine, slack=fine) as (base, http), http.get(f"{base}/readyz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "checks": {"database": "ok", "slack": "ok"}}


async def test_not_ready_names_the_part_and_the_reason_but_no_secret() -> None:
    async with (
        served(database=broken, slack=away, worker=fine) as (base, http),
        http.get(f"{base}/readyz") as answer,
    ):
        told = await answer.json()

    assert answer.status == 503
    assert told == {
        "ready": False,
        "checks": {"database": "the check failed (RuntimeError)", "slack": "not connected", "worker": "ok"},
    }


async def test_a_part_that_hangs_is_asked_once_and_not_waited_for() -> None:
    asked = 0
    release = asyncio.Event()

    async def hang() -> str | None:
        nonlocal asked
        asked += 1
        await release.wait()
        return None

    health = Health({"database": hang}, patience=0.05)
    request = None
    first = await health.ready(request)  # type: ignore[arg-type]
    second = await health.ready(request)  # type: ignore[arg-type]
    asked_while_hanging = asked
    release.set()
    await asyncio.sleep(0)
    third = await health.ready(request)  # type: ignore[arg-type]

    assert (first.status, second.status, third.status) == (503, 503, 200)
    assert asked_while_hanging == 1
    assert "no answer within" in str(first.text)


@pytest.mark.parametrize(
    "path", ["/", "/slack", "/slack/events", "/slack/events/", "/media/x", "/.env", "/%2e%2e/etc/passwd"]
)
async def test_everything_else_is_not_found(path: str) -> None:
    """Also Slack's route, in Socket Mode."""
    async with served() as (base, http), http.get(f"{base}{path}") as answer:
        assert (answer.status, await answer.text()) == (404, "not found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing"])
async def test_every_answer_is_hardened_and_names_no_version(path: str) -> None:
    async with served(slack=away) as (base, http), http.get(f"{base}{path}") as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
        assert "Server" not in answer.headers
        assert "aiohttp" not in str(answer.headers).lower()


async def test_head_works_for_load_balancers_and_other_methods_do_not() -> None:
    async with served() as (base, http):
        async with http.head(f"{base}/healthz") as answer:
            assert answer.status == 200
        async with http.post(f"{base}/healthz") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01 not http\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 9_000 + b"\r\n\r\n"]
)
async def test_garbage_on_the_wire_is_not_logged_with_a_traceback(
    garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        async with served() as (base, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
            writer.write(garbage)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()

    assert b" 400 " in answer.splitlines()[0]
    assert [record for record in caplog.records if record.exc_info] == []
    assert logs == []
