"""The paid call: what is sent, that it is sent once, and the receipt."""

from __future__ import annotations

import httpx
import pytest

from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.request import Format, Quality, Size
from bot.errors import GivenUp
from bot.imarouter.http import root_of
from bot.ports import Receipt
from tests.unit.bot.imarouter.provider import KEY, TASK, Wire, answer, order, refusal, submit


async def test_submit_images_dialect_sends_the_live_body_once() -> None:
    wire = Wire(answer(200, TASK))

    receipt = await submit(wire)

    assert receipt == Receipt("task_1", "images", None)
    assert wire.body == {
        "model": "gpt-image-2",
        "prompt": "a red fox & <b>",
        "size": "1536x1024",
        "quality": "medium",
        "output_format": "png",
        "n": 1,
    }
    (request,) = wire.requests
    assert request.method == "POST"
    assert str(request.url) == "https://api.imarouter.com/v1/images/generations"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"


async def test_submit_jobs_dialect_sends_the_documented_body() -> None:
    wire = Wire(answer(200, {"id": "j1"}))
    given = order(size=Size(1024, 768), quality=Quality.HIGH, n=3, format=Format.WEBP)

    receipt = await submit(wire, given, api="jobs")

    assert receipt == Receipt("j1", "jobs", None)
    assert wire.requests[0].url.path == "/v1/image/gpt-image-2/generate"
    assert wire.body == {
        "prompt": "a red fox & <b>",
        "imageSize": "landscape_4_3",
        "quality": "high",
        "numImages": 3,
        "outputFormat": "webp",
    }


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        (Size(1024, 1024), "square_hd"),
        (Size(768, 1024), "portrait_4_3"),
        (Size(1536, 864), {"width": 1536, "height": 864}),
        (Size(3840, 2160), {"width": 3840, "height": 2160}),
    ],
)
async def test_submit_jobs_size_is_a_word_only_where_its_pixels_are_sure(size: Size, sent: object) -> None:
    wire = Wire(answer(200, {"id": "j1"}))

    await submit(wire, order(size=size), api="jobs")

    assert wire.body["imageSize"] == sent


@pytest.mark.parametrize("count", [1, 2])
async def test_submit_edit_images_dialect_uses_image_or_images_never_both(count: int) -> None:
    wire = Wire(answer(200, TASK))
    links = tuple(f"https://bot.example/media/{i}" for i in range(count))

    await submit(wire, order(source_urls=links, mask_url="https://bot.example/media/m"))

    assert wire.requests[0].url.path == "/v1/images/generations"
    assert {k: wire.body.get(k) for k in ("image", "images")} == (
        {"image": links[0], "images": None} if count == 1 else {"image": None, "images": list(links)}
    )
    assert wire.body["mask"] == "https://bot.example/media/m"


async def test_submit_edit_jobs_dialect_uses_its_own_path_and_camel_case() -> None:
    wire = Wire(answer(200, {"id": "j1"}))

    await submit(
        wire, order(source_urls=("https://b.example/1",), mask_url="https://b.example/m"), api="jobs"
    )

    assert wire.requests[0].url.path == "/v1/image/gpt-image-2/edit"
    assert wire.body["imageUrls"] == ["https://b.example/1"]
    assert wire.body["maskUrl"] == "https://b.example/m"


@pytest.mark.parametrize("api", ["jobs", "images"])
async def test_submit_never_sends_what_the_model_refuses(api: str) -> None:
    wire = Wire(answer(200, TASK))

    await submit(wire, order(source_urls=("https://b.example/1",)), api=api)

    assert not {"response_format", "style", "input_fidelity", "background"} & set(wire.body)


@pytest.mark.parametrize(
    "link",
    [
        "data:image/png;base64,AAAA",
        "https://files.slack.com/files-pri/T1-F1/fox.png",
        "https://team.slack.com/files/fox.png",
        "https://slack-files.com/T1-F1-abc",
        "file:///etc/passwd",
        "nonsense",
    ],
)
@pytest.mark.parametrize("place", ["source", "mask"])
async def test_submit_source_that_nobody_can_fetch_is_refused_before_sending(link: str, place: str) -> None:
    wire = Wire(answer(200, TASK))
    links = {"source": (link,), "mask": ("https://b.example/1",)}[place]

    error = await refusal(wire, order(source_urls=links, mask_url=link if place == "mask" else None))

    assert isinstance(error, GivenUp)
    assert error.failure.problem is Problem.SOURCE_UNREACHABLE
    assert link not in str(error)
    assert wire.requests == []


async def test_submit_lone_surrogate_in_a_prompt_is_sent_as_a_question_mark() -> None:
    wire = Wire(answer(200, TASK))

    await submit(wire, order(prompt="fox \ud83d end"))

    assert wire.body["prompt"] == "fox ? end"


@pytest.mark.parametrize(
    "base",
    [
        "https://h.example",
        "https://h.example/",
        "https://h.example/v1",
        "https://h.example/v1/",
        "https://h.example/v1/v1",
        " https://h.example/v1//v1/ ",
    ],
)
async def test_base_url_with_or_without_v1_is_the_same(base: str) -> None:
    wire = Wire(answer(200, TASK))

    await submit(wire, base_url=base)

    assert str(wire.requests[0].url) == "https://h.example/v1/images/generations"


@pytest.mark.parametrize(
    "base", ["", "h.example", "ftp://h.example", "https://", "https://u:p@h.example", "https://h/?k=1"]
)
def test_base_url_that_is_none_is_a_settings_error(base: str) -> None:
    with pytest.raises(SettingsError):
        root_of(base)


def test_base_url_keeps_a_path_prefix() -> None:
    assert root_of("https://proxy.example/ima/v1/") == "https://proxy.example/ima"


@pytest.mark.parametrize(
    ("document", "task_id"),
    [
        ({"id": "a"}, "a"),
        ({"task_id": "b", "id": "a"}, "b"),
        ({"code": "success", "data": {"task_id": "c"}}, "c"),
        ({"data": {"id": "d"}}, "d"),
        ({"id": 4711}, "4711"),
        ({"task_id": "", "id": "e"}, "e"),
    ],
)
async def test_submit_receipt_id_is_found_wherever_it_is(document: object, task_id: str) -> None:
    assert (await submit(Wire(answer(200, document)))).task_id == task_id


@pytest.mark.parametrize(
    ("amount", "money"),
    [
        ("0.042", Money(42_000)),
        ("0.0420001", Money(42_001)),
        ('"0.05"', Money(50_000)),
        ("1", Money(1_000_000)),
        ("0", None),
        ("0.0", None),
        ("-0.04", None),
        ("NaN", None),
        ("Infinity", None),
        ('"NaN"', None),
        ("null", None),
        ("true", None),
        ("1e999999", None),
        ("[]", None),
        ('"x"', None),
        ('"1_000"', None),
        ('"0_1"', None),
        ('"\u0660.\u0661"', None),
        ('"\uff11"', None),
        ('"$1"', None),
        ('"1,5"', None),
        ('" 0.05 "', Money(50_000)),
        ('"5e-2"', Money(50_000)),
        ("99999999999999999999", None),
        ("1e-30", Money(1)),
    ],
)
async def test_submit_amount_is_exact_or_unknown(amount: str, money: Money | None) -> None:
    content = f'{{"id":"t","amount_usd":{amount}}}'.encode()

    receipt = await submit(Wire(httpx.Response(200, content=content)))

    assert receipt.amount == money
