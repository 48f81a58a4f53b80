"""Odd pictures, made in code."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageDraw

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""Top left, top right, bottom left, bottom right of ``quarters``."""


def quarters(width: int = 320, height: int = 240) -> Image.Image:
    """Four coloured quarters, so that every turn shows."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    w, h = width // 2, height // 2
    draw.rectangle((0, 0, w, h), RED)
    draw.rectangle((w, 0, width, h), GREEN)
    draw.rectangle((0, h, w, height), BLUE)
    draw.rectangle((w, h, width, height), WHITE)
    return image


def corners(data: bytes) -> tuple[tuple[int, ...], ...]:
    """The four quarters' colours as decoded, RGB."""
    with Image.open(io.BytesIO(data)) as image:
        rgb = image.convert("RGB")
    w, h = rgb.size
    at = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4)]
    return tuple(pixel for place in at if isinstance(pixel := rgb.getpixel(place), tuple))


def close(one: tuple[tuple[int, ...], ...], other: tuple[tuple[int, ...], ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True))


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def exif(orientation: int | None = None, *, gps: bool = False) -> bytes:
    made = Image.Exif()
    made[0x010F] = "SECRETCAMERA"
    if orientation is not None:
        made[0x0112] = orientation
    if gps:
        made.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return made.tobytes()


def heic(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=95, **options)
    return out.getvalue()


def frames(count: int = 3) -> list[Image.Image]:
    return [Image.new("RGB", (320, 240), CORNERS[i]) for i in range(count)]


def animated(form: str) -> bytes:
    first, *rest = frames()
    return saved(first, form, save_all=True, append_images=rest, duration=100)


def noise(width: int, height: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 80) for _ in range(3)])


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, *, depth: int = 8, colour: int = 2, rows: bytes = b"") -> bytes:
    """A PNG by hand: whatever size its header says, with these (unfiltered) rows."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """sRGB with the colorants of red and green exchanged: a profile that must be obeyed to be right."""
    data = bytearray(srgb_profile())
    tags = {}
    for index in range(struct.unpack(">I", data[128:132])[0]):
        at = 132 + 12 * index
        tags[bytes(data[at : at + 4])] = at
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = (
        data[green + 4 : green + 12],
        data[red + 4 : red + 12],
    )
    return (
        bytes(data)
        .replace(b"s\x00R\x00G\x00B", b"x\x00R\x00G\x00B")
        .replace(b"sRGB built-in", b"xRGB built-in")
    )
