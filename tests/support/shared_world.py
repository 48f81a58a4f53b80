"""One world for the tests of a file, as long as each finds it as the first one did."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from storage.schema.tables import metadata
from tests.support.world import World, eventually, open_world

REST_SECONDS = 20.0
"""How long what a test has set going may take to end; where it takes longer, the world is not used again."""

QUICK = {
    "handlers.web_api.pacing.FACTOR": 1000.0,  # a bot of many tests posts more than Slack would like of one
    "bot.services.delivery.deliver.VERIFY_SECONDS": 0.3,
}
SHARED_SOON = {"file_delay": 0.1, "share_delay": 0.1}
"""Slack shows a file some time after it says so, and the bot looks once more, here as in life."""

HARMLESS = {None, "no_reaction", "already_reacted"}
"""What Slack answers a bot that wants what is so already."""


class SharedWorld:
    """Lends a test the world of the test before it, emptied, if nothing went wrong there and no setting was
    changed; otherwise a new one.

    What goes wrong leaves traces in a bot's memory: it waits, or takes a route for missing. Settings do, too.
    What goes well leaves only rows, files and messages, and these are taken away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._stack = AsyncExitStack()
        self._world: World | None = None
        self._settings: Any = None

    @contextlib.asynccontextmanager
    async def lend(self, *, new: bool) -> AsyncIterator[World]:
        """The world of one test. Raises AssertionError when the test has made a call that Slack would have
        refused as malformed."""
        world = await self._open() if new or self._world is None else self._world
        self._world = None
        yield world
        assert await world.slack.violations() == []
        if self._is_as_found(world) and await _empty(world):
            world.left, world.bots = world.bots[0], []
            self._world = world

    async def close(self) -> None:
        self._world = None
        await self._stack.aclose()

    async def _open(self) -> World:
        await self.close()
        self._count += 1
        folder = self._folder / str(self._count)
        await asyncio.to_thread(folder.mkdir)
        world = await self._stack.enter_async_context(open_world(folder))
        world.env["BOT_PATCH"] = json.dumps(QUICK)
        world.sandbox.options.change(SHARED_SOON)
        self._settings = _settings(world)
        return world

    def _is_as_found(self, world: World) -> bool:
        bots = [bot.is_running for bot in world.bots]
        return bots == [True] and _settings(world) == self._settings and not _went_wrong(world)


def _settings(world: World) -> Any:
    workspace = world.sandbox.core.workspace
    return copy.deepcopy(
        (world.env, world.sandbox.options, world.provider.options, workspace.users, workspace.groups)
    )


def _went_wrong(world: World) -> bool:
    """Whether the bot was ever answered otherwise than it had hoped for."""
    core = world.sandbox.core
    return bool(
        core.token_error
        or core.faults.active()
        or world.provider.faults.active()
        or any(call.status != 200 or call.error not in HARMLESS for call in core.recorder.calls)
        or not all(delivery.acked for delivery in core.recorder.deliveries)
        or any(entry.status != 200 for entry in world.provider.journal.entries)
    )


async def _empty(world: World) -> bool:
    """Take everything away once nothing is under way; False when something still is after a while."""
    await world.slack.settle()
    await world.provider.fetched()
    (bot,) = world.bots
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")

    async def emptied() -> bool:
        return await asyncio.to_thread(_empty_database, path)

    try:
        await eventually(emptied, within=REST_SECONDS, what="the bot is at rest")
    except AssertionError:
        return False
    await world.sandbox.reset()
    world.provider.reset()
    await asyncio.to_thread(_empty_folders, world.folder)
    bot.read_from = await asyncio.to_thread(lambda: bot.log_path.stat().st_size)
    return True


def _empty_database(path: str) -> bool:
    """Delete what asks have left, unless a step runs or is due: what is left is what a start writes."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN IMMEDIATE")
        soon = int((time.time() + 1) * 1_000_000)
        busy = "SELECT count(*) FROM tasks WHERE owner IS NOT NULL OR due_at < ?"
        if db.execute(busy, (soon,)).fetchone() != (0,):
            db.execute("ROLLBACK")
            return False
        for table in metadata.tables:
            db.execute(f"DELETE FROM {table}" + (" WHERE job_id != ''" if table == "tasks" else ""))
        db.execute("COMMIT")
    return True


def _empty_folders(folder: Path) -> None:
    for path in folder.glob("*/**/*"):
        if path.is_file():
            path.unlink()
