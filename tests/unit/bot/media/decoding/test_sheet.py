"""The contact sheet (bot.media.decoding.sheet), pixel by pixel."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from bot.domain.problem import Problem
from bot.errors import GivenUp
from bot.media.decoding.sheet import GROUND, GUTTER, MAX_SHEET_BYTES, MISSING, SIDES, sheet
from bot.media.limits import Limits
from tests.unit.bot.media.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    RED,
    WHITE,
    corners,
    exif,
    noise,
    opened,
    quarters,
    saved,
)

Pixel = tuple[int, ...]
Box = tuple[int, int, int, int]
BLACK = (0, 0, 0)


class Files:
    """Pictures on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def of(self, image: Image.Image | bytes, form: str = "PNG", **options: Any) -> Path:
        self._count += 1
        path = self._folder / str(self._count)
        path.write_bytes(image if isinstance(image, bytes) else saved(image, form, **options))
        return path

    def plain(self, width: int, height: int, colour: Pixel = RED) -> Path:
        return self.of(Image.new("RGB", (width, height), colour))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def drawn(*tiles: Path | None) -> Image.Image:
    data, size = sheet(tiles, limits=Limits())
    image = opened(data)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
    assert len(data) <= MAX_SHEET_BYTES
    assert max(size) <= SIDES[0]
    return image


