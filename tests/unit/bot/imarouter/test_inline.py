"""Results over a scripted wire: without a length, too large, inside the poll answer."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.errors import GivenUp, TryLater
from bot.ports import Done
from tests.unit.bot.imarouter.provider import Wire, answer, client, leftovers, picture

PNG = picture()


async def test_download_cut_without_a_length_may_be_whole_next_time(tmp_path: Path) -> None:
    wire = Wire(lambda _: httpx.Response(200, stream=httpx.ByteStream(PNG[:-500])))

    with pytest.raises(TryLater):
        await client(wire).download("https://93.184.216.34/x", tmp_path / "0.png")

    assert leftovers(tmp_path) == []


async def test_download_declared_too_large_is_not_read(tmp_path: Path) -> None:
    wire = Wire(lambda _: httpx.Response(200, headers={"Content-Length": "99999999999"}))

    with pytest.raises(GivenUp):
        await client(wire).download("https://93.184.216.34/x", tmp_path / "0.png")


async def test_download_disk_in_the_way_is_try_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(TryLater):
        await client(Wire(httpx.Response(200, content=PNG))).download(
            "https://93.184.216.34/x", tmp_path / "file" / "0.png"
        )


@pytest.mark.parametrize("form", ["b64", "data"])
async def test_inline_picture_becomes_our_own_link_and_is_fetched_by_polling(
    form: str, tmp_path: Path
) -> None:
    text = base64.b64encode(PNG).decode()
    item = {"b64_json": text} if form == "b64" else {"url": f"data:image/png;base64,{text}"}
    document = {"id": "task:1", "status": "completed", "result": {"data": [item]}}
    provider = client(Wire(answer(200, document)))

    done = await provider.poll("task:1", "images")
    assert isinstance(done, Done)
    (link,) = done.urls
    await provider.download(link, tmp_path / "0.png")

    assert len(link) < 100
    assert (tmp_path / "0.png").read_bytes() == PNG


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        (answer(400, {"code": "task_not_exist"}), GivenUp),
        (answer(500), TryLater),
        (httpx.ReadError("x"), TryLater),
    ],
)
async def test_inline_picture_that_is_gone(reply: Any, meant: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(meant):
        await client(Wire(reply)).download("inline:images:0:task_1", tmp_path / "0.png")


async def test_download_short_of_its_declared_length_is_try_later(tmp_path: Path) -> None:
    length = {"Content-Length": str(len(PNG))}
    wire = Wire(lambda _: httpx.Response(200, headers=length, stream=httpx.ByteStream(PNG[:-500])))

    with pytest.raises(TryLater):
        await client(wire).download("https://93.184.216.34/x", tmp_path / "0.png")


async def test_download_redirect_to_plain_http_is_not_followed(tmp_path: Path) -> None:
    wire = Wire(answer(302, None, location="http://93.184.216.34/x"), httpx.Response(200, content=PNG))

    with pytest.raises(GivenUp):
        await client(wire, trusted_hosts=("127.0.0.1:1",)).download(
            "https://93.184.216.34/x", tmp_path / "0.png"
        )

    assert len(wire.requests) == 1


async def test_download_larger_than_a_block_is_whole(tmp_path: Path) -> None:
    large = picture(size=(1100, 1000))
    assert len(large) > 2 << 20

    size = await client(Wire(httpx.Response(200, content=large))).download(
        "https://93.184.216.34/x", tmp_path / "0.png"
    )

    assert size == len(large)
    assert (tmp_path / "0.png").read_bytes() == large
