"""The deadline of a request is seen by all that it waits for, and by nothing else."""

import asyncio

from bot.deadline import DATABASE_SECONDS, answer_within, patience, seconds_left


async def test_nobody_waits_for_background_work() -> None:
    assert seconds_left() is None


async def test_what_a_request_awaits_and_starts_shares_its_deadline() -> None:
    async def left() -> float | None:
        return seconds_left()

    with answer_within(100.0):
        awaited, started = await left(), await asyncio.create_task(left())

    assert awaited is not None
    assert started is not None
    assert 0.0 < started <= awaited <= 100.0
    assert seconds_left() is None


async def test_a_later_deadline_does_not_extend_an_earlier_one() -> None:
    with answer_within(10.0), answer_within(1000.0):
        outer = seconds_left()
    with answer_within(1000.0), answer_within(10.0):
        inner = seconds_left()

    assert outer is not None
    assert inner is not None
    assert max(outer, inner) <= 10.0


async def test_a_deadline_that_is_over_leaves_nothing_and_never_less() -> None:
    with answer_within(-5.0):
        assert seconds_left() == 0.0


async def test_work_that_goes_on_behind_a_request_has_none() -> None:
    async def left() -> float | None:
        return seconds_left()

    with answer_within(1.0):
        with answer_within(None):
            behind = asyncio.create_task(left())
        kept = seconds_left()

    assert await behind is None
    assert kept is not None


async def test_a_hurried_wait_leaves_the_database_its_time() -> None:
    assert patience(1.5, 5.0) == 5.0
    with answer_within(100.0):
        assert patience(1.5, 5.0) == 1.5
    with answer_within(1.0):
        assert 0.0 < patience(1.5, 5.0) <= 1.0 - DATABASE_SECONDS
    with answer_within(0.1):
        assert patience(1.5, 5.0) == 0.0
