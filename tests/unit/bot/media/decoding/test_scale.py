"""Scaling band by band gives what scaling at once gives (bot.media.decoding.scale)."""

from __future__ import annotations

import pytest
from PIL import Image

from bot.media.decoding.scale import scaled
from tests.unit.bot.media.pictures import noise


def same(image: Image.Image) -> Image.Image:
    return image


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("size", [(333, 211), (1, 1), (700, 40)])
def test_bands_are_the_same_bit_for_bit(mode: str, size: tuple[int, int]) -> None:
    image = noise(700, 900).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.effect_noise(image.size, 90))
    whole = image.resize(size, Image.Resampling.LANCZOS)

    assert scaled(image, size, same).tobytes() == whole.tobytes()


def test_a_very_wide_picture_is_scaled_in_bands_of_few_rows() -> None:
    image = Image.linear_gradient("L").resize((200_000, 30))
    whole = image.resize((3840, 1), Image.Resampling.LANCZOS)

    assert scaled(image, (3840, 1), same).tobytes() == whole.tobytes()


def test_each_band_is_converted_by_itself() -> None:
    seen: list[tuple[int, int]] = []

    def grey(band: Image.Image) -> Image.Image:
        seen.append(band.size)
        return band.convert("L")

    out = scaled(noise(600, 600), (60, 60), grey)

    assert (out.mode, out.size) == ("L", (60, 60))
    assert seen == [(600, 256), (600, 256), (600, 88)]
