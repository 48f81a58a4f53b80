"""What `doctor` asks: the balance and the routes. Neither costs anything."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.errors import GivenUp, TryLater
from tests.unit.bot.imarouter.provider import Wire, answer, client


async def test_balance_is_read() -> None:
    wire = Wire(answer(200, {"success": True, "data": {"balance_usd": 12.5, "used_amount_usd": "0.25"}}))

    found = await client(wire, base_url="https://h.example/v1").balance()

    assert (found.balance, found.used) == (Money(12_500_000), Money(250_000))
    assert wire.requests[0].url.path == "/api/usage/token/user-balance"


async def test_balance_may_be_empty_or_unsaid() -> None:
    found = await client(Wire(answer(200, {"data": {"balance_usd": 0}}))).balance()

    assert (found.balance, found.used) == (Money(0), None)


@pytest.mark.parametrize(("status", "document"), [(401, None), (200, {"success": False, "message": "no"})])
async def test_balance_refused_is_the_account(status: int, document: object) -> None:
    with pytest.raises(GivenUp) as caught:
        await client(Wire(answer(status, document))).balance()

    assert caught.value.failure.problem is Problem.PROVIDER_ACCOUNT


@pytest.mark.parametrize("reply", [answer(500), httpx.Response(200, text="<html>"), httpx.ReadTimeout("x")])
async def test_balance_unreadable_is_try_later(reply: Any) -> None:
    with pytest.raises(TryLater):
        await client(Wire(reply)).balance()


INVALID = {"error": {"message": "Invalid URL (GET /v1/jobs/x)", "type": "invalid_request_error", "code": ""}}


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        (answer(400, {"code": "task_not_exist", "message": "task_not_exist"}), "answers"),
        (answer(404, {"error": {"code": "job_not_found", "message": "job not found"}}), "answers"),
        (answer(404, INVALID), "missing"),
        (answer(404), "missing"),
        (answer(405), "missing"),
        (httpx.Response(200, text="<!doctype html>"), "missing"),
        (answer(401), "denied"),
        (answer(502), "unreachable"),
        (httpx.ConnectError("x"), "unreachable"),
        (answer(429), "unclear"),
    ],
)
async def test_probe_finds_routes_without_paying(reply: Any, finding: str) -> None:
    wire = Wire(reply)

    assert await client(wire).probe() == {"jobs": finding, "images": finding}
    assert {r.method for r in wire.requests} == {"GET"}
