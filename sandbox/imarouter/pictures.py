"""Real pictures, drawn: the exact size and format, the same bytes for the same prompt, index and size."""

from __future__ import annotations

import hashlib
import io
import math
import random as random_module
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

from sandbox.imarouter.lettering import badge, caption

RGB = tuple[int, int, int]

_PALETTES = (
    ("#2b2d5b", "#8f4a8b", "#f08a5d", "#ffe3b3", "#ffd166"),  # sunset
    ("#0b3954", "#17758a", "#5fc3c0", "#e2f6ef", "#ff8c61"),  # sea
    ("#1f3d2b", "#3f7d53", "#a3c585", "#f4f1d0", "#f2b544"),  # forest
    ("#33265c", "#6c56a8", "#b9a1dc", "#f3e6fa", "#ff9fb2"),  # lavender
    ("#5a2a27", "#b5533c", "#e6a15c", "#fbead0", "#3fa7a0"),  # desert
    ("#1d3557", "#457b9d", "#a8d5e2", "#f1faee", "#e76f51"),  # arctic
    ("#3d1232", "#8c2f5d", "#e26d88", "#ffdfd6", "#ffb44c"),  # berry
    ("#1b1b3a", "#3b4ba3", "#7fa3ea", "#e3ecff", "#ffcf56"),  # night
)


@dataclass(frozen=True)
class Sheet:
    """What to draw."""

    prompt: str
    index: int
    n: int
    size: tuple[int, int]
    quality: str
    format: str
    compression: int | None = None
    variant: int = 0
    """Which of the tasks with the same order this is: the model never draws the same twice."""


def draw(sheet: Sheet) -> bytes:
    """A new picture, encoded. CPU-bound: call it off the event loop."""
    random = _random(sheet)
    palette = _palette(random)
    picture = _mesh(sheet.size, palette, random)
    scene = random.choice((_hills, _orbs, _towers, _rays))
    picture = _over(picture, scene, palette, random)
    _letter(picture, sheet)
    return encode(picture, sheet)


def draw_plain(sheet: Sheet) -> bytes:
    """A flat colour of the right size and format, in a few milliseconds."""
    return encode(Image.new("RGB", sheet.size, _palette(_random(sheet))[0]), sheet)


def draw_edit(sheet: Sheet, sources: list[bytes], mask: bytes | None) -> bytes:
    """The first source, visibly altered: tinted (only where the mask is open) and bannered with the
    instruction; further sources show as small pictures above its lower edge.
    """
    random = _random(sheet)
    palette = _palette(random)
    with Image.open(io.BytesIO(sources[0])) as opened:
        picture = _fitted(opened.convert("RGB"), sheet.size)
    tint = Image.blend(picture, _mesh(sheet.size, palette, random), 0.42)
    picture = tint if mask is None else _masked(picture, tint, mask, palette[-1])
    _thumbnails(picture, sources[1:])
    _letter(picture, sheet, edit=True)
    return encode(picture, sheet)


def encode(picture: Image.Image, sheet: Sheet) -> bytes:
    """Opaque RGB in the ordered format; the model has no transparency."""
    out = io.BytesIO()
    if sheet.format == "png":
        picture.save(out, "PNG", compress_level=4)
    else:
        # OpenAI's output_compression is 0-100, 100 by default: its percentage is the encoder's quality.
        quality = 92 if sheet.compression is None else max(1, min(sheet.compression, 95))
        picture.save(out, sheet.format.upper(), quality=quality)
    return out.getvalue()


def _letter(picture: Image.Image, sheet: Sheet, *, edit: bool = False) -> None:
    """Prompt, number and parameters, so that a screenshot explains itself."""
    caption(picture, sheet.prompt, banner=edit)
    badge(picture, f"{sheet.index + 1}/{sheet.n}", right=False, solid=edit)
    badge(picture, f"{sheet.size[0]} x {sheet.size[1]} · {sheet.quality}", right=True, solid=edit)


