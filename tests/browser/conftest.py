"""One demo and one Chromium for all browser tests; a page of its own for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.demo import Stage, stage
from tests.browser.kit import Desk

if TYPE_CHECKING:
    from playwright.async_api import Browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

Sit = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="session")
def chromium() -> str:
    pytest.importorskip("playwright", reason="browser tests need Playwright (pip group test)")
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium (apt-get install chromium, or CHROMIUM=path)")
    return CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The whole demo, with a small budget for each person and no limit on starts."""
    settings = {
        "IMAGINE_BUDGET_USER": "0.60",
        "IMAGINE_CONFIRM_USD": "none",
        "IMAGINE_USER_PER_MINUTE": "none",
        "IMAGINE_USER_IN_FLIGHT": "none",
    }
    async with stage(tmp_path_factory.mktemp("demo"), 0, **settings) as running:
        running.provider.set_options(speed=200.0)
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sit(demo: Stage, browser: Browser) -> AsyncIterator[Sit]:
    """Sit somebody down at a page of their own: ``desk = await sit("U0ALICE")``.

    Every test ends with no error on any console, and with no call that Slack's reference forbids.
    """
    desks: list[Desk] = []

    async def sat(user: str = "U0ALICE", place: str = "C0DESIGN", **context: object) -> Desk:
        page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(10_000)
        desk = Desk(page, demo, user)
        desks.append(desk)
        await desk.open(place)
        return desk

    yield sat
    problems = [problem for desk in desks for problem in desk.problems]
    for desk in desks:
        await desk.page.context.close()
    for user in {desk.user for desk in desks}:
        while await demo.slack.views(user):  # a form left open would cover the next test's page
            await demo.slack.close_view(user)
    demo.provider.reset()
    demo.provider.set_options(speed=200.0, duration_seconds=None, price_factor=1.0)

    assert problems == []
    assert await demo.slack.violations() == []
