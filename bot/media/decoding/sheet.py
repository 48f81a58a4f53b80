"""The contact sheet: the pictures of a job side by side, each with its number (pictures reference 2.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.domain.problem import Failure
from bot.errors import GivenUp
from bot.media.decoding.estimate import Told, told_nobody
from bot.media.decoding.our_png import DigitalSource, fitting_png
from bot.media.decoding.result import decode_result
from bot.media.limits import Limits

SIDES = (1600, 1440, 1280, 1120)
"""Pixels of the longer edge, tried in turn: the last fits whatever is on it, as a pixel takes 3 bytes."""
MAX_SHEET_BYTES = 4_000_000
GUTTER = 12
GROUND = (0xE8, 0xE8, 0xE8)
MISSING = (0xD0, 0xD0, 0xD0)
LEAST_DISC = 48
"""Pixels of a number's disc; otherwise it takes a ninth of the tile's shorter edge."""

_WHITE, _BLACK, _RING, _WORDS = (255, 255, 255), (0, 0, 0), (0x8A, 0x8A, 0x8A), (0x50, 0x50, 0x50)
_LONGEST = 3.0
"""Ratio of the longest tile. It is the model's longest picture (provider reference 3); others are longer."""

_BANNER = 2.0
"""From this ratio on two pictures side by side would be a thin strip."""
_ROUNDED = 2
"""Pixels that rounding may take off an edge: half a pixel of the other edge, times the longest ratio."""
_SMOOTH = 4
"""A disc is drawn so many times larger, then scaled: Pillow draws edges without smoothing."""


@dataclass(frozen=True, slots=True)
class _Tile:
    """``image`` is RGB; ``ratio`` is the width of the whole picture by its height."""

    image: Image.Image
    ratio: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the tiles of a sheet lie: all have the same size, in pixels."""

    columns: int
    rows: int
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        return (
            self.columns * (self.width + GUTTER) - GUTTER,
            self.rows * (self.height + GUTTER) - GUTTER,
        )

    def corner(self, index: int) -> tuple[int, int]:
        row, column = divmod(index, self.columns)
        return column * (self.width + GUTTER), row * (self.height + GUTTER)


def sheet(
    files: Sequence[Path | None], *, limits: Limits, told: Told = told_nobody
) -> tuple[bytes, tuple[int, int]]:
    """A PNG of all pictures, whole and numbered from 1, and its size in pixels. None is a missing one.

    The same files give the same bytes. One file is open at a time; ``told`` hears the plan of each. Raises
    GivenUp(RESULT_UNUSABLE) with the number of a picture that cannot be decoded; OSError for a file that
    cannot be read; MemoryError.
    """
    columns = _columns(len(files))
    rows = -(-len(files) // columns)
    most_pixels = 2 * SIDES[0] ** 2 // (columns * rows)  # twice what any tile takes
    tiles = [
        _decoded(number, file, most_pixels, limits, told) if file else None
        for number, file in enumerate(files, 1)
    ]
    shown = [tile.ratio for tile in tiles if tile is not None]
    mean = math.prod(shown) ** (1 / max(1, len(shown)))
    ratio = min(max(mean, 1 / _LONGEST), _LONGEST)
    if len(files) == 2 and ratio >= _BANNER:
        columns, rows = rows, columns
    return fitting_png(
        lambda side: _drawn(tiles, _grid(columns, rows, ratio, side)),
        SIDES,
        most=MAX_SHEET_BYTES,
        source=DigitalSource.COMPOSED,
    )


def _columns(count: int) -> int:
    """Two pictures lie side by side, but banners below each other; three and four in a square; more in three
    or four columns."""
    return min(count, 2) if count <= 4 else 3 if count <= 9 else 4


def _grid(columns: int, rows: int, ratio: float, side: int) -> _Grid:
    """The largest tiles of this ratio with which the sheet's longer edge has at most ``side`` pixels."""
    width = (side + GUTTER) // columns - GUTTER
    height = (side + GUTTER) // rows - GUTTER
    if width <= height * ratio:
        return _Grid(columns, rows, width, max(1, round(width / ratio)))
    return _Grid(columns, rows, max(1, round(height * ratio)), height)


def _decoded(number: int, file: Path, most_pixels: int, limits: Limits, told: Told) -> _Tile:
    try:
        found = decode_result(file, max_edge=most_pixels, max_pixels=most_pixels, limits=limits, told=told)
    except GivenUp as wrong:
        detail = f"picture {number}: {wrong.failure.detail}"
        raise GivenUp(Failure(wrong.failure.problem, detail)) from wrong
    width, height = found.original
    return _Tile(_on_white(found.image), width / height)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(image, mask=image)
    return ground


def _drawn(tiles: Sequence[_Tile | None], grid: _Grid) -> Image.Image:
    canvas = Image.new("RGB", grid.size, GROUND)
    disc = max(LEAST_DISC, round(min(grid.width, grid.height) / 9))
    for index, tile in enumerate(tiles):
        left, top = grid.corner(index)
        if tile is None:
            _draw_missing(canvas, (left, top, left + grid.width, top + grid.height), index + 1)
            continue
        size = _fitted(tile.ratio, grid)
        left += (grid.width - size[0]) // 2
        top += (grid.height - size[1]) // 2
        canvas.paste(tile.image.resize(size, Image.Resampling.LANCZOS), (left, top))
        inset = disc // 5
        _draw_number(canvas, (left + inset, top + inset), disc, str(index + 1))
    return canvas


def _fitted(ratio: float, grid: _Grid) -> tuple[int, int]:
    """The size of a whole picture in its tile; all of the tile where only rounding keeps it from that."""
    width = min(grid.width, max(1, round(grid.height * ratio)))
    height = min(grid.height, max(1, round(grid.width / ratio)))
    return (
        grid.width if grid.width - width <= _ROUNDED else width,
        grid.height if grid.height - height <= _ROUNDED else height,
    )


def _draw_missing(canvas: Image.Image, box: tuple[int, int, int, int], number: int) -> None:
    left, top, right, bottom = box
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((left, top, right - 1, bottom - 1), MISSING)
    font = ImageFont.load_default(max(24, min(right - left, bottom - top) // 9))
    draw.text(((left + right) // 2, (top + bottom) // 2), f"{number} failed", _WORDS, font, anchor="mm")


def _draw_number(canvas: Image.Image, corner: tuple[int, int], disc: int, number: str) -> None:
    """A black number in a white disc, with a thin ring for where the picture is white, too."""
    edge = disc * _SMOOTH
    ring = max(2, disc // 32) * _SMOOTH
    large = Image.new("RGBA", (edge, edge), (*_RING, 0))
    draw = ImageDraw.Draw(large)
    draw.ellipse((0, 0, edge - 1, edge - 1), (*_RING, 255))
    draw.ellipse((ring, ring, edge - 1 - ring, edge - 1 - ring), (*_WHITE, 255))
    font = ImageFont.load_default(edge * (0.66 if len(number) == 1 else 0.54))
    left, top, right, bottom = draw.textbbox((0, 0), number, font, stroke_width=edge // 100)
    at = ((edge - left - right) / 2, (edge - top - bottom) / 2)  # its ink in the middle
    draw.text(at, number, _BLACK, font, stroke_width=edge // 100)
    small = large.resize((disc, disc), Image.Resampling.LANCZOS)
    canvas.paste(small, corner, small)
