"""Turns a picture that somebody sent into a PNG or JPEG that the provider takes, and notes what was done to
it."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image

from bot.domain.requests.request import Size
from bot.domain.requests.source_refusals import SourceReason
from bot.media.codes import Note
from bot.media.decoding.decode import Decoded, decode
from bot.media.decoding.estimate import Told, told_nobody
from bot.media.decoding.metadata import strip_jpeg, strip_png
from bot.media.limits import Limits
from bot.media.picture import Normalised
from bot.media.sniff import Kind
from bot.media.unusable import unusable

PNG_EFFORT = 3
"""zlib level. 8 million pixels take 0.8 s, a third of the default's time, for 15 % more bytes."""
JPEG_QUALITIES = (95, 88, 75)
TINY_EDGE = 256
"""Pixels of the longer edge below which a picture is called tiny; the model's smallest has 810 on average."""

_LOSSLESS = frozenset({Kind.PNG, Kind.GIF, Kind.BMP, Kind.TIFF})


def normalise(data: bytes | Path, *, limits: Limits, told: Told = told_nobody) -> Normalised:
    """Decode, turn, bring to sRGB, scale, and take out the metadata. ``told`` hears the plan first.

    A PNG or JPEG that needs nothing but the last keeps its exact pixels. Raises Unusable BadSource with a
    SourceReason; OSError when ``data`` is a path that cannot be read; MemoryError. Safe to repeat.
    """
    given = _read(data, limits) if isinstance(data, Path) else data
    decoded = decode(given, limits, told=told)
    kept = _unchanged_pixels(given, decoded)
    if kept is not None:
        return _result(kept, "png" if decoded.kind is Kind.PNG else "jpeg", decoded.image.size, decoded)
    lossless = decoded.has_alpha or decoded.kind in _LOSSLESS or _is_lossless_webp(given, decoded.kind)
    for image in _shrinking(decoded.image):
        if lossless and len(out := _png(image)) <= limits.max_bytes:
            return _result(out, "png", image.size, decoded)
        if not decoded.has_alpha:
            for quality in JPEG_QUALITIES:
                if len(out := _jpeg(image, quality)) <= limits.max_bytes:
                    return _result(out, "jpeg", image.size, decoded)
    raise unusable(SourceReason.TOO_MANY_BYTES, limit=limits.max_bytes)


def as_png(jpeg: bytes) -> bytes:
    """The same pixels as PNG: the provider wants a mask in its source's format, and masks are PNG."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        image.load()
        image.info = {}
        return _png(image)


def _read(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as file:
        data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise unusable(SourceReason.TOO_MANY_BYTES, limit=limits.max_bytes)
    return data


def _unchanged_pixels(given: bytes, decoded: Decoded) -> bytes | None:
    """The file itself without its metadata, if its pixels are right as they are."""
    if not decoded.untouched:
        return None
    if decoded.kind is Kind.JPEG:
        return strip_jpeg(given)
    if decoded.kind is Kind.PNG and given[24] == 8:  # bits a sample, in the header
        return strip_png(given)
    return None


def _is_lossless_webp(given: bytes, kind: Kind) -> bool:
    return kind is Kind.WEBP and b"VP8L" in given[12:64]


def _shrinking(image: Image.Image) -> Iterator[Image.Image]:
    """The picture, then the same at half the pixels each time, while there is anything left of it."""
    width, height = image.size
    for step in range(8):
        factor = math.sqrt(0.5) ** step
        size = (math.floor(width * factor), math.floor(height * factor))
        if min(size) < 1:
            return
        yield image if step == 0 else image.resize(size, Image.Resampling.LANCZOS)


def _result(data: bytes, form: Literal["png", "jpeg"], size: tuple[int, int], decoded: Decoded) -> Normalised:
    notes = list(decoded.notes)
    if size != decoded.image.size and Note.SCALED not in notes:
        notes.append(Note.SCALED)
    if decoded.kind.value.lower() != form:
        notes.append(Note.CONVERTED)
    if max(size) < TINY_EDGE:
        notes.append(Note.TINY)
    return Normalised(
        data=data,
        format=form,
        width=size[0],
        height=size[1],
        notes=tuple(notes),
        had_alpha=decoded.has_alpha,
        original=Size(*decoded.original),
        came_as=decoded.kind.value,
    )


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_EFFORT)
    return out.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2)
    return out.getvalue()