def pixel(image: Image.Image, x: int, y: int) -> Pixel:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def near(one: Pixel, other: Pixel, by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def is_all(image: Image.Image, box: Box, colour: Pixel) -> bool:
    part = image.crop(box)
    return part.tobytes() == Image.new("RGB", part.size, colour).tobytes()


def where(image: Image.Image, colour: Pixel, within: Box | None = None) -> Box:
    """The box around all pixels of this colour."""
    area = within or (0, 0, *image.size)
    part = image.crop(area)
    grey = ImageChops.difference(part, Image.new("RGB", part.size, colour)).convert("L")
    found = grey.point([255] + [0] * 255).getbbox()
    assert found is not None, f"nothing is {colour}"
    return (found[0] + area[0], found[1] + area[1], found[2] + area[0], found[3] + area[1])


def disc_in(image: Image.Image, box: Box) -> Box:
    """The white disc on a coloured picture that covers this box. Its ring is not white."""
    found = where(image, WHITE, box)
    assert abs((found[2] - found[0]) - (found[3] - found[1])) <= 1, "it is round"
    return found


# --- where the tiles lie ---------------------------------------------------------------------------

COLOURS = (RED, GREEN, BLUE, (90, 20, 90), (20, 90, 90), (90, 90, 20))
GRIDS = {2: (2, 1), 3: (2, 2), 4: (2, 2), 5: (3, 2), 6: (3, 2), 7: (3, 3), 9: (3, 3), 10: (4, 3), 12: (4, 3)}


@pytest.mark.parametrize("count", GRIDS)
def test_tiles_lie_in_a_grid_with_grey_between_them(count: int, files: Files) -> None:
    columns, rows = GRIDS[count]

    image = drawn(*(files.plain(300, 300, COLOURS[i % 6]) for i in range(count)))

    edge = (SIDES[0] + GUTTER) // columns - GUTTER
    assert image.size == (columns * (edge + GUTTER) - GUTTER, rows * (edge + GUTTER) - GUTTER)
    for index in range(columns * rows):
        left, top = index % columns * (edge + GUTTER), index // columns * (edge + GUTTER)
        colour = COLOURS[index % 6] if index < count else GROUND
        assert pixel(image, left + edge - 1, top + edge - 1) == colour, f"tile {index + 1}"
        assert pixel(image, left, top) == colour, f"tile {index + 1}"
        if index % columns:
            assert is_all(image, (left - GUTTER, top, left, top + edge), GROUND)
        if index >= columns:
            assert is_all(image, (left, top - GUTTER, left + edge, top), GROUND)


SHAPES = {
    "square": ((300, 300), 2, (1600, 794)),
    "photograph": ((1536, 1024), 2, (1600, 529)),
    "portrait": ((1024, 1536), 2, (1600, 1191)),
    "story": ((1152, 2048), 4, (906, 1600)),
    "tallest": ((480, 1440), 4, (542, 1600)),
    "widest": ((1440, 480), 4, (1600, 542)),
    "a pixel off": ((1000, 999), 4, (1600, 1598)),
    "rounded": ((1485, 500), 4, (1600, 546)),
    "rounded, too": ((500, 1485), 4, (546, 1600)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_pictures_of_one_shape_fill_their_tiles(shape: str, files: Files) -> None:
    size, count, expected = SHAPES[shape]

    image = drawn(*(files.plain(*size, COLOURS[i]) for i in range(count)))

    assert image.size == expected
    columns, rows = 2, count // 2
    width, height = (image.width - GUTTER) // columns, (image.height - GUTTER * (rows - 1)) // rows
    for index in range(count):
        left, top = index % 2 * (width + GUTTER), index // 2 * (height + GUTTER)
        assert where(image, COLOURS[index]) == (left, top, left + width, top + height)


@pytest.mark.parametrize(("size", "columns"), [((1440, 480), 1), ((1000, 500), 1), ((990, 500), 2)])
def test_two_banners_lie_below_each_other(size: tuple[int, int], columns: int, files: Files) -> None:
    """Side by side they would be a thin strip."""
    image = drawn(files.plain(*size, RED), files.plain(*size, BLUE))

    red, blue = where(image, RED), where(image, BLUE)
    assert (red[2] < blue[0], red[3] < blue[1]) == (columns == 2, columns == 1)
    assert max(image.size) == SIDES[0]


def test_pictures_of_different_shapes_are_shown_whole_in_tiles_of_one_size(files: Files) -> None:
    """A portrait and a landscape: each in the middle of a square tile, with its number on the picture."""
    image = drawn(files.plain(400, 800, RED), files.plain(800, 400, BLUE))

    assert image.size == (1600, 794)
    assert where(image, RED) == (198, 0, 595, 794)
    assert where(image, BLUE) == (806, 198, 1600, 595)
    assert is_all(image, (0, 0, 198, 794), GROUND)
    assert is_all(image, (595, 0, 806, 794), GROUND)
    assert is_all(image, (806, 0, 1600, 198), GROUND)


def test_nothing_of_a_picture_is_cut_off(files: Files) -> None:
    image = drawn(files.of(quarters()), files.of(quarters(240, 320)))

    left, right = image.crop((0, 0, 794, image.height)), image.crop((806, 0, 1600, image.height))
    assert corners(saved(left.crop(_content(left)), "PNG")) == CORNERS
    assert corners(saved(right.crop(_content(right)), "PNG")) == CORNERS


def _content(image: Image.Image) -> Box:
    found = ImageChops.difference(image, Image.new("RGB", image.size, GROUND)).getbbox()
    assert found is not None
    return found


def test_a_picture_that_is_stored_lying_down_stands_up(files: Files) -> None:
    turned = files.of(quarters().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif(6))

    image = drawn(turned, files.of(quarters(), "JPEG"))

    for x, y in ((600, 90), (90, 500), (700, 500)):
        assert near(pixel(image, x, y), pixel(image, 806 + x, y), 12)


# --- numbers ---------------------------------------------------------------------------------------

DISCS = {
    "square": ((500, 500), 2, 88),
    "landscape": ((1536, 1024), 2, 59),
    "portrait": ((1024, 1536), 2, 88),
    "banner": ((1536, 512), 4, 48),
    "two banners": ((1536, 512), 2, 59),
    "story": ((576, 1024), 4, 50),
    "twelve": ((500, 500), 12, 48),
}


@pytest.mark.parametrize("shape", DISCS)
def test_a_number_is_a_white_disc_in_the_top_left_corner(shape: str, files: Files) -> None:
    """A ninth of the tile's shorter edge across, but 48 pixels at least, with a thin ring around it."""
    size, count, across = DISCS[shape]

    image = drawn(*(files.plain(*size, RED) for _ in range(count)))

    ring, inset = max(2, across // 32), across // 5
    left, top, right, bottom = disc_in(image, (0, 0, 120, 120))
    assert abs(left - inset - ring) <= 2
    assert abs(top - inset - ring) <= 2
    assert abs(right - left - (across - 2 * ring)) <= 3
    ink = where(image, BLACK, (left, top, right, bottom))
    middle = (ink[0] + ink[2]) / 2, (ink[1] + ink[3]) / 2
    assert abs(middle[0] - (left + right) / 2) <= 2
    assert abs(middle[1] - (top + bottom) / 2) <= 2
    assert (ink[3] - ink[1]) > across * 0.35, "it can be read"


def test_the_number_of_a_picture_in_a_wide_tile_lies_on_the_picture(files: Files) -> None:
    """Not on the grey beside it, where it belongs to nobody."""
    image = drawn(files.plain(300, 900, RED), *(files.plain(900, 500, BLUE) for _ in range(3)))

    left, top, right, bottom = where(image, RED)
    disc = disc_in(image, (0, 0, 780, bottom))
    assert left > 100, "there is grey beside it"
    assert top == 0
    assert left < disc[0] < left + 30
    assert top < disc[1] < top + 30
    assert disc[2] < right


def test_each_number_is_another_one(files: Files) -> None:
    image = drawn(*(files.plain(200, 200, RED) for _ in range(12)))

    step = (1600 + GUTTER) // 4
    marks = {
        image.crop((i % 4 * step, i // 4 * step, i % 4 * step + 70, i // 4 * step + 70)).tobytes()
        for i in range(12)
    }
    assert len(marks) == 12


def test_a_number_shows_on_white(files: Files) -> None:
    image = drawn(files.plain(500, 500, WHITE), files.plain(500, 500, WHITE))

    inner = where(image, BLACK, (0, 0, 120, 120))
    outer = ImageChops.invert(image.crop((0, 0, 120, 120)).convert("L")).getbbox()
    assert outer == (17, 17, 105, 105), "the ring"
    assert inner[0] > 40


# --- missing pictures ------------------------------------------------------------------------------


def test_a_missing_picture_is_a_grey_tile_that_says_so(files: Files) -> None:
    tiles = [files.plain(500, 500, RED) for _ in range(4)]

    image = drawn(tiles[0], tiles[1], None, tiles[3])

    whole = drawn(*tiles)
    third = (0, 806, 794, 1600)
    changed = ImageChops.difference(image, whole).getbbox()
    assert changed == third, "the others stay as they are"
    tile = image.crop(third)
    assert where(tile, MISSING) == (0, 0, 794, 794)
    words = ImageChops.difference(tile, Image.new("RGB", tile.size, MISSING)).getbbox()
    assert words is not None
    assert abs((words[0] + words[2]) / 2 - 397) < 6
    assert abs((words[1] + words[3]) / 2 - 397) < 14
    assert 150 < words[2] - words[0] < 400


def test_missing_tiles_say_which_picture_is_missing(files: Files) -> None:
    image = drawn(None, files.plain(500, 500), None, None)

    assert image.crop((0, 0, 794, 794)).tobytes() != image.crop((0, 806, 794, 1600)).tobytes()
    assert image.crop((806, 806, 1600, 1600)).tobytes() != image.crop((0, 806, 794, 1600)).tobytes()


# --- bytes -----------------------------------------------------------------------------------------


def test_the_same_files_make_the_same_bytes(files: Files) -> None:
    tiles = [files.of(quarters()), None, files.of(quarters(240, 320), "WEBP"), files.of(noise(200, 100))]

    assert sheet(tiles, limits=Limits()) == sheet(tiles, limits=Limits())


def _even_noise(width: int, height: int, seed: int = 7) -> Image.Image:
    """No compressor gets hold of it."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(3 * width * height))


def test_what_has_too_many_bytes_is_made_smaller_until_it_fits(files: Files) -> None:
    tiles = [files.of(_even_noise(1024, 1024, seed), compress_level=1) for seed in range(4)]

    image = drawn(*tiles)  # which fits, or it fails

    assert image.width in SIDES[1:]
    edge = (image.width - GUTTER) // 2
    assert is_all(image, (edge, 0, edge + GUTTER, image.height), GROUND), "its gutters are as wide as ever"
    disc = disc_in(image, (0, 0, 120, 120))
    assert disc[2] - disc[0] >= 48, "and its numbers as large"


def test_the_smallest_sheet_of_pure_noise_fits() -> None:
    """The arithmetic behind the last size: so there is no picture with which a sheet does not fit."""
    out = io.BytesIO()
    _even_noise(SIDES[-1], SIDES[-1]).save(out, "PNG", compress_level=6)

    assert len(out.getvalue()) < MAX_SHEET_BYTES - 10_000


def test_it_says_that_it_was_put_together_from_what_a_model_drew(files: Files) -> None:
    data, _ = sheet([files.plain(90, 90), files.plain(90, 90)], limits=Limits())

    xmp = opened(data).info["XML:com.adobe.xmp"]
    assert "digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in xmp
    assert "rdf:RDF" in xmp
    at = data.index(b"XML:com.adobe.xmp")
    assert struct.unpack(">I", data[at - 8 : at - 4])[0] < 700, "small"
    assert at < data.index(b"IDAT")


# --- odd pictures ----------------------------------------------------------------------------------


def test_what_is_transparent_is_white(files: Files) -> None:
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    clear.paste((*RED, 255), (100, 100, 300, 300))
    palette = clear.convert("P")

    image = drawn(files.of(clear), files.of(clear, "WEBP", lossless=True), files.of(palette), files.of(clear))

    for left, top in ((0, 0), (806, 0), (806, 806)):
        assert pixel(image, left + 700, top + 700) == WHITE
        assert near(pixel(image, left + 397, top + 397), RED)


def _deep() -> Image.Image:
    return Image.frombytes("I;16", (90, 90), b"\x00\x80" * 8100)


ODD = {
    "CMYK JPEG": lambda: saved(Image.new("CMYK", (90, 90), (0, 255, 255, 0)), "JPEG"),
    "16-bit PNG": lambda: saved(_deep(), "PNG"),
    "grey PNG": lambda: saved(Image.new("L", (90, 90), 128), "PNG"),
    "grey PNG with alpha": lambda: saved(Image.new("LA", (90, 90), (128, 255)), "PNG"),
    "1-bit PNG": lambda: saved(Image.new("1", (90, 90), 1), "PNG"),
    "palette PNG": lambda: saved(Image.new("RGB", (90, 90), RED).quantize(4), "PNG"),
    "progressive JPEG": lambda: saved(Image.new("RGB", (90, 90), RED), "JPEG", progressive=True),
    "one pixel": lambda: saved(Image.new("RGB", (1, 1), RED), "PNG"),
}
SEEN = {
    "CMYK JPEG": (255, 0, 0),
    "16-bit PNG": (128, 128, 128),
    "grey PNG": (128, 128, 128),
    "grey PNG with alpha": (128, 128, 128),
    "1-bit PNG": WHITE,
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_pictures_are_drawn_in_their_colours(kind: str, files: Files) -> None:
    image = drawn(files.of(ODD[kind]()), files.plain(90, 90))

    assert near(pixel(image, 500, 500), SEEN.get(kind, RED))


def test_a_line_of_pixels_is_drawn_in_a_tile_that_is_not_a_line(files: Files) -> None:
    image = drawn(files.plain(3000, 2, BLUE), files.plain(3000, 2, BLUE))

    assert image.size == (1600, 1078)


@pytest.mark.parametrize("cut", [0, 30, 400])
def test_a_picture_that_cannot_be_decoded_is_named_by_its_number(cut: int, files: Files) -> None:
    bad = files.of(saved(noise(64, 64), "PNG")[:cut])

    with pytest.raises(GivenUp, match="picture 2: ") as caught:
        drawn(files.plain(90, 90), bad)

    assert caught.value.failure.problem is Problem.RESULT_UNUSABLE
