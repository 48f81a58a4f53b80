"""Taking the metadata out of a file without touching its pixels.

An allow-list: what draws stays, everything else goes (EXIF, GPS, XMP, comments, thumbnails, colour profiles,
further frames, whatever follows the end). Callers have decoded the whole picture first, and have made sure
that its colours need no profile.
"""

from __future__ import annotations

import re

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_DRAWS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})

_JPEG_DRAWS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0, 0xEE})
"""Frames (baseline, extended, progressive), Huffman and quantiser tables, restart interval, JFIF, and Adobe's
marker that says how colours are coded."""
_SOS, _EOI = 0xDA, 0xD9
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""Within a scan 0xFF is followed by 0 (stuffing) or a restart marker (ITU-T T.81, B.1.1)."""


def strip_png(data: bytes) -> bytes | None:
    """A PNG with only the chunks that draw its first picture; None when its structure is not understood."""
    if not data.startswith(_PNG_HEAD):
        return None
    kept, at = [_PNG_HEAD], len(_PNG_HEAD)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end > len(data):
            return None
        if name in _PNG_DRAWS:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    return None


def strip_jpeg(data: bytes) -> bytes | None:
    """A JPEG with only the segments that draw; None when it is of a rare kind or not understood."""
    if not data.startswith(b"\xff\xd8"):
        return None
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _EOI:
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            return None
        if marker == _SOS:
            found = _SCAN_END.search(data, end)
            if found is None:
                return None
            end = found.end() - 2
            kept.append(data[at:end])
        elif marker in _JPEG_DRAWS:
            kept.append(_without_thumbnail(data[at:end]) if marker == 0xE0 else data[at:end])
        elif not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            return None
        at = end
    if data[at : at + 2] != b"\xff\xd9":
        return None
    return b"".join([*kept, b"\xff\xd9"])


def _without_thumbnail(segment: bytes) -> bytes:
    """JFIF may carry a small copy of the picture behind its 14 bytes; its extensions are nothing else."""
    if segment[4:9] != b"JFIF\x00" or len(segment) < 18:
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"
