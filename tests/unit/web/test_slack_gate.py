"""Only what Slack signed a moment ago reaches Bolt (Slack reference 5.2, E9), over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from structlog.testing import capture_logs

from app.clock import SystemClock
from tests.support.databases import SetClock
from tests.support.serving import serving
from tests.unit.handlers.bolt_kit import FORM, SECRET, command_fields, signature
from web import bodies, slack_gate
from web.app import build_web
from web.connections import abort
from web.slack_gate import MAX_BYTES, SlackGate, slack_routes

BODY = urlencode(command_fields("a fox"))
AT = int(SetClock().now().timestamp())


class Inside:
    """What is behind the gate: keeps what got in, answers as told."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.error: Exception | None = None

    async def __call__(self, headers: Mapping[str, str], body: str) -> tuple[int, str, str]:
        self.bodies.append(body)
        if self.error is not None:
            raise self.error
        return 200, "text/plain", "heard"


class Door:
    def __init__(self, inside: Inside, clock: SetClock, base: str, http: aiohttp.ClientSession) -> None:
        self.inside = inside
        self.clock = clock
        self.base = base
        self.http = http

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    async def knock(
        self, body: Any = BODY, *, method: Any = "POST", **headers: str | None
    ) -> tuple[int, str]:
        """A request signed at the clock's time; ``headers`` replace (None: leave out) the usual ones."""
        raw = body.encode() if isinstance(body, str) else body
        stamp = headers.get("X_Slack_Request_Timestamp") or str(self.now)
        usual: dict[str, str | None] = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(raw, stamp),
        }
        sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in sent.items() if value is not None}
        url = f"{self.base}/slack/events"
        async with self.http.request(method, url, data=io.BytesIO(raw), headers=kept) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    inside, clock = Inside(), SetClock()
    gate = SlackGate(signing_secret=SECRET, dispatch=inside, clock=clock)
    site = build_web(readiness={})
    site.add_routes(slack_routes(gate))
    async with serving(site) as served, aiohttp.ClientSession() as http:
        yield Door(inside, clock, served.base, http)


async def test_a_signed_request_gets_in_unchanged() -> None:
    async with door() as entrance:
        assert await entrance.knock() == (200, "heard")
        assert await entrance.knock("{}", Content_Type="application/json; charset=utf-8") == (200, "heard")
        assert entrance.inside.bodies == [BODY, "{}"]


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_request_outside_the_window_is_refused(seconds: int) -> None:
    async with door() as entrance:
        status, _ = await entrance.knock(X_Slack_Request_Timestamp=str(entrance.now + seconds))

        assert status == 401
        assert entrance.inside.bodies == []


@pytest.mark.parametrize("seconds", [-300, 300])
async def test_the_window_is_five_minutes_wide(seconds: int) -> None:
    async with door() as entrance:
        status, _ = await entrance.knock(X_Slack_Request_Timestamp=str(entrance.now + seconds))

        assert status == 200


@pytest.mark.parametrize(
    "timestamp", ["yesterday", "1e9", "-5", "+5", " ", "١٢٣", "12.5", "0x10", "²", "9" * 400, "1_000"]
)
async def test_a_timestamp_that_is_not_digits_is_refused_without_an_error(timestamp: str) -> None:
    """Slack reference E9: Bolt answers 500 with a traceback."""
    async with door() as entrance:
        with capture_logs() as logs:
            status, _ = await entrance.knock(X_Slack_Request_Timestamp=timestamp)

        assert status == 401
        assert [line["event"] for line in logs] == ["slack_request_refused"]
        assert entrance.inside.bodies == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": None},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0="},
        {"X_Slack_Signature": signature(BODY.encode(), "1")},
        {"X_Slack_Signature": signature(BODY.encode(), str(AT), "another-secret")},
        {"X_Slack_Signature": "v0=ünïcode"},
        {"X_Slack_Request_Timestamp": None},
        {"X_Slack_Request_Timestamp": None, "X_Slack_Signature": None},
    ],
)
async def test_an_unsigned_or_badly_signed_request_is_refused(headers: dict[str, str | None]) -> None:
    async with door() as entrance:
        status, text = await entrance.knock(**headers)

        assert status == 401
        assert "fox" not in text
        assert entrance.inside.bodies == []


