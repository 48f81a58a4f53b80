"""A running simulated provider with a clock that only turns when told, and a client that has the key."""

from __future__ import annotations

import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from aiohttp import web
from PIL import Image

from sandbox.imarouter import Options, SandboxImaRouter

START = 1_800_000_000.0
IMAGES = "/v1/images/generations"
GENERATE = "/v1/image/gpt-image-2/generate"
EDIT = "/v1/image/gpt-image-2/edit"


@dataclass
class Kit:
    provider: SandboxImaRouter
    http: httpx.AsyncClient

    async def post(self, path: str = IMAGES, **body: Any) -> httpx.Response:
        """A submit with sensible defaults; a field of None is left out."""
        defaults: dict[str, Any] = {"prompt": "a red fox", "quality": "low"}
        if path == IMAGES:
            defaults |= {"model": "gpt-image-2", "size": "1024x1024"}
        merged = {name: value for name, value in (defaults | body).items() if value is not None}
        return await self.http.post(path, json=merged)

    async def start(self, path: str = IMAGES, **body: Any) -> str:
        """An accepted submit's id."""
        answer = await self.post(path, **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    async def poll(self, task_id: str, path: str = IMAGES) -> Any:
        answer = await self.http.get(f"{path}/{task_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def finished(self, task_id: str) -> Any:
        """Shape W's data after more time than any task takes."""
        self.provider.advance(10_000)
        return (await self.poll(task_id))["data"]

    async def made(self, **body: Any) -> httpx.Response:
        """Submit, wait, download."""
        data = await self.finished(await self.start(**body))
        return await self.http.get(data["url"])

    def balance(self) -> float:
        return self.provider.balance()["balance_usd"]


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[Kit]:
    provider = SandboxImaRouter(
        clock=lambda: START, random=random.Random(7), options=Options().changed(options)
    )
    url = await provider.start()
    headers = {"Authorization": "Bearer sk-sandbox"}
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
            yield Kit(provider, http)
    finally:
        await provider.stop()


@asynccontextmanager
async def hosting(files: dict[str, bytes], seen: list[web.Request] | None = None) -> AsyncIterator[str]:
    """A web server that has these files, as the bot's public links would; `seen` gets every request."""

    async def answer(request: web.Request) -> web.Response:
        if seen is not None:
            seen.append(request)
        name = request.path.lstrip("/")
        if name not in files:
            return web.Response(status=404, text="no")
        return web.Response(body=files[name], content_type="image/png", headers={"X-Proof": "yes"})

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def picture(
    size: tuple[int, int] = (640, 480), mode: str = "RGB", fmt: str = "PNG", colour: Any = "red"
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, fmt)
    return out.getvalue()


async def fetched(kit: Kit) -> None:
    """Wait until no task is fetching its sources any more."""
    await kit.provider.fetched()


def opened(data: bytes) -> Image.Image:
    """The decoded picture; it keeps its format's name."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image
