"""Small files that take a decoder much memory or time, made in code (pictures reference 1.1)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any

from PIL import Image

from tests.unit.bot.media.pictures import chunk, quarters, saved


def png(width: int, height: int, *, colour: int, depth: int, row: bytes) -> bytes:
    """A PNG whose rows are all the same, packed as they are made."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b"\0" + row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def grey_with_alpha(width: int = 9400, height: int = 9500) -> bytes:
    """89 megapixels of opaque grey in 0.2 MB, with an alpha channel (LA)."""
    return png(width, height, colour=4, depth=8, row=b"\x80\xff" * width)


def tiff_chain(directories: int) -> bytes:
    """A grey pixel, and this many pages that all show it."""
    entries = [(256, 3, 1), (257, 3, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 1)]
    body = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    size, first = len(body) + 4, 10
    chain = b"".join(body + struct.pack("<I", first + (n + 1) * size) for n in range(directories - 1))
    return b"II*\0" + struct.pack("<I", first) + b"\x80\0" + chain + body + bytes(4)


def gif_frames(count: int) -> bytes:
    """Red, then this many more frames of one pixel."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\xff\0\0" + b"\0\0\xff"
    return head + frame * (count + 1) + b";"


def jpeg_with_exif(segments: int) -> bytes:
    """A photograph with so many segments of EXIF, 65 kB each."""
    whole = saved(quarters(640, 480), "JPEG")
    exif = b"Exif\0\0MM\0*" + bytes(65_000)
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return whole[:2] + segment * segments + whole[2:]


def jpeg(width: int, height: int, **options: Any) -> bytes:
    """One colour."""
    return saved(Image.new("RGB", (width, height), (9, 99, 200)), "JPEG", **options)


def webp(width: int, height: int) -> bytes:
    """A lossless WebP of one colour."""
    return saved(Image.new("RGB", (width, height), (9, 99, 200)), "WEBP", lossless=True, method=0)


def jpeg_with_scans(scans: int, size: tuple[int, int] = (4000, 4000)) -> bytes:
    """A progressive JPEG whose last scan is sent again and again: each goes over the whole picture, which
    takes the decoder 0.1 s or so."""
    whole = saved(Image.new("L", size, 90), "JPEG", progressive=True)
    starts = [at for at in _markers(whole) if whole[at + 1] == 0xDA]
    last = whole[starts[-1] : -2]
    return whole[:-2] + last * scans + b"\xff\xd9"


def _markers(data: bytes) -> Iterable[int]:
    at = 2
    while at < len(data) - 1:
        if data[at] == 0xFF and data[at + 1] not in {0, 0xFF, *range(0xD0, 0xD8)}:
            yield at
            if data[at + 1] == 0xD9:
                return
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        else:
            at += 1
