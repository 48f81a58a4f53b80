"""What the simulated model takes and refuses, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.imarouter.pricing import Picture, price_micros
from tests.unit.sandbox.imarouter_kit import EDIT, GENERATE, fetched, hosting, opened, picture, running

URL = "http://127.0.0.1:9/a.png"


@pytest.mark.parametrize(
    "size", ["1024x1024", "1536x1024", "1024x768", "2048x1152", "3840x2160", "2880x2880", "1664x560"]
)
async def test_sizes_that_the_model_takes_come_out_exactly(size: str) -> None:
    async with running(plain_pictures=True) as kit:
        answer = await kit.made(size=size)

        assert "{}x{}".format(*opened(answer.content).size) == size


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ("1920x1080", "divisible"),
        ("512x512", "pixels"),
        ("1024x576", "pixels"),
        ("3856x2160", "longest"),
        ("3840x1264", "aspect"),
        ("3840x2176", "pixels"),
        ("2K", "WIDTHxHEIGHT"),
        ("auto", "WIDTHxHEIGHT"),
        ("landscape_4_3", "WIDTHxHEIGHT"),
        (1024, "WIDTHxHEIGHT"),
        ("0x0", "divisible"),
    ],
)
async def test_sizes_that_the_model_refuses(size: Any, why: str) -> None:
    async with running() as kit:
        answer = await kit.post(size=size)

        assert answer.status_code == 400
        assert why in answer.text
        assert kit.provider.tasks() == []


@pytest.mark.parametrize(
    "body",
    [
        {"quality": "standard"},
        {"quality": "auto"},
        {"output_format": "gif"},
        {"n": 0},
        {"n": 11},
        {"n": "2"},
        {"n": True},
        {"prompt": "  "},
        {"prompt": 5},
        {"prompt": "x" * 32_001},
        {"background": "transparent"},
        {"input_fidelity": "high"},
        {"response_format": "url"},
        {"style": "vivid"},
        {"moderation": "off"},
        {"output_compression": 50},
        {"output_compression": 101, "output_format": "webp"},
        {"image": URL, "images": [URL]},
        {"image": [URL]},
        {"images": URL},
        {"images": []},
        {"images": [URL] * 17},
        {"mask": URL},
    ],
)
async def test_parameters_that_are_refused(body: dict[str, Any]) -> None:
    async with running() as kit:
        answer = await kit.post(**body)

        assert answer.status_code == 400, answer.text
        assert kit.provider.tasks() == []
        assert kit.balance() == 100


async def test_a_body_that_is_no_json_object_is_refused() -> None:
    async with running() as kit:
        for content in ("nonsense", "[1]", ""):
            answer = await kit.http.post("/v1/images/generations", content=content)

            assert answer.status_code == 400
            assert answer.json()["code"] == "invalid_request"


async def test_the_model_is_required_and_must_be_in_the_keys_group() -> None:
    async with running() as kit:
        none, other = await kit.post(model=None), await kit.post(model="gpt-image-9")

        assert none.status_code == 400
        assert other.status_code == 503
        assert other.json()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("square", (1024, 1024)),
        ("landscape_16_9", (1536, 864)),
        (None, (1024, 768)),
        ({"width": 2048, "height": 1152}, (2048, 1152)),
    ],
)
async def test_jobs_sizes_are_presets_or_objects(size: Any, expected: tuple[int, int]) -> None:
    async with running(plain_pictures=True) as kit:
        job = await kit.start(GENERATE, imageSize=size)
        kit.provider.advance(10_000)
        output = (await kit.poll(job, "/v1/jobs"))["output"]

        assert opened((await kit.http.get(output[0]["url"])).content).size == expected


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, {"imageSize": "1024x1024"}),
        (GENERATE, {"imageSize": "auto"}),
        (GENERATE, {"imageSize": {"width": 1000, "height": 1000}}),
        (GENERATE, {"imageSize": {"width": "1024", "height": "1024"}}),
        (GENERATE, {"numImages": 0}),
        (GENERATE, {"outputFormat": "tiff"}),
        (EDIT, {}),
        (EDIT, {"imageUrls": []}),
        (EDIT, {"imageUrls": URL}),
    ],
)
async def test_jobs_parameters_that_are_refused(path: str, body: dict[str, Any]) -> None:
    async with running() as kit:
        assert (await kit.post(path, **body)).status_code == 400


async def test_unknown_fields_are_dropped_unless_strict() -> None:
    async with running() as kit:
        lax = await kit.post(aspect_ratio="16:9")
        kit.provider.set_options(strict_fields=True)
        strict = await kit.post(aspect_ratio="16:9")

        assert (lax.status_code, strict.status_code) == (200, 400)


async def test_an_operator_can_have_only_the_verified_sizes() -> None:
    async with running(verified_sizes_only=True) as kit:
        assert (await kit.post(size="1024x768")).status_code == 400
        assert (await kit.post(size="1536x1024")).status_code == 200


@pytest.mark.parametrize(("fmt", "pillow"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
async def test_formats_are_real_and_opaque(fmt: str, pillow: str) -> None:
    async with running() as kit:
        answer = await kit.made(output_format=fmt)
        image = opened(answer.content)

        assert (image.format, image.mode) == (pillow, "RGB")
        assert answer.headers["Content-Type"] == f"image/{fmt}"


async def test_compression_makes_a_smaller_file() -> None:
    async with running() as kit:
        fine = await kit.made(output_format="jpeg", output_compression=95)
        coarse = await kit.made(output_format="jpeg", output_compression=10)

        assert len(coarse.content) < len(fine.content) / 2


async def test_auto_takes_the_shape_of_the_source() -> None:
    async with hosting({"a.png": picture((500, 800))}) as host, running() as kit:
        task = await kit.start(image=f"{host}/a.png", size="auto")
        await fetched(kit)

        assert opened((await kit.http.get((await kit.finished(task))["url"])).content).size == (1024, 1536)


def test_a_square_costs_more_than_a_larger_two_to_three() -> None:
    square = price_micros(Picture(1024, 1024, "high"))
    portrait = price_micros(Picture(1024, 1536, "high"))

    assert (square, portrait) == (211_000, 165_000)
    assert price_micros(Picture(3840, 2160, "medium")) == 139_000
    assert price_micros(Picture(2048, 1152, "medium"), factor=2) == 214_000
    assert price_micros(Picture(1024, 1024, "low", sources=2)) == 22_000
