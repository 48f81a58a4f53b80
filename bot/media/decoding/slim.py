"""Takes out of a file what no decoder needs for its first picture, before any decoder sees it.

Decoders spend minutes on what nobody looks at: they join metadata piece by piece, and follow chains of pages
and frames to their end (pictures reference 1.1 and 1.5). What is not understood is left as it is: then the
decoder says what is wrong with it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from bot.media.sniff import Kind

_PNG_DRAWS = frozenset(b"IHDR PLTE tRNS IDAT IEND cICP iCCP sRGB gAMA cHRM sBIT eXIf".split())
_PNG_ASIDE = frozenset({b"iCCP", b"eXIf"})
"""They change how it is shown, and it can be shown without them: a broken or huge one is left out."""
_MOST_ASIDE = 1_000_000

_JPEG_DRAWS = frozenset({0xDB, 0xC4, 0xDD, 0xCC} | set(range(0xC0, 0xD0)) - {0xC8})
"""Tables, restart interval and frames (ITU-T T.81, B.1.1.3)."""
_SOS, _EOI, _JFIF, _EXIF, _ICC, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_MOST_ICC = 4_000_000


@dataclass(frozen=True, slots=True)
class Slim:
    """``data`` draws the same first picture. ``has_more``: there are other pages or frames."""

    data: bytes
    has_more: bool = False


def slim(data: bytes, kind: Kind) -> Slim:
    """The file without what its first picture does not need. Never raises. A file that is cut stays so."""
    match kind:
        case Kind.PNG:
            return _png(data)
        case Kind.JPEG:
            return Slim(_jpeg(data))  # a second picture in it is a depth map or the like, no other page
        case Kind.GIF:
            return _gif(data)
        case Kind.TIFF:
            return _tiff(data)
        case Kind.WEBP:
            return Slim(data, _has_frames(data))
        case _:
            return Slim(data)


def _png(data: bytes) -> Slim:
    """Chunks that draw, each but IDAT once."""
    view, kept, at = memoryview(data), bytearray(data[:8]), 8
    seen: set[bytes] = set()
    has_more = False
    while at + 8 <= len(data):
        name, end = bytes(view[at + 4 : at + 8]), at + 12 + int.from_bytes(view[at : at + 4], "big")
        if end > len(data):
            kept += view[at:]
            break
        if name == b"acTL":
            has_more = int.from_bytes(view[at + 8 : at + 12], "big") > 1
        elif name == b"IDAT":
            kept += view[at:end]
        elif name in _PNG_DRAWS - seen and (name not in _PNG_ASIDE or _is_sound(name, view[at:end])):
            seen.add(name)
            kept += view[at:end]
        if name == b"IEND":
            break
        at = end
    return Slim(bytes(kept), has_more)


def _is_sound(name: bytes, chunk: memoryview) -> bool:
    if len(chunk) > _MOST_ASIDE or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return False
    if name != b"iCCP":
        return True
    packed = bytes(chunk[8:-4]).partition(b"\0")[2][1:]  # a name, 0, and the method, which is always the same
    try:
        return len(zlib.decompressobj().decompress(packed, _MOST_ASIDE + 1)) <= _MOST_ASIDE
    except zlib.error:
        return False


def _jpeg(data: bytes) -> bytes:
    """Everything from the first scan on, and before it the segments that draw, of each kind of metadata the
    first."""
    view, kept, at = memoryview(data), bytearray(b"\xff\xd8"), 2
    seen: set[int] = set()
    icc = 0
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] not in {_SOS, _EOI}:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(view[at + 2 : at + 4], "big")
        if end > len(data) or end < at + 4:
            break
        if marker == _ICC and data[at + 4 : at + 15] == b"ICC_PROFILE":
            icc += end - at
            is_kept = icc <= _MOST_ICC
        elif marker in {_JFIF, _ADOBE} or (marker == _EXIF and data[at + 4 : at + 8] == b"Exif"):
            is_kept = marker not in seen
            seen.add(marker)
        else:
            is_kept = marker in _JPEG_DRAWS
        if is_kept:
            kept += view[at:end]
        at = end
    kept += view[at:]
    return bytes(kept)


def _gif(data: bytes) -> Slim:
    """Up to the end of the first frame."""
    first = _next_frame(data, 13 + _colours(data, 10))
    if first is None:
        return Slim(data)
    end = _after_blocks(data, first + 11 + _colours(data, first + 9))
    if end is None:
        return Slim(data)
    return Slim(data[:end] + b";", has_more=_next_frame(data, end) is not None)


def _colours(data: bytes, flags_at: int) -> int:
    """Bytes of the table of colours that these flags announce."""
    flags = data[flags_at] if flags_at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _next_frame(data: bytes, at: int) -> int | None:
    """Where the next frame begins, behind any extensions; None when there is none."""
    while data[at : at + 1] == b"!":
        after = _after_blocks(data, at + 2)
        if after is None:
            return None
        at = after
    return at if data[at : at + 1] == b"," else None


def _after_blocks(data: bytes, at: int) -> int | None:
    """Behind the blocks that begin here, each with its length before it; None when the file ends first."""
    while at < len(data):
        if not data[at]:
            return at + 1
        at += 1 + data[at]
    return None


def _tiff(data: bytes) -> Slim:
    """The same with its first page as its only one."""
    order = "little" if data[:2] == b"II" else "big"
    page = int.from_bytes(data[4:8], order)  # type: ignore[arg-type]
    at = page + 2 + 12 * int.from_bytes(data[page : page + 2], order)  # type: ignore[arg-type]
    if at + 4 > len(data) or data[at : at + 4] == bytes(4):
        return Slim(data)
    alone = bytearray(data)
    alone[at : at + 4] = bytes(4)
    return Slim(bytes(alone), has_more=True)


def _has_frames(data: bytes) -> bool:
    """Whether a WebP has more frames than one."""
    at, frames = 12, 0
    while at + 8 <= len(data) and frames < 2:
        frames += data[at : at + 4] == b"ANMF"
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return frames > 1
