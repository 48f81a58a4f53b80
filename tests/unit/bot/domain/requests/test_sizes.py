"""Sizes: presets, ratios and explicit sizes by the model's rules (provider reference 3)."""

from fractions import Fraction

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.request import Size
from bot.domain.requests.sizes import (
    DEFAULT_SIZE,
    PRESETS,
    PixelClass,
    SizeRule,
    auto_sizes,
    broken_rule,
    check,
    from_ratio,
    keep_ratio_of,
    keeps_ratio_of,
    nearest_valid,
    parse_class,
    parse_ratio,
    parse_size,
    sizes_of,
)
from bot.errors import AskRefused


def refusal(call) -> AskRefused:
    with pytest.raises(AskRefused) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1536x1024", "1536x1024"),
        ("1536X1024", "1536x1024"),
        ("1536×1024", "1536x1024"),
        ("1536*1024", "1536x1024"),
        ("1536 x 1024", "1536x1024"),
        ("1536х1024", "1536x1024"),  # the Cyrillic letter
        ("1024x1024px", "1024x1024"),
        ("square", "1024x1024"),
        ("square_hd", "1024x1024"),
        ("portrait_4_3", "768x1024"),
        ("portrait_16_9", "864x1536"),
        ("landscape_4_3", "1024x768"),
        ("landscape_16_9", "1536x864"),
        ("landscape_3_2", "1536x1024"),
        ("portrait_2_3", "1024x1536"),
        ("Landscape-16:9", "1536x864"),
        ("landscape 16 9", "1536x864"),
        ("2k", "2048x2048"),
        ("4K", "2880x2880"),
        ("1k", "1024x1024"),
        ("3840x2160", "3840x2160"),
    ],
)
def test_size_as_typed_is_understood(text, size):
    assert str(parse_size(text)) == size


@pytest.mark.parametrize(
    ("text", "rule", "nearest"),
    [
        ("1920x1080", SizeRule.GRID, "1920x1088"),
        ("1000x1000", SizeRule.GRID, "1008x1008"),
        ("512x512", SizeRule.TOO_SMALL, "816x816"),
        ("4096x4096", SizeRule.EDGE, "2880x2880"),
        ("3200x3200", SizeRule.TOO_LARGE, "2880x2880"),
        ("3840x1024", SizeRule.RATIO, "3456x1152"),
        ("0x0", SizeRule.TOO_SMALL, None),
        ("0x1024", SizeRule.RATIO, None),
        ("99999x16", SizeRule.GRID, None),
        ("16000x16000", SizeRule.EDGE, "2880x2880"),
    ],
)
def test_invalid_size_is_refused_with_the_nearest_valid_one(text, rule, nearest):
    refused = refusal(lambda: parse_size(text))

    assert refused.problem is Problem.BAD_SIZE
    assert refused.facts["given"] == text
    assert refused.facts["rule"] is rule
    assert broken_rule(refused.facts["nearest"]) is None
    if nearest:
        assert str(refused.facts["nearest"]) == nearest


@pytest.mark.parametrize(
    "text", ["", "big", "1024", "1024x", "x1024", "1024x1024x1024", "-16x16", "١٠٢٤x1024"]
)
def test_what_is_no_size_is_a_bad_value(text):
    refused = refusal(lambda: parse_size(text))

    assert refused.problem is Problem.BAD_VALUE
    assert refused.facts["flag"] == "--size"
    assert refused.facts["given"] == text


def test_misspelled_preset_names_the_closest():
    assert refusal(lambda: parse_size("landscpe_16_9")).facts["closest"] == "landscape_16_9"


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("16:9", "16/9"),
        ("16/9", "16/9"),
        ("16x9", "16/9"),
        ("16：9", "16/9"),
        ("16∶9", "16/9"),
        ("16 : 9", "16/9"),
        ("1.91:1", "191/100"),
        ("1,91:1", "191/100"),
        ("square", "1"),
        ("Portrait", "2/3"),
        ("landscape", "3/2"),
        ("wide", "16/9"),
    ],
)
def test_ratio_as_typed_is_understood(text, ratio):
    assert parse_ratio(text) == Fraction(ratio)


@pytest.mark.parametrize(
    "text", ["", "16", "16:", ":9", "0:1", "1:0", "0:0", "16:9:1", "a:b", "-1:1", "1e3:1"]
)
def test_what_is_no_ratio_is_a_bad_value(text):
    assert refusal(lambda: parse_ratio(text)).problem is Problem.BAD_VALUE


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ((1, 1), "1024x1024"),
        ((3, 2), "1536x1024"),
        ((2, 3), "1024x1536"),
        ((16, 9), "1536x864"),
        ((9, 16), "864x1536"),
        ((4, 3), "1024x768"),
        ((3, 4), "768x1024"),
        ((32, 18), "1536x864"),
        ((3, 1), "2160x720"),
        ((1, 3), "720x2160"),
        ((5, 4), "1120x896"),
        ((7, 5), "1456x1040"),  # wide enough for 1.5 MP
        ((139, 100), "1200x864"),
        ((2, 1), "1760x880"),
        ((21, 9), "1904x816"),
    ],
)
def test_ratio_becomes_a_1k_size(ratio, size):
    assert str(from_ratio(*ratio)) == size


