"""What a file's first picture does not need goes before a decoder sees it (bot.media.decoding.slim)."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.media.codes import Note
from bot.media.decoding.normalise import normalise
from bot.media.decoding.slim import slim
from bot.media.limits import Limits
from bot.media.sniff import Kind
from tests.unit.bot.media import bombs
from tests.unit.bot.media.pictures import (
    CORNERS,
    animated,
    chunk,
    close,
    corners,
    exif,
    opened,
    quarters,
    saved,
    swapped_profile,
)

PROFILE = swapped_profile()
PNG = saved(quarters(), "PNG", exif=exif(6), icc_profile=PROFILE)
AT = PNG.index(b"IDAT") - 4


def with_chunks(*chunks: bytes) -> bytes:
    return PNG[:AT] + b"".join(chunks) + PNG[AT:]


def with_bad_checksum(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


TEXT = chunk(b"tEXt", b"Comment\0hello")
LONG = b"Comment\0\0" + zlib.compress(bytes(1_200_000))


@pytest.mark.parametrize(
    "odd",
    [
        TEXT,
        with_bad_checksum(TEXT),
        chunk(b"zTXt", LONG),
        chunk(b"iTXt", b"Comment\0\1\0\0\0" + LONG[9:]),
        chunk(b"iCCP", LONG),
        with_bad_checksum(chunk(b"iCCP", b"x\0\0" + zlib.compress(b"x"))),
        with_bad_checksum(chunk(b"eXIf", b"x")),
        chunk(b"eXIf", bytes(1_000_001)),
        chunk(b"neWs", b"of a kind that nobody knows"),
    ],
    ids=[
        "text", "text, broken", "long text, packed", "long text in another language", "long profile",
        "broken profile", "broken EXIF", "long EXIF", "unknown",
    ],
)  # fmt: skip
def test_of_a_png_only_what_draws_it_is_left(odd: bytes) -> None:
    assert slim(with_chunks(odd * 3), Kind.PNG).data == slim(PNG, Kind.PNG).data


def test_a_png_keeps_its_colours_and_its_way_up() -> None:
    kept = opened(slim(with_chunks(TEXT), Kind.PNG).data)

    assert kept.info["icc_profile"] == PROFILE
    assert kept.getexif()[0x0112] == 6
    assert kept.tobytes() == opened(PNG).tobytes()


def test_of_a_jpeg_the_first_exif_and_its_profile_are_left() -> None:
    whole = saved(quarters(), "JPEG", exif=exif(6), icc_profile=PROFILE, comment=b"REMARK")
    second = b"\xff\xe1" + struct.pack(">H", 2 + len(exif(1))) + exif(1)
    at = whole.index(b"\xff\xdb")
    given = whole[:at] + second + b"\xff\xe2\0\x06MPF\0" + b"\xff\xed\0\x08REMARK" + whole[at:]
    kept = slim(given, Kind.JPEG).data

    assert b"REMARK" not in kept
    assert b"MPF\0" not in kept
    assert opened(kept).getexif()[0x0112] == 6
    assert opened(kept).info["icc_profile"] == PROFILE
    assert opened(kept).tobytes() == opened(whole).tobytes()


def test_a_jpegs_profile_is_left_out_above_four_megabytes() -> None:
    whole = saved(quarters(), "JPEG")
    segment = b"\xff\xe2" + struct.pack(">H", 65_002) + b"ICC_PROFILE\0\1\1" + bytes(64_986)

    assert len(slim(whole[:2] + segment * 100 + whole[2:], Kind.JPEG).data) < 4_100_000


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (bombs.tiff_chain(3), Kind.TIFF),
        (bombs.gif_frames(3), Kind.GIF),
        *((animated(kind), kind) for kind in (Kind.PNG, Kind.GIF, Kind.TIFF, Kind.WEBP)),
    ],
)
def test_of_several_pages_or_frames_the_first_is_left_and_the_others_are_known_of(
    given: bytes, kind: Kind
) -> None:
    made = slim(given, kind)

    assert made.has_more
    assert opened(made.data).convert("RGB").tobytes() == opened(given).convert("RGB").tobytes()
    if kind is not Kind.WEBP:
        assert getattr(opened(made.data), "n_frames", 1) == 1


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"])
def test_a_single_picture_has_no_more(form: str) -> None:
    given = saved(quarters(), form)
    made = slim(given, Kind(form))

    assert not made.has_more
    assert opened(made.data).tobytes() == opened(given).tobytes()


def test_orientation_and_animation_are_seen_all_the_same() -> None:
    assert Note.TURNED in normalise(PNG, limits=Limits()).notes
    assert Note.FIRST_FRAME in normalise(bombs.tiff_chain(20), limits=Limits()).notes
    assert close(corners(normalise(saved(quarters(), "GIF"), limits=Limits()).data), CORNERS)


SAMPLES = [
    (kind, data)
    for kind, data in (
        (Kind.PNG, with_chunks(TEXT)),
        (Kind.JPEG, saved(quarters(40, 30), "JPEG", exif=exif(6))),
        (Kind.GIF, animated("GIF")),
        (Kind.TIFF, animated("TIFF")),
        (Kind.WEBP, animated("WEBP")),
    )
]


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.floats(0, 1), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6))))
def test_whatever_is_broken_it_never_fails_and_never_grows(
    sample: tuple[Kind, bytes], part: float, hits: list[tuple[float, bytes]]
) -> None:
    kind, data = sample
    broken = bytearray(data[: int(part * len(data))])
    for where, what in hits:
        at = int(where * len(broken))
        broken[at : at + len(what)] = what

    assert len(slim(bytes(broken), kind).data) <= max(8, len(broken)) + 1
