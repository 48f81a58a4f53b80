"""What a file really is (bot.media.decoding.check_result)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.request import Format
from bot.errors import GivenUp
from bot.media.decoding.check_result import inspect
from tests.unit.bot.imarouter.provider import picture


@pytest.mark.parametrize(
    ("kind", "format_"), [("PNG", Format.PNG), ("JPEG", Format.JPEG), ("WEBP", Format.WEBP)]
)
def test_inspect_tells_the_facts(kind: str, format_: Format, tmp_path: Path) -> None:
    data = picture(kind, (48, 32))
    path = tmp_path / "x"
    path.write_bytes(data)

    facts = inspect(path)

    assert (facts.format, facts.width, facts.height) == (format_, 48, 32)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9])
def test_inspect_finds_cut_pictures_out(kind: str, part: float, tmp_path: Path) -> None:
    data = picture(kind, (256, 256))
    path = tmp_path / "x"
    path.write_bytes(data[: int(len(data) * part)])

    with pytest.raises(GivenUp) as caught:
        inspect(path)

    assert caught.value.failure.problem is Problem.RESULT_UNUSABLE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_inspect_takes_no_other_formats(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(picture(kind))

    with pytest.raises(GivenUp):
        inspect(path)


def test_inspect_refuses_bombs_by_their_header(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(picture(size=(200, 100)))
    with pytest.raises(GivenUp, match="too_many_pixels height=100 limit=19999 width=200"):
        inspect(path, max_pixels=19_999)

    head = bytearray(path.read_bytes())
    head[16:24] = (100_000).to_bytes(4, "big") * 2
    path.write_bytes(head)
    with pytest.raises(GivenUp):
        inspect(path)
