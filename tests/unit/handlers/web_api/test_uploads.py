"""Bytes go to Slack's own addresses only, streamed and whole; addresses are secrets."""

import asyncio
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bot.domain.problem import Problem
from bot.errors import GivenUp, TryLater
from handlers.web_api.uploads import CHUNK_BYTES, UploadClient
from tests.unit.handlers.delivery_kit import Kit, a_png, outgoing


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://files.slack.com/upload/v1/abc", True),
        ("https://hooks.slack.com/commands/T/1/x", True),
        ("https://slack.com/x", True),
        ("https://files.slack-gov.com/upload/v1/abc", True),
        ("https://FILES.SLACK.COM/upload", True),
        ("https://files.slack.com:443/upload", True),
        ("http://files.slack.com/upload", False),
        ("https://files.slack.com:8443/upload", False),
        ("https://evil.example/upload", False),
        ("https://files.slack.com.evil.example/upload", False),
        ("https://evilslack.com/upload", False),
        ("https://files.slack.com@evil.example/upload", False),
        ("https://u:p@files.slack.com/upload", False),
        ("http://127.0.0.1:9/upload", False),
        ("http://127.0.0.1:8765/upload", True),
        ("http://127.0.0.1:8766/upload", False),
        ("http://trusted.test/upload", True),
        ("ftp://files.slack.com/x", False),
        ("//files.slack.com/x", False),
        ("https://files.slack.com:99999/x", False),
        ("https://[::1/x", False),
        ("", False),
        ("not a url", False),
    ],
)
async def test_only_slacks_own_and_trusted_addresses_are_sent_to(url: str, *, allowed: bool) -> None:
    async with httpx.AsyncClient() as http:
        upload_client = UploadClient(http=http, trusted_hosts=["127.0.0.1:8765", "Trusted.test:80"])

        assert upload_client.may_send_to(url) is allowed


async def test_a_foreign_upload_address_is_refused_unasked(tmp_path: Path) -> None:
    async with outgoing() as kit:
        with pytest.raises(GivenUp) as raised:
            await kit.upload_client.upload("https://evil.example/upload", a_png(tmp_path))

    assert raised.value.failure.problem is Problem.DELIVERY_REFUSED


async def ticket(kit: Kit, length: int) -> tuple[str, str]:
    answer = await kit.api.call("files.getUploadURLExternal", filename="a.png", length=length)
    return answer["file_id"], answer["upload_url"]


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
async def test_the_bytes_arrive_whole_and_untouched(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(bytes(i % 251 for i in range(size)))
    async with outgoing() as kit:
        file_id, url = await ticket(kit, size)

        await kit.upload_client.upload(url, path)
        await kit.upload_client.upload(url, path)

        assert kit.slack.core.workspace.files[file_id].data == path.read_bytes()
        assert kit.no_violations()


async def test_the_length_is_announced_and_nothing_is_chunked(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        body = await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
        seen.append((head, body))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    path = a_png(tmp_path)
    async with server, outgoing() as kit:
        await UploadClient(http=kit.http, trusted_hosts=[f"127.0.0.1:{port}"]).upload(
            f"http://127.0.0.1:{port}/u", path
        )

    head, body = seen[0]
    assert "transfer-encoding" not in head
    assert "content-type: application/octet-stream" in head
    assert "authorization" not in head
    assert body == path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("drop_before", {}),
        ("drop_after", {}),
        ("status", {"status": 500}),
        ("status", {"status": 503, "retry_after": 9}),
        ("rate_limit", {"retry_after": 9}),
    ],
)
async def test_a_failed_upload_is_tried_later(tmp_path: Path, kind: str, more: dict[str, int]) -> None:
    path = a_png(tmp_path)
    async with outgoing() as kit:
        _, url = await ticket(kit, path.stat().st_size)
        kit.fault("upload", kind, **more)

        with pytest.raises(TryLater) as raised:
            await kit.upload_client.upload(url, path)
        await kit.upload_client.upload(url, path)

    assert raised.value.after == more.get("retry_after")
    assert "/upload/" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_a_used_up_ticket_is_final(tmp_path: Path) -> None:
    path = a_png(tmp_path)
    async with outgoing() as kit:
        file_id, url = await ticket(kit, path.stat().st_size)
        await kit.upload_client.upload(url, path)
        await kit.api.call("files.completeUploadExternal", files=[{"id": file_id}])

        with pytest.raises(GivenUp) as raised:
            await kit.upload_client.upload(url, path)

    assert raised.value.failure.detail == "upload_http_404"


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        await request.read()
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", redirect)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    async with outgoing() as kit:
        upload_client = UploadClient(http=kit.http, trusted_hosts=[host])

        with pytest.raises(GivenUp):
            await upload_client.upload(f"http://{host}/upload", a_png(tmp_path))
        assert await upload_client.answer(f"http://{host}/answer", {"text": "x"}) is False
    await runner.cleanup()

    assert asked == ["/upload", "/answer"]


async def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    async with outgoing() as kit:
        _, url = await ticket(kit, 5)

        with pytest.raises(GivenUp) as raised:
            await kit.upload_client.upload(url, tmp_path / "gone.png")

    assert raised.value.failure.problem is Problem.RESULT_GONE
    assert str(tmp_path) not in str(raised.value)


async def test_nobody_listening_is_tried_later(tmp_path: Path) -> None:
    async with outgoing() as kit:
        upload_client = UploadClient(http=kit.http, trusted_hosts=["127.0.0.1:9"])

        with pytest.raises(TryLater):
            await upload_client.upload("http://127.0.0.1:9/u", a_png(tmp_path))
        assert await upload_client.answer("http://127.0.0.1:9/r", {}) is False
