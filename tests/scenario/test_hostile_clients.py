"""Clients that mean no good, against the real bot: nobody else is refused, memory and log stay small."""

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.clock import SystemClock
from bot.media.signed_links import SignedLinks, new_source_id
from tests.support.hostile import Crowd, memory_of
from tests.support.world import BotProcess, World, eventually

pytestmark = pytest.mark.own_world

KEY = "a secret that all replicas share"
HALF = b"POST /slack/events HTTP/1.1\r\nHost: bot.example.com\r\nX-Half: "
MB = 1024 * 1024


def _port(world: World) -> int:
    return int(world.env["IMAGINE_PORT"])


def _patched(world: World, **constants: float) -> str:
    """The settings of a short fuse: what the world has, and these constants of ``web``."""
    new = {f"web.{name.replace('__', '.')}": value for name, value in constants.items()}
    return json.dumps(json.loads(world.env.get("BOT_PATCH", "{}")) | new)


async def _is_ready(world: World, bot: BotProcess) -> bool:
    return (await world.readiness(bot))[0] == 200


@pytest.mark.parametrize("seconds", [3.0, pytest.param(15.0, marks=pytest.mark.slow)])
async def test_three_hundred_half_sent_requests_are_closed_and_harm_nobody(
    world: World, seconds: float
) -> None:
    bot = await world.start_bot_over_http(BOT_PATCH=_patched(world, server__HEADER_SECONDS=seconds))
    async with Crowd(_port(world)) as crowd:
        await crowd.come(300, HALF)

        said = await world.imagine("a red fox --q low")
        assert said["acked"], "Slack is served meanwhile"
        assert await _is_ready(world, bot)

        await eventually(lambda: _all_cut(crowd, 300), what="the half-sent requests are closed")
        assert {client.heard for client in crowd.clients} == {b""}
    await world.job(status="succeeded", delivery="delivered")
    assert "half" not in bot.log().lower()


FEW_AND_MANY = [300, pytest.param(1200, marks=pytest.mark.slow)]
LINUX = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="only Linux tells a process's memory so"
)
LONG_HEADER = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + b"".join(
    b"X-%d: %s\r\n" % (number, b"x" * 8000) for number in range(60)
)


@LINUX
@pytest.mark.parametrize("count", FEW_AND_MANY)
@pytest.mark.parametrize("begin", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["first", "second"])
async def test_headers_without_an_end_take_little_memory(world: World, count: int, begin: bytes) -> None:
    """Half a megabyte each, in a connection's first request or in its second one."""
    bot = await world.start_bot_over_http()
    before = await asyncio.to_thread(memory_of, bot.pid)
    async with Crowd(_port(world)) as crowd:
        await crowd.come(count, begin + LONG_HEADER)
        held = await asyncio.to_thread(memory_of, bot.pid) - before

        await eventually(lambda: _all_cut(crowd, count), what="they are cut")
        said = await world.imagine("a red fox --q low")
        assert said["acked"]
    left = await asyncio.to_thread(memory_of, bot.pid) - before
    most = 40 * MB + count * 40_000  # what each connection takes anyway, and the piece that was read last
    assert held < most, f"{held // MB} MB while they were there"
    assert left < most, f"{left // MB} MB when they had gone"
    await world.job(status="succeeded", delivery="delivered")


