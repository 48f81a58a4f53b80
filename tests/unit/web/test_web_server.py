"""Who gets the port and a connection, how long a client may dawdle, how serving ends: over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
from collections.abc import AsyncIterator

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.domain.errors import SettingsError
from tests.support.serving import serving
from tests.support.world import eventually
from web import addresses, connections, server
from web.app import build_web
from web.connections import Connections, most_connections
from web.health import Probe
from web.server import Server

Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HALF_A_BODY = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"
GET_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"

_clients: list[asyncio.StreamWriter] = []


@pytest.fixture(autouse=True)
async def _leave_no_client() -> AsyncIterator[None]:
    yield
    for client in _clients:
        client.transport.abort()
    _clients.clear()
    await asyncio.sleep(0)


async def _open(port: int, begin: bytes = b"") -> Opened:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _clients.append(writer)
    writer.write(begin)
    return reader, writer


async def _heard(opened: Opened) -> bytes:
    """Everything until the server ends the connection."""
    reader, writer = opened
    try:
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def _slow_probe() -> tuple[asyncio.Event, asyncio.Event, Probe]:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> str | None:
        begun.set()
        await may_end.wait()
        return None

    return begun, may_end, slow


@contextlib.asynccontextmanager
async def asking(port: int, path: str) -> AsyncIterator[asyncio.Task[tuple[int, str | None]]]:
    """A request under way: its status and what it says of the connection."""

    async def ask() -> tuple[int, str | None]:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            return answer.status, answer.headers.get("Connection")

    task = asyncio.create_task(ask())
    yield task
    task.cancel()


async def test_a_stopping_server_lets_a_request_end() -> None:
    begun, may_end, slow = _slow_probe()
    async with serving(build_web(readiness={"database": slow})) as our:
        async with asking(our.port, "/readyz") as asked:
            await begun.wait()
            our.server.close()
            await asyncio.sleep(0.05)
            assert not our.running.done()
            may_end.set()

            assert await asked == (200, "close")
        await asyncio.wait_for(our.running, 60)


async def test_a_server_behind_a_balancer_says_that_it_stops_and_accepts_for_a_while() -> None:
    async def serve(our: Server) -> None:
        app = build_web(readiness={"web": our.ready})
        port = await our.listen("127.0.0.1", 0)
        await our.start(app)
        running = asyncio.create_task(our.run(app))
        our.close()
        async with asking(port, "/readyz") as asked:
            assert await asked == (503, "close")
        await asyncio.wait_for(running, 60)
        with pytest.raises(ConnectionRefusedError):
            await _open(port)

    await serve(Server(Connections(10), accept_seconds=1.0))


async def test_who_waits_for_nothing_is_let_go_at_once_when_the_server_closes() -> None:
    """An idle connection of a proxy, a half-sent header: neither is a request under way."""
    async with serving(build_web(readiness={})) as our:
        idle = await _open(our.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await idle[0].readuntil(b"}")
        half = await _open(our.port, b"GET /healthz HTTP/1.1\r\nHost:")
        await eventually(lambda: _is(our.server._connections.count, 2))
        began = asyncio.get_running_loop().time()

        our.server.close()

        assert await asyncio.gather(_heard(idle), _heard(half)) == [b"", b""]
        await our.running
        assert asyncio.get_running_loop().time() - began < server.REQUEST_SECONDS


async def _is(value: int, wanted: int) -> bool:
    return value == wanted


async def test_a_request_that_hangs_is_left_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.2)
    begun, _, slow = _slow_probe()
    async with serving(build_web(readiness={"database": slow})) as our:
        hanging = await _open(our.port, b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        await begun.wait()
        our.server.close()

        assert await _heard(hanging) == b""
        await asyncio.wait_for(our.running, 60)


async def test_a_cancelled_server_ends_at_once() -> None:
    begun, _, slow = _slow_probe()
    async with serving(build_web(readiness={"database": slow})) as our:
        hanging = await _open(our.port, b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        await begun.wait()
        our.running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await our.running
        assert await _heard(hanging) == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half: ",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he",
    ],
    ids=["nothing", "half a header", "an answer, then half a header"],
)
async def test_a_header_has_to_come_in_time(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.5)
    async with serving(build_web(readiness={})) as our:
        dawdling = [await _open(our.port, sent) for _ in range(20)]

        heard = await asyncio.gather(*map(_heard, dawdling))

        assert {each[:15] for each in heard} == {b"HTTP/1.1 200 OK" if sent.endswith(b"/he") else b""}
        assert our.server._connections.count == 0


async def test_a_header_that_drips_has_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.5)
    async with serving(build_web(readiness={})) as our:
        opened = await _open(our.port, b"GET /healthz HTTP/1.1\r\n")

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for _ in range(600):
                    opened[1].write(b"a")
                    await opened[1].drain()
                    await asyncio.sleep(0.1)

        dripping = asyncio.create_task(drip())
        assert await _heard(opened) == b""
        dripping.cancel()


LONG = b"".join(b"X-%02d: %s\r\n" % (number, b"x" * 800) for number in range(30))
ENDLESS = GET_HEALTH + LONG
FINE = b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ([ENDLESS], 0),
        ([ENDLESS[n : n + 500] for n in range(0, len(ENDLESS), 500)], 0),
        ([b"\r\n\r\n", b"\r\n\r\n" + ENDLESS], 0),
        ([GET_HEALTH + b"\r\n", ENDLESS], 1),
        pytest.param(
            [GET_HEALTH + b"\r\n" + ENDLESS], 1, marks=pytest.mark.slow
        ),  # ends after HEADER_SECONDS
    ],
    ids=["at once", "in drips", "behind empty lines", "in the second request", "together with the first"],
)
async def test_a_header_may_not_go_on_for_ever(sent: list[bytes], answers: int) -> None:
    """Each of its lines is short enough, and so are all of them together but for their length."""
    async with serving(build_web(readiness={})) as our:
        opened = await _open(our.port)
        heard = b""
        for piece in sent:
            opened[1].write(piece)
            await opened[1].drain()
            if piece.endswith(b"\r\n\r\n") and answers:
                heard += await opened[0].readuntil(b"}")
        heard += await _heard(opened)

        assert heard.count(FINE) <= answers
        assert heard.count(b"HTTP/1.1") == heard.count(FINE)
        await eventually(lambda: _is(our.server._connections.count, 0))
        async with asking(our.port, "/healthz") as asked:
            assert (await asked)[0] == 200


async def test_nobody_asks_on_and_on_before_the_first_answer() -> None:
    _, may_end, slow = _slow_probe()
    async with serving(build_web(readiness={"database": slow})) as our:
        opened = await _open(our.port, b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(60):
            opened[1].write(GET_HEALTH + b"X: " + b"x" * 1000 + b"\r\n\r\n")
            await asyncio.sleep(0)

        assert await _heard(opened) == b""
        may_end.set()


PROXIES = {
    "Via": "1.1 one, 1.1 two", "X-Forwarded-For": "203.0.113.1, 198.51.100.2", "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "bot.example.com", "X-Forwarded-Port": "443", "X-Real-IP": "203.0.113.1",
    "Forwarded": "for=203.0.113.1;proto=https;host=bot.example.com", "X-Request-Id": "a" * 64,
    "X-Amzn-Trace-Id": "Root=1-" + "a" * 64, "X-Envoy-External-Address": "203.0.113.1",
    "X-Forwarded-Client-Cert": "c" * 3000, "X-B3-Traceid": "a" * 32, "X-B3-Spanid": "a" * 16,
    "X-B3-Sampled": "0", "traceparent": "00-" + "a" * 52, "tracestate": "a=b," * 60, "CDN-Loop": "cloudflare",
    "CF-Ray": "a" * 20, "CF-Visitor": '{"scheme":"https"}', "CF-Connecting-IP": "203.0.113.1",
    "CF-IPCountry": "US", "X-Cloud-Trace-Context": "a" * 60, "X-Original-URI": "/healthz" + "y" * 2000,
    "X-Slack-Request-Timestamp": "1" * 10, "X-Slack-Signature": "v0=" + "a" * 64,
    "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout",
}  # fmt: skip
"""Of several proxies at once, more than one deployment has."""


async def test_what_slack_and_proxies_send_passes_request_after_request() -> None:
    async with serving(build_web(readiness={})) as our, aiohttp.ClientSession() as http:
        for _ in range(20):
            async with http.get(f"{our.base}/healthz", headers=PROXIES) as answer:
                assert answer.status == 200
        assert our.server._connections.count == 1, "one connection served all of them"


async def test_after_a_body_that_was_not_read_there_is_no_other_request() -> None:
    async with serving(build_web(readiness={})) as our:
        opened = await _open(our.port, HALF_A_BODY)
        heard = await opened[0].readuntil(b"request entity too large")
        opened[1].write(b"12345678" + GET_HEALTH + b"\r\n")
        heard += await _heard(opened)

        assert b"Connection: close" in heard
        assert heard.count(b"HTTP/1.1") == 1


async def test_above_the_limit_a_connection_is_answered_503_and_let_go() -> None:
    with capture_logs() as logs:
        async with serving(build_web(readiness={}), connections=Connections(20)) as our:
            held = [await _open(our.port) for _ in range(20)]
            await eventually(lambda: _is(our.server._connections.count, 20))
            refused = await asyncio.gather(*[_heard(await _open(our.port)) for _ in range(60)])
            held.pop()[1].close()
            await eventually(lambda: _is(our.server._connections.count, 19))
            async with asking(our.port, "/healthz") as asked:
                assert (await asked)[0] == 200, "a place is free again"

    assert {each.partition(b"\r\n")[0] for each in refused} == {b"HTTP/1.1 503 Service Unavailable"}
    assert json.loads(refused[0].partition(b"\r\n\r\n")[2])["checks"] == {"web": "too many connections"}
    assert [line["event"] for line in logs] == ["connections_refused"], "one line, however many knock"


async def test_a_client_that_reads_none_of_its_answers_is_aborted() -> None:
    """It asks on and on and never reads: the answers fill what the system holds, and then ours."""
    many = Connections(10, stalled_seconds=0.5)
    async with serving(build_web(readiness={}), connections=many) as our:
        reader, writer = await asyncio.open_connection("127.0.0.1", our.port, limit=1024)
        reader._transport.pause_reading()  # type: ignore[attr-defined]

        async def ask_on() -> None:
            while True:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
                await writer.drain()

        asking_on = asyncio.create_task(ask_on())
        await eventually(lambda: _is(many.count, 1))
        await eventually(lambda: _is(many.count, 0))
        asking_on.cancel()
        writer.transport.abort()


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/media/x", "/slack/events"])
@pytest.mark.parametrize("has_length", [True, False])
async def test_nobody_wants_a_body(path: str, has_length: bool) -> None:
    """Also at Slack's address, where Slack sends nothing."""
    async with serving(build_web(readiness={})) as our, aiohttp.ClientSession() as http:
        body = b"x" if has_length else _chunks()
        async with http.post(f"{our.base}{path}", data=body) as answer:
            assert (answer.status, await answer.text()) == (413, "request entity too large")