@pytest.mark.parametrize(
    ("ratio", "pixels", "size"),
    [
        ((1, 1), PixelClass.K2, "2048x2048"),
        ((16, 9), PixelClass.K2, "2560x1440"),
        ((1, 1), PixelClass.K4, "2880x2880"),
        ((16, 9), PixelClass.K4, "3840x2160"),
        ((9, 16), PixelClass.K4, "2160x3840"),
        ((3, 2), PixelClass.K4, "3504x2336"),
        ((4, 3), PixelClass.K4, "3264x2448"),
        ((3, 1), PixelClass.K4, "3840x1280"),
    ],
)
def test_ratio_with_a_larger_class_gives_the_table_of_the_reference(ratio, pixels, size):
    assert str(from_ratio(*ratio, pixels=pixels)) == size


@pytest.mark.parametrize(
    ("ratio", "nearest"), [((4, 1), "2160x720"), ((1, 5), "720x2160"), ((99999, 1), "2160x720")]
)
def test_ratio_beyond_three_to_one_is_refused_with_the_nearest(ratio, nearest):
    refused = refusal(lambda: from_ratio(*ratio))

    assert refused.problem is Problem.BAD_SIZE
    assert refused.facts["given"] == f"{ratio[0]}:{ratio[1]}"
    assert refused.facts["rule"] is SizeRule.RATIO
    assert str(refused.facts["nearest"]) == nearest


@pytest.mark.parametrize(("width", "height"), [(0, 1), (1, 0), (-1, 2)])
def test_ratio_without_two_positive_parts_is_our_own_mistake(width, height):
    with pytest.raises(ValueError, match="positive"):
        from_ratio(width, height)
    with pytest.raises(ValueError, match="positive"):
        keep_ratio_of(width, height)


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ((4032, 3024), "1024x768"),  # a phone
        ((3024, 4032), "768x1024"),
        ((1080, 1080), "1024x1024"),
        ((1366, 768), "1536x864"),  # within half a percent of 16:9
        ((1365, 2048), "1024x1536"),
        ((1506, 1000), "1536x1024"),  # 0.4 % off
        ((1509, 1000), "1328x880"),  # 0.6 % off
        ((1080, 1350), "896x1120"),  # 4:5
        ((10000, 100), "2160x720"),  # a banner is clamped to 3:1
        ((1, 4000), "720x2160"),
    ],
)
def test_edit_keeps_the_ratio_of_its_source(source, size):
    assert str(keep_ratio_of(*source)) == size


@pytest.mark.parametrize(
    ("source", "kept"),
    [((3000, 1000), True), ((1000, 3014), True), ((3016, 1000), False), ((1, 4000), False), ((7, 7), True)],
)
def test_a_ratio_beyond_three_to_one_is_known_to_be_lost(source, kept):
    assert keeps_ratio_of(*source) is kept


def test_auto_sizes_hold_whatever_an_edit_may_become():
    possible = set(auto_sizes())

    for width in range(100, 3000, 97):
        for height in range(100, 3000, 101):
            size = keep_ratio_of(width, height)
            assert Size(max(size.width, size.height), min(size.width, size.height)) in possible


def test_every_preset_and_every_size_of_a_class_is_valid():
    every = [*PRESETS.values(), *(size for pixels in PixelClass for size in sizes_of(pixels)), DEFAULT_SIZE]

    assert [size for size in every if broken_rule(size)] == []


@pytest.mark.parametrize(
    ("pixels", "least", "most"),
    [
        (PixelClass.K1, 699_050, 1_572_864),
        (PixelClass.K2, 2_796_202, 4_194_304),
        (PixelClass.K4, 4_194_305, 8_294_400),
    ],
)
def test_classes_hold_sizes_of_like_pixels(pixels, least, most):
    found = [size.pixels for size in sizes_of(pixels)]

    assert least <= min(found) < least * 1.1
    assert most * 0.99 < max(found) <= most


@pytest.mark.parametrize(
    ("size", "rule"),
    [
        (Size(1024, 640), None),  # exactly 655,360 pixels
        (Size(1008, 640), SizeRule.TOO_SMALL),
        (Size(2880, 2880), None),  # exactly 8,294,400
        (Size(2896, 2880), SizeRule.TOO_LARGE),
        (Size(3840, 1280), None),  # exactly 3:1 and the longest edge
        (Size(3840, 1264), SizeRule.RATIO),
        (Size(1264, 3840), SizeRule.RATIO),
        (Size(3856, 2048), SizeRule.EDGE),
        (Size(1025, 1024), SizeRule.GRID),
    ],
)
def test_rules_hold_to_the_pixel(size, rule):
    assert broken_rule(size) is rule


def test_valid_size_passes_unchanged():
    assert check(Size(1024, 640)) == Size(1024, 640)
    assert nearest_valid(Size(1024, 640)) == Size(1024, 640)


@pytest.mark.parametrize(
    ("text", "pixels"), [("2K", PixelClass.K2), (" 4k ", PixelClass.K4), ("3k", None), ("", None)]
)
def test_pixel_class_as_typed(text, pixels):
    assert parse_class(text) is pixels
