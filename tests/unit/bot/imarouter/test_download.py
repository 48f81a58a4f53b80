"""Results over real sockets: whole pictures from allowed addresses, or nothing on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.problem import Problem
from bot.errors import GivenUp, TryLater
from bot.imarouter.client import ImaRouter
from tests.unit.bot.imarouter.provider import FAST, KEY, client, leftovers, picture

PNG = picture()


class ResultHost:
    """A loopback server of results; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        app = web.Application()
        app.router.add_get("/{name}", self._answer)
        self.server = TestServer(app)

    def url(self, name: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}/{name}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        self.headers = dict(request.headers)
        if name.startswith("hop"):
            rest = int(name[3:])
            raise web.HTTPFound(f"/hop{rest - 1}" if rest > 1 else "/png")
        if name.startswith("status"):
            return web.Response(status=int(name[6:]), headers={"Retry-After": "9"})
        return await getattr(self, f"_{name}")(request)  # type: ignore[no-any-return]

    async def _png(self, request: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="application/octet-stream")

    async def _jpeg(self, request: web.Request) -> web.Response:
        return web.Response(body=picture("JPEG"))

    async def _webp(self, request: web.Request) -> web.Response:
        return web.Response(body=picture("WEBP"))

    async def _gif(self, request: web.Request) -> web.Response:
        return web.Response(body=picture("GIF"), content_type="image/png")

    async def _html(self, request: web.Request) -> web.Response:
        return web.Response(text="<html>please log in</html>", content_type="text/html")

    async def _disguised(self, request: web.Request) -> web.Response:
        return web.Response(text="<html>please log in</html>", content_type="image/png")

    async def _empty(self, request: web.Request) -> web.Response:
        return web.Response(body=b"")

    async def _cut(self, request: web.Request) -> web.Response:
        return web.Response(body=PNG[: len(PNG) // 2])

    async def _private(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/x")

    async def _metadata(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("https://169.254.169.254/latest/meta-data")

    async def _file(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("file:///etc/passwd")

    async def _short(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PNG))})
        await response.prepare(request)
        await response.write(PNG[:200])
        assert request.transport is not None
        request.transport.close()
        return response

    async def _unending(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(PNG[:64])
        for _ in range(10_000):
            await response.write(b"x" * 65_536)
        return response

    async def _silent(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PNG))})
        await response.prepare(request)
        await response.write(PNG[:200])
        await asyncio.sleep(2)
        return response

    async def _dripping(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PNG))})
        await response.prepare(request)
        for at in range(len(PNG)):
            await response.write(PNG[at : at + 1])
            await asyncio.sleep(0.1)
        return response


@pytest.fixture
async def host() -> AsyncIterator[ResultHost]:
    host = ResultHost()
    await host.server.start_server()
    yield host
    await host.server.close()


def _client_of(host: ResultHost, **changes: Any) -> ImaRouter:
    trusted = (f"127.0.0.1:{host.server.port}",)
    return client(None, base_url=host.url(""), max_bytes=1 << 20, trusted_hosts=trusted, **changes)


@pytest.fixture
async def provider(host: ResultHost) -> AsyncIterator[ImaRouter]:
    provider = _client_of(host)
    yield provider
    await provider.aclose()


@pytest.fixture
async def hasty(host: ResultHost) -> AsyncIterator[ImaRouter]:
    """A client that waits for nobody."""
    provider = _client_of(host, timeouts=FAST)
    yield provider
    await provider.aclose()


@pytest.fixture
async def stranger() -> AsyncIterator[ImaRouter]:
    """A client that trusts no host."""
    provider = client(None)
    yield provider
    await provider.aclose()


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "hop3"])
async def test_download_picture_is_kept_untouched(
    name: str, host: ResultHost, provider: ImaRouter, tmp_path: Path
) -> None:
    to = tmp_path / "job" / "0.png"

    size = await provider.download(host.url(name), to)

    assert to.stat().st_size == size
    assert leftovers(tmp_path) == ["0.png"]
    assert KEY not in str(host.headers)
    assert "Authorization" not in host.headers
    if name in {"png", "hop3"}:
        assert to.read_bytes() == PNG


