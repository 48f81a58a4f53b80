"""Pictures are called by their places among those that were ordered."""

import pytest

from bot.domain.jobs.job import ORDINALS
from bot.domain.jobs.numbers import numbered
from tests.contract.samples import a_picture, a_submission


def submissions(*counts: int) -> list[object]:
    return [a_submission(f"S{ordinal}", ordinal=ordinal, n=n) for ordinal, n in enumerate(counts)]


def pictures(*places: tuple[int, int]) -> list[object]:
    """By the ordinal of the submission and the place in it."""
    return [a_picture(f"P{of}{place}", ordinal=of * ORDINALS + place) for of, place in places]


@pytest.mark.parametrize(
    ("counts", "places", "wanted"),
    [
        ((1,), [(0, 0)], {1: "P00"}),
        ((4,), [(0, 0), (0, 1), (0, 2), (0, 3)], {1: "P00", 2: "P01", 3: "P02", 4: "P03"}),
        ((4,), [(0, 0), (0, 3)], {1: "P00", 4: "P03"}),
        ((1, 1, 1, 1), [(0, 0), (2, 0), (3, 0)], {1: "P00", 3: "P20", 4: "P30"}),
        ((2, 2), [(0, 1), (1, 0), (1, 1)], {2: "P01", 3: "P10", 4: "P11"}),
        ((3, 1), [(1, 0)], {4: "P10"}),
        ((1,), [], {}),
        ((), [(0, 0), (1, 0)], {1: "P00", 2: "P10"}),
    ],
    ids=[
        "one",
        "four",
        "gap in one order",
        "gap between orders",
        "two orders",
        "only the last",
        "none",
        "old",
    ],
)
def test_a_picture_keeps_its_number_when_one_before_it_is_missing(
    counts: tuple[int, ...], places: list[tuple[int, int]], wanted: dict[int, str]
) -> None:
    ordered, came = submissions(*counts), pictures(*places)

    for shuffled in (came, came[::-1]):
        found = numbered(shuffled, ordered[::-1])  # type: ignore[arg-type]
        assert {number: picture.id for number, picture in found.items()} == wanted
        assert list(found) == sorted(found)
