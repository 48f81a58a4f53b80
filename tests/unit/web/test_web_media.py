"""``/media/{token}`` over a real socket: the picture, or nothing at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.media.signed_links import SignedLinks, new_source_id
from tests.support.serving import serving
from tests.support.world import eventually
from tests.unit.bot.memory_store import MemoryStore
from web import fetches
from web.app import build_web
from web.media import Pace, media_routes

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HASTY = Pace(whole_seconds=5.0, grace_seconds=1.0, bytes_a_second=64 * 1024 * 1024)
PATIENT = Pace(whole_seconds=300.0, grace_seconds=300.0, bytes_a_second=1)
LARGE = bytes(range(256)) * (25 * 4096)
"""25 MB: more than the system's buffers hold."""


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


@asynccontextmanager
async def opened(pace: Pace) -> AsyncIterator[Desk]:
    desk = Desk()
    app = build_web(readiness={})
    app.add_routes(media_routes(links=desk.links, store=desk.store, clock=desk, pace=pace))
    async with serving(app) as served:
        desk.base = served.base
        yield desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened(HASTY) as desk:
        yield desk


@pytest.fixture
async def patient() -> AsyncIterator[Desk]:
    """A desk that leaves stalled readers alone."""
    async with opened(PATIENT) as desk:
        yield desk


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
        f"{desk.base}/media/{'a' * 3000}",
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


async def test_a_large_source_comes_whole(desk: Desk, http: aiohttp.ClientSession) -> None:
    odd = LARGE[: 3 * 512 * 1024 + 7]
    async with http.get(desk.sign(await desk.keep(odd))) as answer:
        assert await answer.read() == odd
        assert answer.headers["Accept-Ranges"] == "none"


async def test_a_part_is_asked_for_in_vain_and_nothing_is_packed(
    desk: Desk, http: aiohttp.ClientSession
) -> None:
    asked = {"Range": "bytes=0-1", "Accept-Encoding": "gzip, deflate, br"}
    async with http.get(desk.sign(await desk.keep()), headers=asked) as answer:
        assert (answer.status, await answer.read()) == (200, b"picture")
        assert "Content-Encoding" not in answer.headers


async def _stalled(link: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask, and read nothing beyond the first bytes."""
    path = link.partition("/media")[2]
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(link).port, limit=1024)
    writer.write(f"GET /media{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await writer.drain()
    assert await reader.read(12) == b"HTTP/1.1 200"
    return reader, writer


async def _rest(reader: asyncio.StreamReader) -> int | None:
    """How many bytes still come; None when the connection was reset."""
    count = 0
    try:
        while data := await reader.read(1 << 16):
            count += len(data)
    except ConnectionResetError:
        return None
    return count


async def test_a_reader_that_stalls_is_cut_and_does_not_take_the_picture_for_whole(desk: Desk) -> None:
    reader, writer = await _stalled(desk.sign(await desk.keep(LARGE)))
    await asyncio.sleep(HASTY.grace_seconds + 1)

    assert await asyncio.wait_for(_rest(reader), 60) != len(LARGE)
    writer.close()


async def test_a_source_that_is_withdrawn_meanwhile_is_cut(desk: Desk) -> None:
    source_id = await desk.keep(LARGE)
    reader, writer = await _stalled(desk.sign(source_id))
    desk.store.published_sources.remove(source_id)

    assert await asyncio.wait_for(_rest(reader), 60) != len(LARGE)
    writer.close()


async def test_four_fetches_of_a_link_at_once_and_the_next_one_waits(
    patient: Desk, http: aiohttp.ClientSession
) -> None:
    link, other = patient.sign(await patient.keep(LARGE)), patient.sign(await patient.keep())
    stalled = [await _stalled(link) for _ in range(fetches.AT_ONCE_EACH)]
    async with http.get(link) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    async with http.get(other) as answer:
        assert answer.status == 200, "one link is no reason to refuse another"
    for _, writer in stalled:
        writer.transport.abort()

    async def again() -> bool:
        async with http.head(link) as answer:
            return answer.status == 200

    assert await eventually(again, within=60), "there is room again"


async def test_forty_fetches_in_all(patient: Desk, http: aiohttp.ClientSession) -> None:
    links = [patient.sign(await patient.keep(LARGE)) for _ in range(fetches.AT_ONCE // fetches.AT_ONCE_EACH)]
    stalled = [await _stalled(link) for link in links for _ in range(fetches.AT_ONCE_EACH)]
    async with http.get(patient.sign(await patient.keep())) as answer:
        assert answer.status == 503
    for _, writer in stalled:
        writer.transport.abort()


async def test_a_link_is_used_up_after_two_hundred_fetches(desk: Desk, http: aiohttp.ClientSession) -> None:
    link = desk.sign(await desk.keep())
    statuses = []
    for _ in range(fetches.IN_A_LIFE + 1):
        async with http.get(link) as answer:
            statuses.append(answer.status)

    assert statuses == [200] * fetches.IN_A_LIFE + [404]