async def test_a_signature_of_broken_bytes_is_refused_without_an_error() -> None:
    async with door() as entrance:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(entrance.base.rpartition(":")[2]))
        lines = (
            "POST /slack/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n",
            f"Content-Type: {FORM}\r\nX-Slack-Request-Timestamp: {AT}\r\nX-Slack-Signature: v0=",
        )
        writer.write("".join(lines).encode() + b"\xff\xfe\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()

    assert b" 401 " in answer.splitlines()[0]


async def test_a_changed_body_is_refused() -> None:
    async with door() as entrance:
        stamp = str(entrance.now)
        status, _ = await entrance.knock(BODY + "&x=1", X_Slack_Signature=signature(BODY.encode(), stamp))

        assert status == 401


async def test_a_refused_body_is_not_logged() -> None:
    """Slack reference E9: Bolt logs the whole body at INFO."""
    async with door() as entrance:
        with capture_logs() as logs:
            await entrance.knock(X_Slack_Signature="v0=forged")

    (line,) = logs
    assert line == {
        "event": "slack_request_refused",
        "log_level": "info",
        "reason": "bad signature",
        "status": 401,
    }


async def test_a_flood_of_refused_requests_is_one_line_a_reason() -> None:
    async with door() as entrance:
        with capture_logs() as logs:
            for _ in range(50):
                await entrance.knock(X_Slack_Signature="v0=forged")
                await entrance.knock(Content_Type="text/plain")

    assert [line["reason"] for line in logs] == ["bad signature", "unsupported content type"]


def _begun(entrance: Door) -> bytes:
    """A request with the head of a signed one and the first byte of its body."""
    lines = (
        "POST /slack/events HTTP/1.1",
        "Host: x",
        f"Content-Type: {FORM}",
        "Content-Length: 100",
        f"X-Slack-Request-Timestamp: {entrance.now}",
        "X-Slack-Signature: v0=0",
    )
    return ("\r\n".join((*lines, "", "")) + "t").encode()


async def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_gate, "READ_SECONDS", 0.2)
    async with door() as entrance:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(entrance.base.rpartition(":")[2]))
        writer.write(_begun(entrance))
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        await writer.wait_closed()

    assert b" 408 " in answer.splitlines()[0], "and the connection is ended"
    assert entrance.inside.bodies == []


async def test_a_client_that_leaves_in_its_body_is_no_error_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    async with door() as entrance:
        with capture_logs() as logs:
            for _ in range(10):
                _, writer = await asyncio.open_connection("127.0.0.1", int(entrance.base.rpartition(":")[2]))
                writer.write(_begun(entrance))
                await asyncio.sleep(0.02)
                abort(writer.transport)

    assert logs == []
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("signed", [True, False])
async def test_an_ssl_check_never_gets_in(signed: bool) -> None:
    """Slack reference E9: Bolt answers 200 to an unsigned one, whatever else the form holds."""
    async with door() as entrance:
        more = {} if signed else {"X_Slack_Signature": None}
        status, _ = await entrance.knock("ssl_check=1&token=x", **more)

        assert status == (200 if signed else 401)
        assert entrance.inside.bodies == []


