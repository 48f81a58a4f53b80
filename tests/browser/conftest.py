"""One demo and one Chromium for all browser tests; a page of its own for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from app.demo.stage import Stage, stage
from tests.browser.kit import Desk
from tests.support.world import eventually

if TYPE_CHECKING:
    from playwright.async_api import Browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PATIENCE = 45_000
"""Milliseconds that a page may need: on a busy machine everything takes many times as long."""

USUAL = {
    "speed": 200.0,
    "duration_seconds": None,
    "price_factor": 1.0,
    "amount_factor": 1.0,
    "amount": "present",
    "balance_usd": 100.0,
    "jobs_usage": False,
    "dialects": {"jobs", "images"},
}
"""The provider's options between tests."""

Sit = Callable[..., Awaitable[Desk]]
Newcomer = Callable[[str], Awaitable[str]]


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
        "IMAGINE_MODE": "single",
        "IMAGINE_USER_PER_MINUTE": "none",
        "IMAGINE_CHANNEL_PER_MINUTE": "none",
        "IMAGINE_USER_IN_FLIGHT": "none",
    }
    async with stage(tmp_path_factory.mktemp("demo"), 0, **settings) as running:
        running.provider.set_options(**USUAL)
        await running.slack.options(ack_seconds=30.0, trigger_seconds=120.0)  # a busy machine is not a defect
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

    Every test ends with no error on any console, and with no call that Slack's reference forbids. The
    workspace stays as it is between tests: a test asks for something that no other test asks for, and looks
    for that.
    """
    desks: list[Desk] = []
    violations = len(await demo.slack.violations())

    async def sat(user: str = "U0ALICE", place: str = "C0DESIGN", **context: object) -> Desk:
        page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE)
        page.set_default_navigation_timeout(PATIENCE)
        desk = Desk(page, demo, user)
        desks.append(desk)
        await desk.open(place)
        return desk

    yield sat
    problems = [problem for desk in desks for problem in desk.problems]
    for desk in desks:
        await desk.page.context.close()
    await _all_is_well(demo, {desk.user for desk in desks})

    assert problems == []
    assert (await demo.slack.violations())[violations:] == []


async def _all_is_well(demo: Stage, users: set[str]) -> None:
    """No fault armed, no form open, the bot running: also after a test that failed half way."""
    for user in users:
        while await demo.slack.views(user):  # a form left open would cover the next test's page
            await demo.slack.close_view(user)
    await demo.slack.clear_faults()
    demo.provider.faults.clear()
    demo.provider.gateway.next.clear()
    demo.provider.set_options(**USUAL)
    if not demo.bot.state()["running"]:
        await demo.bot.start()
    await eventually(demo.slack.connections, within=60, what="the bot is connected")


@pytest.fixture
def newcomer(demo: Stage) -> Newcomer:
    """Somebody whom no other test has met, with a budget of their own: ``user = await newcomer("Erin")``."""

    async def come(name: str) -> str:
        user = f"U0{name.upper()}{len(await demo.slack.users())}"
        await demo.slack.add_user(user, user.lower(), real_name=name, channels=["C0DESIGN", "C0GENERAL"])
        return user

    return come
