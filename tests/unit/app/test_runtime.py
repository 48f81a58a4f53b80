"""Start and stop, without a bot: duties, signals, the exit code."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from app import runtime


class Duties:
    """Two duties: one lives until stop, the other as the test has it."""

    def __init__(self, other: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        self.stopped = asyncio.Event()
        self.ended: list[str] = []
        self._other = other

    @property
    def duties(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        async def lives() -> None:
            await self.stopped.wait()
            self.ended.append("lives")

        return {"lives": lives, "other": lambda: self._other(self.stopped)}

    async def stop(self) -> None:
        self.stopped.set()


async def supervised(app: Duties, stop: asyncio.Event) -> int:
    """The exit code; whatever the end, the last resort against what hangs is ready once it begins."""
    ready: list[bool] = []
    code = await runtime.supervise(app, stop, last_resort=lambda: ready.append(app.stopped.is_set()))
    assert ready == [False], "it is ready before anything is asked to stop"
    return code


async def _waits(stopped: asyncio.Event) -> None:
    await stopped.wait()


async def _raises(_stopped: asyncio.Event) -> None:
    raise RuntimeError("broken")


async def _returns(_stopped: asyncio.Event) -> None:
    return


async def _hangs(_stopped: asyncio.Event) -> None:
    await asyncio.sleep(3600)


@pytest.mark.parametrize("other", [_raises, _returns], ids=["raises", "returns"])
async def test_a_duty_that_ends_by_itself_ends_everything_with_1(
    other: Callable[[asyncio.Event], Awaitable[None]],
) -> None:
    app = Duties(other)

    assert await supervised(app, asyncio.Event()) == 1
    assert app.ended == ["lives"], "the others end in order"


async def test_a_signal_ends_everything_with_0() -> None:
    app, stop = Duties(_waits), asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)

    assert await supervised(app, stop) == 0
    assert app.ended == ["lives"]


async def test_a_duty_that_hangs_is_not_waited_for_beyond_the_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "DRAIN_SECONDS", 0.1)
    app, stop = Duties(_hangs), asyncio.Event()
    stop.set()

    async with asyncio.timeout(60):
        assert await supervised(app, stop) == 0


async def test_a_signal_while_starting_undoes_the_start() -> None:
    undone = []

    @asynccontextmanager
    async def starting() -> AsyncIterator[Duties]:
        try:
            await asyncio.sleep(3600)
            yield Duties(_waits)
        finally:
            undone.append(True)

    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)

    async with asyncio.timeout(60), AsyncExitStack() as stack:
        assert await runtime._unless(stop, stack.enter_async_context(starting())) is None
    assert undone == [True]
