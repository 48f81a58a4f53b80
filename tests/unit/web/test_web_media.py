"""``/media/{token}`` over a real socket: the picture, or nothing at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.media.signed_links import SignedLinks, new_source_id
from tests.unit.bot.memory_store import MemoryStore
from web.app import build_web
from web.media import media_routes

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Desk:
    """The real application with the media routes mounted as the composition root does it."""

    store: MemoryStore = field(default_factory=MemoryStore)
    links: SignedLinks = field(default_factory=lambda: SignedLinks(SecretStr("a secret")))
    time: datetime = START
    base: str = ""

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None: ...

    def sign(self, source_id: str) -> str:
        return f"{self.base}/media/{self.links.sign(source_id, START + timedelta(hours=1))}"

    async def keep(self, data: bytes = b"picture", mimetype: str = "image/png") -> str:
        source_id = new_source_id()
        self.store.published_sources.put(source_id, data, mimetype, START + timedelta(hours=1))
        return source_id


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    app = build_web(readiness={})
    app.add_routes(media_routes(links=desk.links, store=desk.store, clock=desk))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield desk
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("mimetype", ["image/png", "image/jpeg", "image/webp"])
async def test_a_link_gives_the_very_bytes(desk: Desk, http: aiohttp.ClientSession, mimetype: str) -> None:
    data = bytes(range(256)) * 5000
    link = desk.sign(await desk.keep(data, mimetype))
    async with http.get(link) as answer:
        body = await answer.read()

    assert answer.status == 200
    assert body == data
    assert answer.headers["Content-Type"] == mimetype
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Length"] == str(len(data))
    assert "Server" not in answer.headers


async def test_head_gives_the_headers_only(desk: Desk, http: aiohttp.ClientSession) -> None:
    link = desk.sign(await desk.keep())
    async with http.head(link) as answer:
        body = await answer.read()

    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == "7"
    assert answer.headers["Content-Type"] == "image/png"


async def test_every_wrong_link_looks_the_same(desk: Desk, http: aiohttp.ClientSession) -> None:
    source_id = await desk.keep()
    good = desk.sign(source_id)
    foreign = SignedLinks(SecretStr("other")).sign(source_id, START + timedelta(hours=1))
    wrong = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "x",
        desk.sign(new_source_id()),
        f"{desk.base}/media/{foreign}",
        f"{desk.base}/media/{source_id}",
        f"{desk.base}/media/",
        f"{desk.base}/media/%2e%2e%2fhealthz",
        f"{desk.base}/media/..%2f..%2fetc%2fpasswd",
        f"{good}/more",
        f"{desk.base}/media",
        f"{desk.base}/media/%00",
        f"{desk.base}/media/{'a' * 5000}",
    ]
    for link in wrong:
        async with http.get(link) as answer:
            assert (answer.status, await answer.text()) == (404, "not found"), link


async def test_it_is_gone_when_it_is_over_and_when_it_is_withdrawn(
    desk: Desk, http: aiohttp.ClientSession
) -> None:
    over, withdrawn = desk.sign(await desk.keep()), await desk.keep()
    desk.store.published_sources.remove(withdrawn)
    async with http.get(desk.sign(withdrawn)) as answer:
        assert answer.status == 404
    desk.time = START + timedelta(hours=1)
    async with http.get(over) as answer:
        assert answer.status == 404


async def test_something_else_than_a_picture_is_not_served(desk: Desk, http: aiohttp.ClientSession) -> None:
    link = desk.sign(await desk.keep(b"<script>", "text/html"))
    async with http.get(link) as answer:
        assert answer.status == 404


async def test_a_database_that_is_away_is_no_404(desk: Desk, http: aiohttp.ClientSession) -> None:
    link = desk.sign(await desk.keep())
    desk.store.away = True
    async with http.get(link) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_written(desk: Desk, http: aiohttp.ClientSession, method: str) -> None:
    link = desk.sign(await desk.keep())
    async with http.request(method, link) as answer:
        assert answer.status == 405
