"""What decoding will take, from the header (bot.media.decoding.estimate)."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.requests.source_refusals import SourceReason
from bot.media.decoding import header
from bot.media.decoding.decode import open_picture
from bot.media.decoding.estimate import plan
from bot.media.decoding.header import Header
from bot.media.limits import Limits
from bot.media.sniff import Kind
from bot.media.unusable import Unusable
from tests.unit.bot.media.pictures import heic, quarters, saved

MB, MILLION = 1_000_000, 1_000_000
JPEG = Header(1, 1, 4.0, can_be_reduced=True)


def square(megapixels: float, kind: Header) -> Header:
    edge = round((megapixels * MILLION) ** 0.5)
    return replace(kind, width=edge, height=edge)


@pytest.mark.parametrize(
    ("kind", "memory", "most"),
    [
        (Header(1, 1, 4.0), 640, 106),
        (Header(1, 1, 4.0), 320, 38),
        (Header(1, 1, 16.7), 640, 29),
        (Header(1, 1, 16.7), 320, 11),
        (Header(1, 1, 7.3), 640, 62),
        (Header(1, 1, 7.3), 320, 23),
        (replace(JPEG, bytes_a_full_pixel=3.0), 640, 182),
        (replace(JPEG, bytes_a_full_pixel=3.0), 320, 73),
    ],
)
def test_the_largest_picture_of_each_kind(kind: Header, memory: int, most: int) -> None:
    """Within a twentieth of the table of pictures reference 1.4."""
    limits = Limits(memory=memory * MB)

    assert plan(square(most * 0.95, kind), 0, limits).needs <= limits.memory
    with pytest.raises(Unusable) as refused:
        plan(square(most * 1.05, kind), 0, limits)
    assert refused.value.refusal.reason is SourceReason.TOO_BIG


def test_a_jpeg_is_decoded_as_small_as_is_enough() -> None:
    assert plan(square(299, JPEG), 0, Limits(memory=320 * MB)).reduction == 4
    assert plan(square(16, JPEG), 0, Limits()).reduction == 1


def test_where_that_takes_too_much_it_is_decoded_smaller_while_enough_is_left() -> None:
    progressive = replace(JPEG, bytes_a_full_pixel=6.0)
    made = plan(square(60, progressive), 0, Limits(memory=480 * MB))

    assert (made.reduction, made.target) == (4, (1937, 1937))


def test_the_files_own_bytes_count() -> None:
    kind = Header(100, 100, 4.0)

    assert plan(kind, 50 * MB, Limits()).needs - plan(kind, 0, Limits()).needs == 100 * MB


@pytest.mark.parametrize(
    ("options", "bytes_a_full_pixel"),
    [
        ({}, 0.0),
        ({"progressive": True}, 3.0),
        ({"progressive": True, "subsampling": 0}, 6.0),
        ({"progressive": True, "subsampling": 1}, 4.0),
    ],
)
def test_what_a_jpeg_keeps_until_its_last_scan(options: dict[str, int], bytes_a_full_pixel: float) -> None:
    data = saved(quarters(), "JPEG", **options)

    assert header.of_opened(Image.open(io.BytesIO(data)), Kind.JPEG, data).bytes_a_full_pixel == (
        bytes_a_full_pixel
    )


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exact": True, "exif": b"Exif\0\0"}])
def test_the_size_of_a_webp_is_read_without_its_decoder(options: dict[str, object]) -> None:
    found = header.of_webp(saved(quarters(321, 123), "WEBP", **options))

    assert found is not None
    assert (found.width, found.height) == (321, 123)
    assert header.of_webp(b"RIFF\0\0\0\0WEBPVP9 ") is None


@pytest.mark.parametrize(
    ("data", "kind", "needs"),
    [
        (saved(quarters(3200, 2500).convert("P"), "PNG"), Kind.PNG, 1.0),
        (saved(quarters(3200, 2500), "PNG"), Kind.PNG, 4.0),
        (saved(quarters(3200, 2500), "TIFF"), Kind.TIFF, 4.0),
        (saved(quarters(3200, 2500), "TIFF", compression="tiff_lzw", strip_size=1 << 30), Kind.TIFF, 7.0),
        (saved(quarters(3200, 2500), "AVIF", speed=10), Kind.AVIF, 9.2),
        (saved(quarters(3200, 2500), "AVIF", speed=10, subsampling="4:4:4"), Kind.AVIF, 12.0),
        (heic(quarters(3200, 2500)), Kind.HEIF, 7.3),
    ],
    ids=["palette", "PNG", "TIFF", "TIFF in one strip", "AVIF", "AVIF 4:4:4", "HEIC"],
)
def test_bytes_a_pixel_by_kind(data: bytes, kind: Kind, needs: float) -> None:
    made = open_picture(data, kind, Limits()).plan
    decoding = made.needs - 60 * MB - 2 * len(data) - 4 * 8 * MILLION

    assert decoding / (8 * MILLION) == pytest.approx(needs, abs=0.01)