def _random(sheet: Sheet) -> random_module.Random:
    key = f"{sheet.prompt}\0{sheet.index}\0{sheet.size}\0{sheet.variant}".encode()
    return random_module.Random(hashlib.sha256(key).digest())


def _palette(random: random_module.Random) -> list[RGB]:
    """Five colours that go together, dark to light, and an accent."""
    colours = [ImageColor.getrgb(name) for name in random.choice(_PALETTES)]
    return [(colour[0], colour[1], colour[2]) for colour in colours]


def _mesh(size: tuple[int, int], palette: list[RGB], random: random_module.Random) -> Image.Image:
    """A soft gradient sky: a handful of coloured points, scaled up smoothly."""
    small = Image.new("RGB", (4, 4))
    for y in range(4):
        for x in range(4):
            tone = min(3, max(0, y + random.choice((-1, 0, 0, 1))))
            small.putpixel((x, y), palette[tone])
    return small.resize((64, 64), Image.Resampling.BICUBIC).resize(size, Image.Resampling.BICUBIC)


class _Layer:
    """A transparent sheet in unit coordinates: x and y from 0 to 1 (y to the bottom)."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.image = Image.new("RGBA", size, (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image, "RGBA")
        self._unit = min(size)

    def disc(self, x: float, y: float, radius: float, colour: RGB, alpha: int) -> None:
        centre_x, centre_y, r = x * self.size[0], y * self.size[1], radius * self._unit
        box = (centre_x - r, centre_y - r, centre_x + r, centre_y + r)
        self._draw.ellipse(box, fill=(*colour, alpha))

    def shape(self, points: list[tuple[float, float]], colour: RGB, alpha: int) -> None:
        scaled = [(x * self.size[0], y * self.size[1]) for x, y in points]
        self._draw.polygon(scaled, fill=(*colour, alpha))


Scene = Callable[[_Layer, list[RGB], random_module.Random], None]


def _over(
    picture: Image.Image, scene: Scene, palette: list[RGB], random: random_module.Random
) -> Image.Image:
    """The scene over the sky, drawn at no more than 2048 px and scaled, which also smooths its edges."""
    scale = min(1.0, 2048 / max(picture.size))
    layer = _Layer((round(picture.width * scale), round(picture.height * scale)))
    scene(layer, palette, random)
    drawn = layer.image if scale == 1.0 else layer.image.resize(picture.size, Image.Resampling.BILINEAR)
    picture.paste(drawn, (0, 0), drawn)
    return picture


def _glow(layer: _Layer, palette: list[RGB], random: random_module.Random) -> None:
    x, y, radius = random.uniform(0.2, 0.8), random.uniform(0.2, 0.4), random.uniform(0.10, 0.17)
    for step in range(5, 0, -1):
        layer.disc(x, y, radius * (1 + step * 0.28), palette[3], 26)
    layer.disc(x, y, radius, palette[4], 235)


def _hills(layer: _Layer, palette: list[RGB], random: random_module.Random) -> None:
    _glow(layer, palette, random)
    for row in range(5):
        base = 0.46 + row * 0.11
        colour = _mix(palette[2], palette[0], row / 4)
        waves = [
            (random.uniform(0.5, 2.5), random.uniform(0, 6.3), random.uniform(0.02, 0.07)) for _ in "abc"
        ]
        top = [
            (x / 96, base + sum(height * math.sin(x / 96 * 6.3 * f + at) for f, at, height in waves))
            for x in range(97)
        ]
        layer.shape([(0.0, 1.0), *top, (1.0, 1.0)], colour, 235)


def _orbs(layer: _Layer, palette: list[RGB], random: random_module.Random) -> None:
    for _ in range(22):
        x, y, radius = random.random(), random.random(), random.uniform(0.04, 0.24)
        colour = random.choice(palette)
        layer.disc(x, y, radius * 1.12, colour, 40)
        layer.disc(x, y, radius, colour, 130)
        layer.disc(x - radius * 0.25, y - radius * 0.3, radius * 0.35, palette[3], 70)


def _towers(layer: _Layer, palette: list[RGB], random: random_module.Random) -> None:
    _glow(layer, palette, random)
    for row in range(3):
        colour = _mix(palette[2], palette[0], row / 2)
        x = -0.02
        while x < 1.0:
            width, top = random.uniform(0.05, 0.12), 0.36 + row * 0.14 + random.uniform(0.0, 0.22)
            layer.shape([(x, 1.0), (x, top), (x + width, top), (x + width, 1.0)], colour, 245)
            _windows(layer, (x, top, width), palette[4], random)
            x += width + random.uniform(0.0, 0.015)


def _windows(
    layer: _Layer, tower: tuple[float, float, float], colour: RGB, random: random_module.Random
) -> None:
    x, top, width = tower
    for column in range(3):
        for line in range(12):
            if random.random() < 0.38:
                left, up = x + width * (0.14 + column * 0.28), top + 0.025 + line * 0.045
                right, down = left + width * 0.16, up + 0.022
                layer.shape([(left, up), (right, up), (right, down), (left, down)], colour, 170)


def _rays(layer: _Layer, palette: list[RGB], random: random_module.Random) -> None:
    x, y, count = random.uniform(0.3, 0.7), random.uniform(0.35, 0.55), random.choice((18, 24, 30))
    turn = random.random()
    for ray in range(0, count, 2):
        points = [(x, y)]
        for edge in (ray, ray + 1):
            angle = (edge + turn) / count * math.tau
            points.append((x + 2 * math.cos(angle), y + 2 * math.sin(angle)))
        layer.shape(points, palette[(ray // 2) % 3], 105)
    for step, colour in enumerate((palette[0], palette[3], palette[4])):
        layer.disc(x, y, 0.26 - step * 0.07, colour, 240)


def _mix(one: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _fitted(source: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The source filling the ordered size, cropped about its middle."""
    scale = max(size[0] / source.width, size[1] / source.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (source.width - width) / 2, (source.height - height) / 2
    box = (left, top, left + width, top + height)
    return source.resize(size, Image.Resampling.BICUBIC, box=box)


def _thumbnails(picture: Image.Image, sources: list[bytes]) -> None:
    side, margin = min(picture.size) // 6, min(picture.size) // 28
    left = picture.width - margin
    for source in sources:
        left -= side + margin // 2
        if left < margin:
            return
        with Image.open(io.BytesIO(source)) as opened:
            small = _fitted(opened.convert("RGB"), (side, side))
        top = picture.height - margin - 2 * side
        picture.paste("white", (left - 4, top - 4, left + side + 4, top + side + 4))
        picture.paste(small, (left, top))


def _masked(picture: Image.Image, tint: Image.Image, mask: bytes, colour: RGB) -> Image.Image:
    """The tint where the mask is transparent, with stripes and an outline round that area."""
    with Image.open(io.BytesIO(mask)) as opened:
        alpha = _fitted(opened.convert("RGBA").getchannel("A").convert("RGB"), picture.size).convert("L")
    area = alpha.point([255 if value < 128 else 0 for value in range(256)])
    stripes = tint.copy()
    pen = ImageDraw.Draw(stripes)
    step = max(24, min(picture.size) // 24)
    for start in range(-picture.height, picture.width, step):
        pen.line([(start, picture.height), (start + picture.height, 0)], fill=colour, width=step // 4)
    marked = Image.blend(tint, stripes, 0.5)
    edge = Image.new("RGB", picture.size, ImageColor.getrgb("white"))
    grown = area.resize((picture.width // 8, picture.height // 8)).resize(picture.size)
    ring = grown.point([255 if 8 < value < 247 else 0 for value in range(256)])
    whole = Image.composite(marked, picture, area)
    return Image.composite(edge, whole, ring)