async def test_a_prompt_cannot_pass_for_an_ssl_check() -> None:
    async with door() as entrance:
        status, _ = await entrance.knock(urlencode({"command": "/imagine", "text": "a&ssl_check=1&b"}))

        assert status == 200
        assert len(entrance.inside.bodies) == 1


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "", "text/html"])
async def test_other_content_types_are_refused(content_type: str) -> None:
    async with door() as entrance:
        status, _ = await entrance.knock(Content_Type=content_type)

        assert status == 415
        assert entrance.inside.bodies == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(method: str) -> None:
    async with door() as entrance:
        assert await entrance.knock(method=method) == (413, "request entity too large")
        assert (await entrance.knock(b"", method=method))[0] == 405
        assert entrance.inside.bodies == []


async def test_a_body_above_the_cap_is_refused_and_one_at_it_gets_in() -> None:
    async with door() as entrance:
        most = b"a" * MAX_BYTES

        assert (await entrance.knock(most + b"a"))[0] == 413
        assert (await entrance.knock(most))[0] == 200
        assert [len(body) for body in entrance.inside.bodies] == [MAX_BYTES]


async def test_a_body_without_a_length_is_capped_too() -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * (MAX_BYTES // 32)

    async with door() as entrance:
        headers = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": str(entrance.now),
            "X-Slack-Signature": "v0=x",
        }
        async with entrance.http.post(
            f"{entrance.base}/slack/events", data=drip(), headers=headers
        ) as answer:
            assert answer.status == 413


async def test_a_packed_body_is_refused_without_being_unpacked() -> None:
    """Slack packs nothing: what unpacks to twenty megabytes is somebody else's."""
    async with door() as entrance:
        bomb = gzip.compress(b"a" * (20 * MAX_BYTES))

        assert await entrance.knock(bomb, Content_Encoding="gzip") == (415, "unsupported content encoding")
        assert entrance.inside.bodies == []


@pytest.mark.parametrize("error", [json.JSONDecodeError("Expecting", "", 0), ValueError("x")])
async def test_a_signed_body_that_cannot_be_read_is_a_bad_request(error: Exception) -> None:
    async with door() as entrance:
        entrance.inside.error = error

        assert await entrance.knock() == (400, "unreadable body")


async def test_bytes_that_are_no_text_are_a_bad_request() -> None:
    async with door() as entrance:
        assert (await entrance.knock(b"text=\xff\xfe"))[0] == 400


async def test_an_unexpected_error_shows_a_reference_only() -> None:
    async with door() as entrance:
        entrance.inside.error = RuntimeError("xoxb-secret")
        with capture_logs() as logs:
            status, text = await entrance.knock()

    (line,) = logs
    assert (status, text) == (500, f"internal error {line['reference']}")
    assert line["event"] == "web_request_failed"


def test_a_gate_without_a_secret_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        SlackGate(signing_secret="", dispatch=Inside(), clock=SystemClock())


async def test_slack_is_heard_while_others_hold_bodies_that_never_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that were begun first are given up, and told when to come again."""
    monkeypatch.setattr(bodies, "MOST_BYTES", 2_000_000)
    async with door() as entrance:
        held = [await _holds(entrance, 400_000) for _ in range(12)]
        refused = [await _answer(reader) for reader, _ in held[:7]]
        for size in (10, 300_000, MAX_BYTES):
            assert await entrance.knock("a" * size) == (200, "heard")
        for _, writer in held:
            abort(writer.transport)

    assert {answer.partition(b"\r\n")[0] for answer in refused} == {b"HTTP/1.1 503 Service Unavailable"}
    assert all(b"Retry-After: 1" in answer for answer in refused)
    assert [len(body) for body in entrance.inside.bodies] == [10, 300_000, MAX_BYTES]


async def _holds(entrance: Door, size: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A body of so many bytes and one more, which does not come."""
    port = int(entrance.base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {size + 1}\r\nContent-Type: {FORM}\r\n"
        f"X-Slack-Request-Timestamp: {entrance.now}\r\nX-Slack-Signature: v0=forged\r\n\r\n"
    )
    writer.write(head.encode() + b"a" * size)
    await writer.drain()
    return reader, writer


async def _answer(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"too many bodies at once"), 60)
