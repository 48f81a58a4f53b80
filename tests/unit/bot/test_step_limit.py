"""A step is cancelled when it takes too long, but not for what it only waits for."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreUnavailable
from bot.services.lease import insist
from bot.step_limit import limited_to, uncounted


async def test_a_step_that_takes_too_long_is_cancelled() -> None:
    with pytest.raises(TimeoutError):
        async with limited_to(0.01) as limit:
            await asyncio.Event().wait()

    assert limit.expired


async def test_waiting_for_a_turn_takes_none_of_its_time() -> None:
    async with limited_to(0.05) as limit:
        with uncounted():
            await asyncio.sleep(0.1)

    assert not limit.expired


async def test_its_own_time_goes_on_after_the_turn_has_come() -> None:
    async def step() -> None:
        async with limited_to(0.01):
            with uncounted():
                await asyncio.sleep(0.02)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await step()


async def test_two_parts_that_wait_at_once_stop_the_time_once() -> None:
    async def wait(seconds: float) -> None:
        with uncounted():
            await asyncio.sleep(seconds)

    async with limited_to(0.05) as limit:
        await asyncio.gather(wait(0.01), wait(0.1))

    assert not limit.expired


async def test_outside_of_a_step_nothing_is_counted() -> None:
    with uncounted():
        await asyncio.sleep(0)


async def test_a_known_outcome_is_recorded_however_long_the_database_is_away() -> None:
    tries = 0

    async def write(unit: object) -> str:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreUnavailable("away")
        return "written"

    async with limited_to(0.05):
        assert await insist(write, lambda _tx: "") == "written"  # type: ignore[arg-type]
