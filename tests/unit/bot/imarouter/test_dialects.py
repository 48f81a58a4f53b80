"""Which dialect is spoken, and how the other one is found."""

from __future__ import annotations

import httpx
import pytest

from bot.domain.problem import Problem
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.errors import GivenUp, RouteMissing
from bot.ports import ImageProvider
from tests.unit.bot.imarouter.provider import (
    INVALID_URL,
    TASK,
    Wire,
    answer,
    client,
    order,
    refusal,
)
from tests.unit.bot.memory_store import MemoryStore

REQUEST = PictureRequest(
    kind=Kind.GENERATE, prompt="x", size=Size(1024, 1024), quality=Quality.LOW, format=Format.PNG, n=3
)


def test_client_is_an_image_provider() -> None:
    provider: ImageProvider = client(Wire(answer(200)))

    assert provider


@pytest.mark.parametrize(("api", "plan"), [("auto", [3]), ("jobs", [3]), ("images", [1, 1, 1])])
async def test_plan_follows_the_dialect(api: str, plan: list[int]) -> None:
    assert await client(Wire(answer(200)), api=api).plan(REQUEST) == plan


@pytest.mark.parametrize(("remembered", "plan"), [("images", [1, 1, 1]), ("jobs", [3]), ("odd", [3])])
async def test_plan_auto_begins_with_what_was_remembered(remembered: str, plan: list[int]) -> None:
    provider = client(Wire(answer(200)), api="auto", store=MemoryStore({"dialect": remembered}))

    assert await provider.plan(REQUEST) == plan


@pytest.mark.parametrize(
    "missing",
    [
        answer(404, INVALID_URL),
        answer(404),
        answer(405),
        answer(404, {"detail": "Not Found"}),
        answer(404, {"status": 404, "error": "Not Found", "code": "not_found"}),
        httpx.Response(404, text="<html>404</html>"),
    ],
)
async def test_submit_auto_missing_route_switches_once_and_remembers(missing: httpx.Response) -> None:
    store = MemoryStore()
    wire = Wire(missing, answer(200, TASK))
    provider = client(wire, api="auto", store=store)

    with pytest.raises(RouteMissing):
        await provider.submit(order())
    receipt = await provider.submit(order())

    assert receipt.dialect == "images"
    assert store.key_values.puts == [("dialect", "images")]
    assert [r.url.path for r in wire.requests] == [
        "/v1/image/gpt-image-2/generate",
        "/v1/images/generations",
    ]
    assert await provider.plan(REQUEST) == [1, 1, 1]


async def test_submit_auto_order_planned_before_the_switch_is_not_sent() -> None:
    wire = Wire(answer(404, INVALID_URL), answer(200, TASK))
    provider = client(wire, api="auto")
    with pytest.raises(RouteMissing):
        await provider.submit(order(n=3))

    with pytest.raises(RouteMissing):
        await provider.submit(order(n=3))

    assert len(wire.requests) == 1


async def test_submit_auto_both_missing_is_the_operators_problem_and_heals() -> None:
    wire = Wire(answer(404), answer(404), answer(404), answer(200, {"id": "j"}))
    provider = client(wire, api="auto")

    with pytest.raises(RouteMissing):
        await provider.submit(order())
    with pytest.raises(GivenUp) as caught:
        await provider.submit(order())
    with pytest.raises(RouteMissing):
        await provider.submit(order())
    receipt = await provider.submit(order())

    assert caught.value.failure.problem is Problem.PROVIDER_ACCOUNT
    assert receipt.dialect == "jobs"


@pytest.mark.parametrize("api", ["jobs", "images"])
async def test_submit_fixed_dialect_never_switches(api: str) -> None:
    wire = Wire(answer(404, INVALID_URL))

    error = await refusal(wire, api=api)

    assert isinstance(error, GivenUp)
    assert error.failure.problem is Problem.PROVIDER_ACCOUNT
    assert "IMAROUTER_API" in error.failure.detail


async def test_submit_switch_that_cannot_be_remembered_still_switches() -> None:
    store = MemoryStore()
    store.is_read_only = True
    provider = client(Wire(answer(404), answer(200, TASK)), api="auto", store=store)

    with pytest.raises(RouteMissing):
        await provider.submit(order())

    assert (await provider.submit(order())).dialect == "images"