@LINUX
@pytest.mark.parametrize("count", FEW_AND_MANY)
async def test_bodies_that_nobody_signed_take_little_memory(world: World, count: int) -> None:
    """A megabyte each, but for its last byte; Slack's own requests are taken meanwhile."""
    bot = await world.start_bot_over_http()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {MB}\r\n"
        "Content-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0=forged\r\n\r\n"
    )
    before, most = await asyncio.to_thread(memory_of, bot.pid), 0
    async with Crowd(_port(world)) as crowd:
        for _ in range(10):
            await crowd.come(count // 10, head.encode() + b"x" * (MB - 1))
            most = max(most, await asyncio.to_thread(memory_of, bot.pid))
            said = await world.imagine("a red fox --q low")
            assert said["acked"], "Slack is served meanwhile"
        await eventually(lambda: _all_cut(crowd, count), what="all are refused")
        assert {client.heard[9:12] for client in crowd.clients} <= {b"503", b"408"}
    assert most - before < 100 * MB, f"{(most - before) // MB} MB for {count} bodies"
    left = await asyncio.to_thread(memory_of, bot.pid) - before
    assert left < 100 * MB, f"{left // MB} MB when they had gone"


async def _all_cut(crowd: Crowd, count: int) -> bool:
    return await crowd.cut() == count


@pytest.mark.slow
async def test_with_few_open_files_the_log_stays_small_and_slack_is_served(world: World) -> None:
    """600 files leave 400 connections; 1,000 clients come and stay."""
    bot = await world.start_bot(BOT_FILES="600", BOT_PATCH=_patched(world, server__HEADER_SECONDS=12.0))
    async with Crowd(_port(world)) as crowd:
        await crowd.come(1000)
        await eventually(lambda: _cut_at_least(crowd, 600), what="those above the limit are refused")
        refused = [client.heard for client in crowd.clients if client.heard]
        assert {heard[:12] for heard in refused} == {b"HTTP/1.1 503"}

        await world.imagine("a red fox --q low")
        await world.job(status="succeeded", delivery="delivered")
        log = bot.log()

        await eventually(lambda: _all_cut(crowd, 1000), what="those who were let in are closed as well")
        await eventually(lambda: _is_ready(world, bot), what="health answers again")
    lines = [json.loads(line) for line in log.splitlines()]
    loud = [line["event"] for line in lines if line["level"] in {"warning", "error", "critical"}]
    assert set(loud) == {"connections_refused"}
    assert len(loud) <= 5
    await world.audit()


async def _cut_at_least(crowd: Crowd, count: int) -> bool:
    return await crowd.cut() >= count


@pytest.mark.slow
async def test_when_no_file_is_left_at_all_the_log_stays_small_and_the_bot_recovers(world: World) -> None:
    """As if something else had taken the descriptors that are kept back."""
    patch = _patched(world, connections__SPARE_DESCRIPTORS=-1000, server__HEADER_SECONDS=8.0)
    bot = await world.start_bot(BOT_FILES="520", BOT_PATCH=patch)
    began = time.monotonic()
    async with Crowd(_port(world)) as crowd:
        await crowd.come(530)  # some of them are held by the system: they are fewer than the backlog
        await eventually(lambda: _says(bot, "no connection can be accepted"))
        await asyncio.sleep(3)  # asyncio tries again every second
    log = bot.log()
    lasted = time.monotonic() - began

    await eventually(lambda: _is_ready(world, bot), what="the bot recovers by itself")
    accept_errors = [line for line in log.splitlines() if "no connection can be accepted" in line]
    assert 1 <= len(accept_errors) <= 1 + lasted / 10
    assert len(log) < 20_000
    await world.imagine("a red fox --q low")
    await world.job(status="succeeded", delivery="delivered")


async def _says(bot: BotProcess, words: str) -> bool:
    return words in bot.log()


async def test_too_few_open_files_end_the_start(world: World) -> None:
    code, out, err = await world.cli("run", BOT_FILES="511")

    assert (code, out) == (2, "")
    assert err.startswith("The limit of open files is 511: the bot needs at least 512")
    assert len(err.splitlines()) == 1


async def _published(world: World, data: bytes) -> str:
    """The request for a source that the bot serves."""
    source_id, clock = new_source_id(), SystemClock()
    expires_at = clock.now() + timedelta(hours=1)
    await world.store.write(lambda tx: tx.published_sources.put(source_id, data, "image/png", expires_at))
    token = SignedLinks(SecretStr(KEY)).sign(source_id, expires_at)
    return f"GET /media/{token} HTTP/1.1\r\nHost: x\r\n\r\n"


@LINUX
@pytest.mark.slow
async def test_readers_that_stall_take_little_memory_and_are_cut(world: World) -> None:
    """Twenty of one link of 25 MB, of which four are served; then twenty-four of six links."""
    bot = await world.start_bot(IMAGINE_SECRET_KEY=KEY)
    picture = bytes(range(256)) * (25 * MB // 256)
    requests = [await _published(world, picture) for _ in range(6)]
    async with Crowd(_port(world)) as whole:
        (reader,) = await whole.come(1, requests[0].encode())
        await eventually(lambda: _has_read(whole, len(picture)), what="a good reader gets all of it")
        assert reader.heard.endswith(picture)
        reader.heard = b""
    before = await asyncio.to_thread(memory_of, bot.pid)

    async with Crowd(_port(world)) as crowd:
        one = await crowd.come(20, requests[0].encode(), buffer=4096)
        for request in requests[1:]:
            await crowd.come(4, request.encode(), buffer=4096)
        most = 0

        async def all_served_are_cut() -> bool:
            nonlocal most
            most = max(most, await asyncio.to_thread(memory_of, bot.pid))
            return await crowd.cut_without_reading() >= 24

        await eventually(all_served_are_cut, every=0.2, what="those who were served are reset")
        refused = [client for client in one if not client.is_cut]
        for client in refused:
            client.look()
        assert {client.heard[:12] for client in refused} == {b"HTTP/1.1 503"}
        assert len(refused) == 16
        assert most - before < 40 * MB, f"{(most - before) // MB} MB for 24 readers of 25 MB each"
    after = await asyncio.to_thread(memory_of, bot.pid)
    assert after - before < 40 * MB
    assert await _is_ready(world, bot)


async def _has_read(crowd: Crowd, size: int) -> bool:
    await crowd.cut()
    return len(crowd.clients[0].heard) > size
