"""Durations told to people (provider reference 5)."""

import pytest

from bot.domain.jobs.durations import expected_seconds, rough
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size


def seconds(size: Size | None, quality: Quality, n: int = 1) -> float:
    return expected_seconds(PictureRequest(Kind.GENERATE, "a fox", size, quality, Format.PNG, n))


def test_better_and_larger_pictures_take_longer():
    small, large = Size(1024, 1024), Size(3840, 2160)

    assert [seconds(small, quality) for quality in Quality] == [15, 120, 235]
    assert seconds(small, Quality.MEDIUM) < seconds(Size(2048, 2048), Quality.MEDIUM)
    assert seconds(Size(2048, 2048), Quality.MEDIUM) < seconds(large, Quality.MEDIUM)
    assert seconds(Size(1536, 1024), Quality.MEDIUM) == seconds(small, Quality.MEDIUM)
    assert seconds(None, Quality.MEDIUM) == seconds(small, Quality.MEDIUM)
    assert seconds(large, Quality.HIGH) < 1800  # what we wait for in the end


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-3, "a few seconds"),
        (0, "a few seconds"),
        (7.9, "a few seconds"),
        (8, "about 10 s"),
        (15, "about 15 s"),
        (52, "about 50 s"),
        (55, "about 1 min"),
        (89, "about 1 min"),
        (120, "about 2 min"),
        (235, "about 4 min"),
        (1800, "about 30 min"),
        (3449, "about 57 min"),
        (3451, "about 1 h"),
        (86_400, "about 24 h"),
    ],
)
def test_duration_in_words(value, words):
    assert rough(value) == words
