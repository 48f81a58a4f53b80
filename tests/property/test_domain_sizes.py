"""Sizes: always valid, really nearest, least ratio error."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Size
from bot.domain.requests.sizes import (
    GRID,
    MAX_EDGE,
    MAX_PIXELS,
    MIN_PIXELS,
    PixelClass,
    broken_rule,
    from_ratio,
    keep_ratio_of,
    nearest_valid,
    parse_size,
    sizes_of,
)

EDGES = range(GRID, MAX_EDGE + 1, GRID)
VALID = [
    Size(width, height)
    for width in EDGES
    for height in EDGES
    if MIN_PIXELS <= width * height <= MAX_PIXELS and max(width, height) <= 3 * min(width, height)
]
edges = st.one_of(
    st.integers(1, 6000), st.integers(1, 240).map(lambda step: step * 16), st.integers(0, 10**6)
)
ratios = st.tuples(st.integers(1, 400), st.integers(1, 400)).filter(
    lambda parts: max(parts) <= 3 * min(parts)
)


def distance(found: Size, wanted: Size) -> float:
    wide = math.log(found.width / max(wanted.width, 1))
    return math.hypot(wide, math.log(found.height / max(wanted.height, 1)))


def skew(size: Size, width: int, height: int) -> float:
    return abs(math.log(size.width * height / (size.height * width)))


def test_the_rules_accept_exactly_the_sizes_of_the_reference():
    accepted = [
        Size(width, height) for width in EDGES for height in EDGES if not broken_rule(Size(width, height))
    ]

    assert accepted == VALID


@given(edges, edges)
def test_nearest_valid_is_valid_and_idempotent(width, height):
    nearest = nearest_valid(Size(width, height))

    assert broken_rule(nearest) is None
    assert nearest_valid(nearest) == nearest


@given(edges, edges)
def test_nearest_valid_is_really_nearest(width, height):
    wanted = Size(width, height)
    best = min(distance(size, wanted) for size in VALID)

    assert distance(nearest_valid(wanted), wanted) <= best + 1e-12


@given(ratios, st.sampled_from(list(PixelClass)))
def test_ratio_error_is_the_least_of_its_class(parts, pixels):
    width, height = parts
    found = from_ratio(width, height, pixels=pixels)
    of_class = [*sizes_of(pixels), *(Size(size.height, size.width) for size in sizes_of(pixels))]

    assert broken_rule(found) is None
    assert skew(found, width, height) <= min(skew(size, width, height) for size in of_class) + 1e-9
    assert skew(found, width, height) < 0.02


@given(ratios, st.sampled_from(list(PixelClass)))
def test_turning_the_ratio_turns_the_size(parts, pixels):
    size = from_ratio(*parts, pixels=pixels)
    turned = from_ratio(parts[1], parts[0], pixels=pixels)

    assert (size.width, size.height) == (turned.height, turned.width)


@given(ratios)
def test_larger_classes_have_more_pixels(parts):
    small, middle, large = (from_ratio(*parts, pixels=pixels).pixels for pixels in PixelClass)

    assert small < middle < large


@given(st.integers(1, 50_000), st.integers(1, 50_000))
def test_edit_keeps_its_sources_ratio_as_far_as_the_model_allows(width, height):
    size = keep_ratio_of(width, height)
    clamped = min(max(width / height, 1 / 3), 3.0)

    assert broken_rule(size) is None
    assert abs(size.width / size.height / clamped - 1) < 0.02


@given(st.sampled_from(VALID))
def test_valid_size_is_read_as_it_is_written(size):
    assert parse_size(str(size)) == size


@given(st.text(max_size=30))
def test_any_text_is_a_valid_size_or_a_refusal(text):
    problem = None
    try:
        assert broken_rule(parse_size(text)) is None
    except AskRefused as refused:
        problem = refused.problem

    assert problem in {None, Problem.BAD_SIZE, Problem.BAD_VALUE}


@given(edges, edges)
def test_refused_size_names_one_that_is_taken(width, height):
    size = Size(width, height)
    if broken_rule(size):
        with pytest.raises(AskRefused) as caught:
            parse_size(str(size))
        assert parse_size(str(caught.value.refusal.nearest))
