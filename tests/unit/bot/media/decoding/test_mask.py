"""A mask either fits its source and marks something, or is refused before anything is spent."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from bot.domain.problem import Problem
from bot.domain.requests.source_refusals import BadMask, MaskReason, SourceReason
from bot.media.codes import MaskNote
from bot.media.decoding.mask import prepare_mask
from bot.media.decoding.normalise import normalise
from bot.media.limits import Limits
from bot.media.picture import Mask, Normalised
from bot.media.unusable import Unusable
from tests.unit.bot.media.pictures import noise, opened, quarters, saved

LIMITS = Limits()
BOX = (40, 30, 119, 89)
"""80 by 60 pixels: a sixteenth of 320 by 240."""


def source(width: int = 320, height: int = 240) -> Normalised:
    return normalise(saved(quarters(width, height), "JPEG"), limits=LIMITS)


def holes(size: tuple[int, int] = (320, 240), box: tuple[int, int, int, int] = BOX) -> Image.Image:
    image = Image.new("RGBA", size, (10, 20, 30, 255))
    ImageDraw.Draw(image).rectangle(box, (0, 0, 0, 0))
    return image


def painted(size: tuple[int, int] = (320, 240), *, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size, 0)
    ImageDraw.Draw(image).rectangle(BOX, "white")
    return image


def take(
    image: Image.Image | bytes, of: Normalised | None = None, form: str = "PNG", **options: bool
) -> Mask:
    of = of or source()
    data = image if isinstance(image, bytes) else saved(image, form)
    mask = prepare_mask(data, of.size, of.original, limits=LIMITS, **options)
    out = opened(mask.data)

    assert (out.format, out.mode, out.size) == ("PNG", "RGBA", (of.width, of.height))
    assert (mask.width, mask.height) == out.size
    histogram = out.getchannel("A").histogram()
    assert histogram[0] + histogram[255] == out.width * out.height
    assert mask.coverage == Fraction(histogram[0], out.width * out.height)
    return mask


def refusal(image: Image.Image | bytes, of: Normalised | None = None) -> Unusable:
    of = of or source()
    data = image if isinstance(image, bytes) else saved(image, "PNG")
    with pytest.raises(Unusable) as caught:
        prepare_mask(data, of.size, of.original, limits=LIMITS)

    assert caught.value.refusal.code is Problem.BAD_MASK
    return caught.value


def test_holes_are_what_changes() -> None:
    mask = take(holes())
    out = opened(mask.data)

    assert mask.notes == (MaskNote.TRANSPARENT_CHANGES,)
    assert mask.coverage == Fraction(1, 16)
    assert mask.percent == 6
    assert out.getpixel((60, 60)) == (255, 255, 255, 0)
    assert out.getpixel((200, 200)) == (0, 0, 0, 255)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P"])
def test_white_on_black_changes_white(mode: str) -> None:
    mask = take(painted().convert(mode))

    assert mask.notes == (MaskNote.WHITE_CHANGES,)
    assert mask.coverage == Fraction(1, 16)
    assert opened(mask.data).getpixel((60, 60)) == (255, 255, 255, 0)


def test_a_jpeg_mask_with_noise_and_soft_edges_is_thresholded() -> None:
    soft = painted().filter(ImageFilter.GaussianBlur(2))
    mask = take(saved(soft, "JPEG", quality=20))

    assert abs(mask.coverage - Fraction(1, 16)) < Fraction(1, 200)


def test_invert_turns_either_polarity_round() -> None:
    for image, note in ((holes(), MaskNote.TRANSPARENT_CHANGES), (painted(), MaskNote.WHITE_CHANGES)):
        mask = take(image, invert=True)

        assert mask.notes == (note, MaskNote.INVERTED)
        assert mask.coverage == Fraction(15, 16)


def test_half_transparent_is_decided_at_the_middle() -> None:
    image = Image.new("RGBA", (320, 240), (0, 0, 0, 255))
    image.paste((0, 0, 0, 127), (0, 0, 80, 240))
    image.paste((0, 0, 0, 128), (80, 0, 160, 240))

    assert take(image).coverage == Fraction(1, 4)


@pytest.mark.parametrize("scale", [(640, 480), (160, 120), (1000, 750)])
def test_the_same_ratio_is_scaled_and_said(scale: tuple[int, int]) -> None:
    mask = take(holes().resize(scale, Image.Resampling.NEAREST))

    assert mask.notes == (MaskNote.TRANSPARENT_CHANGES, MaskNote.SCALED)
    assert abs(mask.coverage - Fraction(1, 16)) < Fraction(1, 100)


def test_a_mask_of_the_size_that_the_source_had_fits() -> None:
    small = Limits(max_edge=200)
    large = normalise(saved(quarters(600, 400), "JPEG"), limits=small)
    mask = prepare_mask(
        saved(holes((600, 400), (0, 0, 299, 399)), "PNG"), large.size, large.original, limits=small
    )

    assert MaskNote.SCALED in mask.notes
    assert (mask.width, mask.height, mask.coverage) == (200, 133, Fraction(1, 2))


def test_the_ratio_compared_is_that_of_the_files_and_not_of_what_scaling_left() -> None:
    small = Limits(max_edge=400)
    line = normalise(saved(quarters(1000, 3), "PNG"), limits=small)
    mask = prepare_mask(
        saved(holes((1000, 3), (0, 0, 499, 2)), "PNG"), line.size, line.original, limits=small
    )

    assert (mask.width, mask.height) == (400, 1)


def test_a_mask_of_a_scaled_copy_fits_despite_rounding() -> None:
    take(holes((1024, 683)), source(1500, 1000))


@pytest.mark.parametrize("size", [(240, 320), (320, 320), (321, 230), (300, 240)])
def test_another_ratio_is_refused_with_both_sizes(size: tuple[int, int]) -> None:
    found = refusal(holes(size)).refusal

    assert found.reason is MaskReason.SIZE
    assert (found.mask_size, found.source_size) == (f"{size[0]}x{size[1]}", "320x240")


def test_the_sizes_named_are_those_that_were_sent() -> None:
    large = normalise(saved(quarters(600, 400), "JPEG"), limits=Limits(max_edge=200))

    assert refusal(holes(), large).refusal.source_size == "600x400"


@pytest.mark.parametrize(
    "image",
    [
        quarters(),
        noise(320, 240),
        Image.linear_gradient("L").resize((320, 240)),
        Image.new("RGB", (320, 240), (128, 128, 128)),
        Image.new("RGB", (320, 240), (255, 255, 0)),
    ],
)
def test_a_picture_is_no_mask(image: Image.Image) -> None:
    assert refusal(image).refusal.reason is MaskReason.NOT_A_MASK


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGB", (320, 240), "black"), MaskReason.NOTHING_MARKED),
        (Image.new("RGB", (320, 240), "white"), MaskReason.EVERYTHING_MARKED),
        (Image.new("RGBA", (320, 240), (0, 0, 0, 0)), MaskReason.EVERYTHING_MARKED),
        (Image.new("RGBA", (320, 240), (0, 0, 0, 250)), MaskReason.NOTHING_MARKED),
        (holes(box=(5, 5, 6, 6)), MaskReason.NOTHING_MARKED),
    ],
)
def test_nothing_and_everything_are_refused(image: Image.Image, expected: MaskReason) -> None:
    assert refusal(image).refusal.reason is expected


def test_a_small_mark_is_a_mark() -> None:
    assert take(holes(box=(5, 5, 7, 7))).percent == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", SourceReason.EMPTY),
        (b"<html>", SourceReason.WEB_PAGE),
        (saved(holes(), "PNG")[:100], SourceReason.DAMAGED),
    ],
)
def test_what_is_no_picture_is_a_bad_mask(data: bytes, why: SourceReason) -> None:
    assert refusal(data).refusal == BadMask(MaskReason.UNREADABLE, why=why)


@settings(max_examples=40)
@given(st.tuples(st.integers(0, 300), st.integers(0, 220), st.integers(10, 300), st.integers(10, 220)))
def test_transparency_and_white_mark_the_same(box: tuple[int, int, int, int]) -> None:
    x, y = min(box[0], 299), min(box[1], 219)
    area = (x, y, min(319, x + box[2]), min(239, y + box[3]))
    by_white = Image.new("L", (320, 240), 0)
    ImageDraw.Draw(by_white).rectangle(area, 255)

    assert take(by_white).data == take(holes(box=area)).data
