"""Durations told to people (provider reference 5)."""

from bot.domain.jobs.durations import expected_seconds
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
