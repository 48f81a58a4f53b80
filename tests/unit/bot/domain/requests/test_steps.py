"""The requests that follow from a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.requests.refusals import AskRefused, BadSize, BadValue
from bot.domain.requests.request import Format, Kind, Manner, PictureRequest, Quality, Size
from bot.domain.requests.sizes import PixelClass, broken_rule
from bot.domain.requests.steps import SHAPES, enlarged, finished, reshaped, same_in, varied

SQUARE = Size(1024, 1024)
DRAFT = PictureRequest(Kind.GENERATE, "a fox", SQUARE, Quality.LOW, Format.WEBP, 4)
MASKED = replace(DRAFT, kind=Kind.EDIT, sources=3, has_mask=True, n=1, quality=Quality.MEDIUM)


@pytest.mark.parametrize("made", [DRAFT, MASKED])
def test_every_step_starts_from_the_picture_alone(made: PictureRequest) -> None:
    final = finished(made)
    assert final is not None
    larger = same_in(made, PixelClass.K4)
    assert larger is not None
    for step in (varied(made), final, larger, reshaped(made, "wider")):
        assert (step.kind, step.sources, step.has_mask) == (Kind.EDIT, 1, False)
        assert (step.prompt, step.format) == ("a fox", Format.WEBP)
        assert step.to_send.startswith("a fox\n") is (made is DRAFT), "a change is not ordered again"
        assert step.manner is not Manner.PLAIN


@pytest.mark.parametrize("quality", Quality)
def test_a_variation_is_four_drafts_of_its_size(quality: Quality) -> None:
    step = varied(replace(DRAFT, quality=quality, n=1))

    assert (step.n, step.quality, step.size) == (4, Quality.LOW, SQUARE)
    assert "A new variation of the attached picture" in step.to_send


@pytest.mark.parametrize("quality", [Quality.LOW, Quality.MEDIUM])
def test_finishing_is_high_quality_at_the_same_size(quality: Quality) -> None:
    step = finished(replace(DRAFT, quality=quality))

    assert step is not None
    assert (step.n, step.quality, step.size) == (1, Quality.HIGH, SQUARE)
    assert "as a finished picture" in step.to_send


def test_what_is_high_is_finished_in_4k_and_what_is_4k_is_done() -> None:
    step = finished(replace(DRAFT, quality=Quality.HIGH))

    assert step is not None
    assert step.size == Size(2880, 2880)
    assert finished(step) is None
    assert finished(replace(DRAFT, quality=Quality.HIGH, size=None)) is None, "nobody knows its size"
    draft_of_unknown_size = finished(replace(DRAFT, size=None))
    assert draft_of_unknown_size is not None
    assert draft_of_unknown_size.size is None


@pytest.mark.parametrize(("pixels", "wanted"), [(PixelClass.K2, 2048), (PixelClass.K4, 2880)])
def test_a_draft_can_be_finished_larger_right_away(pixels: PixelClass, wanted: int) -> None:
    step = finished(DRAFT, pixels)

    assert step is not None
    assert (step.quality, step.size) == (Quality.HIGH, Size(wanted, wanted))


@pytest.mark.parametrize(
    ("size", "pixels", "wanted"),
    [
        (SQUARE, PixelClass.K4, Size(2880, 2880)),
        (SQUARE, PixelClass.K1, None),
        (Size(2880, 2880), PixelClass.K4, None),
        (Size(2880, 2880), PixelClass.K2, None),
        (None, PixelClass.K4, None),
    ],
)
def test_a_picture_only_ever_grows(size: Size | None, pixels: PixelClass, wanted: Size | None) -> None:
    assert enlarged(size, pixels) == wanted


@pytest.mark.parametrize("size", [Size(1536, 864), Size(864, 1536), Size(1536, 512), Size(1008, 800)])
@pytest.mark.parametrize("pixels", [PixelClass.K2, PixelClass.K4])
def test_a_larger_picture_has_the_same_shape(size: Size, pixels: PixelClass) -> None:
    larger = enlarged(size, pixels)

    assert larger is not None
    assert broken_rule(larger) is None
    assert abs(larger.width / larger.height / (size.width / size.height) - 1) < 0.01


def test_the_same_in_4k_keeps_its_quality() -> None:
    step = same_in(DRAFT, PixelClass.K4)

    assert step is not None
    assert (step.n, step.quality, step.size) == (1, Quality.LOW, Size(2880, 2880))
    assert same_in(step, PixelClass.K4) is None


@pytest.mark.parametrize(
    ("shape", "ratio"),
    [*((name, ratio) for name, ratio in SHAPES.items()), ("16:9", "16:9"), ("4x5", "4:5")],
)
def test_another_shape_is_one_picture_of_the_same_quality(shape: str, ratio: str) -> None:
    step = reshaped(replace(DRAFT, quality=Quality.MEDIUM), shape)

    wide, high = map(int, ratio.split(":"))
    assert step.size is not None
    assert abs(step.size.width / step.size.height / (wide / high) - 1) < 0.02
    assert (step.n, step.quality) == (1, Quality.MEDIUM)
    assert broken_rule(step.size) is None
    assert "Extend the attached picture to the new format" in step.to_send


@pytest.mark.parametrize(("shape", "refused"), [("round", BadValue), ("", BadValue), ("9:1", BadSize)])
def test_what_is_no_shape_is_refused(shape: str, refused: type) -> None:
    with pytest.raises(AskRefused) as raised:
        reshaped(DRAFT, shape)

    assert type(raised.value.refusal) is refused


def test_a_change_is_not_ordered_once_more() -> None:
    changed = replace(DRAFT, kind=Kind.EDIT, prompt="make the sky pink", sources=1, n=1)

    final = finished(changed)
    assert final is not None
    again = varied(final)

    assert final.prompt == "make the sky pink", "people see what was asked for"
    assert "pink" not in final.to_send
    assert final.to_send.startswith("Render the attached draft")
    assert "pink" not in again.to_send
    assert "a fox" in varied(DRAFT).to_send