async def test_download_again_replaces_the_file(
    host: ResultHost, provider: ImaRouter, tmp_path: Path
) -> None:
    to = tmp_path / "0.png"
    to.write_bytes(b"old")

    await provider.download(host.url("png"), to)

    assert to.read_bytes() == PNG


@pytest.mark.parametrize(
    "name",
    ["gif", "html", "disguised", "empty", "cut", "unending", "hop4", "private", "metadata", "file",
     "status418", "status204"],
)  # fmt: skip
async def test_download_what_is_no_picture_is_unusable(
    name: str, host: ResultHost, provider: ImaRouter, tmp_path: Path
) -> None:
    with pytest.raises(GivenUp) as caught:
        await provider.download(host.url(name), tmp_path / "0.png")

    assert caught.value.failure.problem is Problem.RESULT_UNUSABLE
    assert leftovers(tmp_path) == []
    assert host.url("")[7:] not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_download_gone(status: int, host: ResultHost, provider: ImaRouter, tmp_path: Path) -> None:
    with pytest.raises(GivenUp) as caught:
        await provider.download(host.url(f"status{status}"), tmp_path / "0.png")

    assert caught.value.failure.problem is Problem.RESULT_GONE


@pytest.mark.parametrize("name", ["silent", "dripping"])
async def test_download_that_takes_too_long_is_transient(
    name: str, host: ResultHost, hasty: ImaRouter, tmp_path: Path
) -> None:
    with pytest.raises(TryLater) as caught:
        await hasty.download(host.url(name), tmp_path / "0.png")

    assert leftovers(tmp_path) == []
    assert caught.value.after is None


@pytest.mark.parametrize("name", ["short", "status429", "status500", "status503"])
async def test_download_transient(name: str, host: ResultHost, provider: ImaRouter, tmp_path: Path) -> None:
    with pytest.raises(TryLater) as caught:
        await provider.download(host.url(name), tmp_path / "0.png")

    assert leftovers(tmp_path) == []
    assert caught.value.after == (9.0 if name.startswith("status") else None)


async def test_download_cancelled_leaves_nothing(
    host: ResultHost, provider: ImaRouter, tmp_path: Path
) -> None:
    task = asyncio.create_task(provider.download(host.url("dripping"), tmp_path / "0.png"))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "link",
    [
        "http://cdn.example/x.png",
        "ftp://cdn.example/x.png",
        "file:///etc/passwd",
        "https://user:pass@93.184.216.34/x.png",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://169.254.169.254/latest",
        "https://100.100.100.200/x",
        "https://10.0.0.1/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://2130706433/x",
        "https://127.1/x",
        "https://0x7f000001/x",
        "https://localhost/x",
        "https:///x",
        "nonsense",
        "",
    ],
)
async def test_download_inner_or_odd_addresses_are_refused(
    link: str, stranger: ImaRouter, tmp_path: Path
) -> None:
    with pytest.raises(GivenUp) as caught:
        await stranger.download(link, tmp_path / "0.png")

    assert not link or link not in str(caught.value)
    assert leftovers(tmp_path) == []


async def test_download_name_that_leads_inside_is_refused_unless_trusted(
    host: ResultHost, tmp_path: Path
) -> None:
    """The name is https so that only the resolver can stop it: nothing reaches the server."""
    distrusting = client(None, trusted_hosts=(f"127.0.0.1:{host.server.port}",))
    trusting = client(None, trusted_hosts=(f"LOCALHOST:{host.server.port}",))

    with pytest.raises(GivenUp) as caught:
        await distrusting.download(f"https://localhost:{host.server.port}/png", tmp_path / "0.png")
    assert host.asked == []
    size = await trusting.download(host.url("png", "localhost"), tmp_path / "0.png")
    await distrusting.aclose()
    await trusting.aclose()

    assert caught.value.failure.problem is Problem.RESULT_UNUSABLE
    assert size == len(PNG)