async def _chunks() -> AsyncIterator[bytes]:
    yield b"x"


async def test_a_client_that_goes_away_in_the_middle_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with capture_logs() as logs:
        async with serving(build_web(readiness={})) as our:
            for _ in range(10):
                _, writer = await _open(
                    our.port, b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"
                )
                await asyncio.sleep(0.01)
                connections.abort(writer.transport)

    assert [record for record in caplog.records if record.exc_info] == []
    assert logs == []


async def test_a_taken_port_is_a_sentence() -> None:
    async with serving(build_web(readiness={})) as our:
        with pytest.raises(SettingsError, match=r"IMAGINE_PORT: \d+ is taken"):
            await Server(Connections(10)).listen("127.0.0.1", our.port)


async def test_of_two_that_bind_a_port_in_the_same_moment_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both may bind it while nobody listens (web reference 5)."""
    first = await addresses.bind("127.0.0.1", 0)
    port = first[0].getsockname()[1]
    second = await addresses.bind("127.0.0.1", port)
    bound = iter([first, second])

    async def already_bound(_host: str, _port: int) -> list:
        return next(bound)

    monkeypatch.setattr(addresses, "bind", already_bound)
    winner = Server(Connections(10))
    assert await winner.listen("127.0.0.1", port) == port

    with pytest.raises(SettingsError, match=rf"IMAGINE_PORT: {port} is taken"):
        await Server(Connections(10)).listen("127.0.0.1", port)

    winner.refuse()


@pytest.mark.parametrize("host", ["203.0.113.7", "a..b", "a\0b", "\ufffd"])
async def test_a_host_that_is_not_ours_is_one_sentence(host: str) -> None:
    with pytest.raises(SettingsError, match="IMAGINE_HOST") as refused:
        await Server(Connections(10)).listen(host, 0)

    assert len(refused.value.sentences) == 1


async def test_until_it_is_started_a_server_says_so() -> None:
    starting = Server(Connections(10))
    port = await starting.listen("127.0.0.1", 0)

    heard = await _heard(await _open(port, b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"))

    assert heard.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 5\r\n" in heard
    assert json.loads(heard.partition(b"\r\n\r\n")[2]) == {
        "ready": False,
        "checks": {"web": "the bot is starting"},
    }
    starting.refuse()


@pytest.mark.parametrize(
    ("limit", "most"),
    [(512, 312), (1024, 824), (2200, 2000), (20_000, 2000), (resource.RLIM_INFINITY, 2000)],
)
def test_the_limit_of_open_files_bounds_the_connections(
    monkeypatch: pytest.MonkeyPatch, limit: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))

    assert most_connections() == most


def test_too_few_open_files_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (511, 4096))

    with pytest.raises(SettingsError, match="The limit of open files is 511") as refused:
        most_connections()

    assert len(refused.value.sentences) == 1
