"""The matrix as a table on the last lines, whether a case held or not."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World, open_world

COLUMNS = {"ends": 22, "sent": 6, "paid": 6, "status messages": 17, "posts a picture": 17, "rest after": 10}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Sandboxes, and nothing else yet. A failing test prints the bots' logs; in every test Slack sees no call
    that it would refuse as malformed."""
    async with open_world(tmp_path) as opened:
        yield opened
        assert await opened.slack.violations() == []
        for bot in opened.bots:
            print(bot.log())  # noqa: T201 - pytest shows it when the test fails


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows: list[tuple[str, str, dict[str, str]]] = []
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            found = dict(getattr(report, "user_properties", []))
            if getattr(report, "when", "") == "call" and "killed at" in found:
                rows.append((str(found["killed at"]), "ok" if outcome == "passed" else "BROKEN", found))
    if not rows:
        return
    terminalreporter.section("kill -9 at every effect")
    wide = max(len(name) for name, _, _ in rows) + 2
    terminalreporter.write_line(
        f"{'killed at':<{wide}}{'':<8}" + "".join(f"{c:<{w}}" for c, w in COLUMNS.items())
    )
    for name, verdict, found in rows:
        cells = "".join(f"{found.get(column, '?'):<{width}}" for column, width in COLUMNS.items())
        terminalreporter.write_line(f"{name:<{wide}}{verdict:<8}{cells}")
