"""The simulated provider as another process, driven by its client."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from sandbox.faults import Fault
from sandbox.imarouter import SandboxImaRouterClient

BODY = {"model": "gpt-image-2", "prompt": "fox", "size": "1024x1024", "quality": "low"}
CODE = "from sandbox.imarouter import serve; serve('127.0.0.1', 0)"


@asynccontextmanager
async def process() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CODE, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    try:
        line = (await asyncio.wait_for(child.stdout.readline(), 60)).decode()
        found = re.fullmatch(r"ImaRouter sandbox at (http://127\.0\.0\.1:\d+) with key sk-sandbox\n", line)
        assert found, line
        yield child, found[1]
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_announces_itself_in_one_line_and_ends_well(number: signal.Signals) -> None:
    async with process() as (child, url):
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            await http.post(
                "/v1/images/generations", json=BODY, headers={"Authorization": "Bearer sk-sandbox"}
            )
        child.send_signal(number)
        rest, _ = await asyncio.wait_for(child.communicate(), 60)

        assert child.returncode == 0
        assert rest == b""


async def test_the_client_has_every_verb() -> None:
    headers = {"Authorization": "Bearer sk-sandbox"}
    async with (
        process() as (_, url),
        SandboxImaRouterClient(url) as sandbox,
        httpx.AsyncClient(base_url=url, trust_env=False, headers=headers) as http,
    ):
        changed = await sandbox.set_options(dialects={"images"}, duration_seconds=500, balance_usd=2)
        await sandbox.next("moderate")
        await sandbox.add_fault(Fault("poll", "status", status=503))
        armed = await sandbox.faults()
        refused = await http.post("/v1/images/generations", json=BODY)
        task = (await http.post("/v1/images/generations", json=BODY)).json()["id"]
        unavailable = await http.get(f"/v1/images/generations/{task}")
        await sandbox.advance(501)
        done = (await http.get(f"/v1/images/generations/{task}")).json()["data"]

        assert changed["dialects"] == ["images"]
        assert armed == [Fault("poll", "status", status=503)]
        assert (refused.status_code, unavailable.status_code) == (400, 503)
        assert done["status"] == "succeeded"
        assert [item["status"] for item in await sandbox.tasks()] == ["done"]
        assert (await sandbox.balance())["balance_usd"] == pytest.approx(1.994)
        assert [item["status"] for item in await sandbox.requests("poll")] == [503, 200]
        assert (await sandbox.summary())["tasks"]["done"] == 1
        with pytest.raises(ValueError, match="speed"):
            await sandbox.set_options(speed=-1)
        with pytest.raises(ValueError, match="dance"):
            await sandbox.next("dance")
        await sandbox.clear_faults()
        await sandbox.reset()
        assert await sandbox.tasks() == await sandbox.requests() == await sandbox.faults() == []
        assert (await sandbox.options())["duration_seconds"] == 500
