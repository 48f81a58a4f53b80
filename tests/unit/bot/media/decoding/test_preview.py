"""The PNG in place of a picture that a message cannot show (bot.media.decoding.preview)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.problem import Problem
from bot.errors import GivenUp
from bot.media.decoding.preview import MAX_PREVIEW_BYTES, SIDES, preview
from bot.media.limits import Limits
from tests.unit.bot.media.pictures import CORNERS, close, corners, noise, opened, quarters, saved


def made(folder: Path, data: bytes) -> tuple[bytes, tuple[int, int]]:
    file = folder / "result"
    file.write_bytes(data)
    png, size = preview(file, limits=Limits())
    image = opened(png)
    assert (image.format, image.size) == ("PNG", size)
    assert len(png) <= MAX_PREVIEW_BYTES
    assert max(size) <= SIDES[0]
    assert (png, size) == preview(file, limits=Limits()), "the same file, the same bytes"
    return png, size


def test_a_webp_becomes_a_png_with_the_same_pixels(tmp_path: Path) -> None:
    image = noise(320, 240)

    png, size = made(tmp_path, saved(image, "WEBP", lossless=True))

    assert size == (320, 240)
    assert opened(png).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [((3840, 2160), (2048, 1152)), ((1280, 3840), (682, 2048)), ((2048, 2048), (2048, 2048))],
)
def test_a_large_one_is_made_smaller_in_its_shape(
    given: tuple[int, int], expected: tuple[int, int], tmp_path: Path
) -> None:
    png, size = made(tmp_path, saved(quarters(*given), "PNG", compress_level=1))

    assert size == expected
    assert close(corners(png), CORNERS)


@pytest.mark.parametrize(("mode", "edge"), [("RGB", 2048), ("RGBA", 1700)])
def test_what_has_too_many_bytes_is_made_smaller_until_it_fits(mode: str, edge: int, tmp_path: Path) -> None:
    bands = len(mode)
    pixels = random.Random(3).randbytes(bands * edge * edge)
    data = saved(Image.frombytes(mode, (edge, edge), pixels), "PNG", compress_level=0)

    _, size = made(tmp_path, data)

    assert size[0] in SIDES
    assert size[0] < edge


def test_the_smallest_preview_of_pure_noise_fits() -> None:
    """The arithmetic behind the last size: so there is no picture whose preview does not fit."""
    edge = SIDES[-1]
    pixels = random.Random(3).randbytes(4 * edge * edge)

    png = saved(Image.frombytes("RGBA", (edge, edge), pixels), "PNG", compress_level=6)

    assert len(png) < MAX_PREVIEW_BYTES - 10_000


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    clear.paste((200, 30, 30, 255), (100, 50, 200, 150))

    png, _ = made(tmp_path, saved(clear, "WEBP", lossless=True))

    assert opened(png).mode == "RGBA"
    assert opened(png).getpixel((5, 5)) == (0, 0, 0, 0)
    assert opened(png).getpixel((150, 100)) == (200, 30, 30, 255)


def test_it_says_that_a_model_drew_it(tmp_path: Path) -> None:
    png, _ = made(tmp_path, saved(quarters(), "WEBP"))

    assert "digitalsourcetype/trainedAlgorithmicMedia" in opened(png).info["XML:com.adobe.xmp"]


@pytest.mark.parametrize("data", [b"", b"<html>", saved(noise(64, 64), "WEBP")[:300]])
def test_what_is_no_whole_picture_has_none(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(GivenUp) as caught:
        made(tmp_path, data)

    assert caught.value.failure.problem is Problem.RESULT_UNUSABLE
