"""What a picture's header says about the memory that decoding it takes (pictures reference 1.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from PIL import Image

from bot.media.sniff import Kind

_STORED = {"1": 1.0, "L": 1.0, "P": 1.0, "I;16": 2.0, "I;16B": 2.0, "I;16L": 2.0, "I;16N": 2.0}
"""Bytes that Pillow keeps of a pixel in a mode; in all others, 4."""
_WEBP = 16.7
_ROWS_PER_STRIP, _TILE_WIDTH, _TILE_LENGTH, _ORIENTATION = 278, 322, 323, 274  # tags of a TIFF
_BITS, _SAMPLES, _COMPRESSION = 258, 277, 259
_SOS, _BASELINE = 0xDA, {0xC0, 0xC1}


@dataclass(frozen=True, slots=True)
class Header:
    """Edges in pixels as stored. ``bytes_a_pixel`` are those of a decoded pixel, ``bytes_a_full_pixel`` those
    of a pixel of the file even where it is decoded at a part of its size, ``bytes_beside`` what else the
    decoder takes."""

    width: int
    height: int
    bytes_a_pixel: float
    bytes_a_full_pixel: float = 0.0
    bytes_beside: int = 0
    can_be_reduced: bool = False

    def reduced(self, by: int) -> tuple[int, int]:
        """The size when it is decoded at 1/``by`` of its edges."""
        return math.ceil(self.width / by), math.ceil(self.height / by)


def of_opened(image: Image.Image, kind: Kind, data: bytes) -> Header:
    """The header of a picture that Pillow has opened, but not loaded, from ``data``."""
    width, height = image.size
    stored = _STORED.get(image.mode, 4.0)
    match kind:
        case Kind.JPEG:
            return Header(width, height, stored, _coefficients(data), can_be_reduced=True)
        case Kind.TIFF:
            tags: Any = image.tag_v2  # type: ignore[attr-defined]
            turned = 2 if tags.get(_ORIENTATION, 1) != 1 else 1  # Pillow turns it, which copies it
            return Header(width, height, stored * turned, bytes_beside=_strip(tags, width, height))
        case Kind.WEBP:
            return Header(width, height, _WEBP)
        case Kind.AVIF:
            return Header(width, height, _avif(data))
        case _:
            return Header(width, height, stored)


def of_heif(width: int, height: int, bits: int) -> Header:
    """``bits``: of a sample."""
    return Header(width, height, 7.3 if bits == 8 else 11.0)


def of_webp(data: bytes) -> Header | None:
    """Read here, as Pillow's decoder takes the memory of two whole frames when it opens a file. None when
    nothing is understood."""
    head = data[12:30]
    if head[:4] == b"VP8X":
        size = [1 + int.from_bytes(head[at : at + 3], "little") for at in (12, 15)]
    elif head[:4] == b"VP8L":
        bits = int.from_bytes(head[9:13], "little")
        size = [1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)]
    elif head[:4] == b"VP8 ":
        size = [int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (14, 16)]
    else:
        return None
    return Header(size[0], size[1], _WEBP)


def _coefficients(data: bytes) -> float:
    """Bytes a pixel that a JPEG keeps until its last scan, where it has several; else 0."""
    at, frame, is_progressive = 2, b"", False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            return _kept(frame) if is_progressive or data[at + 4] < frame[5] else 0.0
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            frame, is_progressive = data[at + 4 : end], marker not in _BASELINE
        at = end
    return 0.0


def _kept(frame: bytes) -> float:
    """Two bytes a sample; the colours of a JPEG may have fewer samples than its brightness."""
    sampling = [(factors >> 4, factors & 15) for factors in frame[7 : 6 + 3 * frame[5] : 3]]
    most = max(h for h, _ in sampling) * max(v for _, v in sampling)
    return 2.0 * sum(h * v for h, v in sampling) / most


def _strip(tags: Any, width: int, height: int) -> int:
    """Bytes of the part of a compressed TIFF that is unpacked at once: all of it, if it is one strip."""
    if tags.get(_COMPRESSION, 1) == 1:
        return 0
    bits = max(tags.get(_BITS, (1,))) * tags.get(_SAMPLES, 1)
    columns = tags.get(_TILE_WIDTH, width)
    rows = min(tags.get(_TILE_LENGTH, tags.get(_ROWS_PER_STRIP, height)), height)
    return int(columns * rows * bits) // 8


def _avif(data: bytes) -> float:
    """Eight bits with a quarter of the colours take least. (The third byte of the box ``av1C`` says it.)"""
    at = data.find(b"av1C", 0, 1 << 16)
    flags = data[at + 6] if 0 <= at < len(data) - 6 else 0
    is_deep, is_quartered = bool(flags & 0x40), flags & 0x0C == 0x0C
    return 9.2 if is_quartered and not is_deep else 12.0
