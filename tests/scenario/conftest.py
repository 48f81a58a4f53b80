"""Scenario fixtures: a workspace, a provider and a bot, each in its first state, for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.shared_world import SharedWorld
from tests.support.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file run in one event loop, which serves the sandboxes that they share."""
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SharedWorld]:
    shared = SharedWorld(tmp_path_factory.mktemp("worlds"))
    yield shared
    await shared.close()


@pytest_asyncio.fixture(loop_scope="module")
async def world(shared_world: SharedWorld, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """An empty workspace and provider, and from ``start_bot`` on a bot with an empty database: perhaps one
    that served the test before. A failing test prints the bots' logs."""
    async with shared_world.lend(new="own_world" in request.keywords) as lent:
        try:
            yield lent
        finally:
            for bot in lent.bots:
                print(bot.log())  # noqa: T201 - pytest shows it when the test fails
