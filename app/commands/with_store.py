"""Runs one question or change over this installation's database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.clock import SystemClock
from app.commands.settings import settings_with_logs
from app.composition.database import open_database
from bot.ports import Store

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """What ``work`` returns over the migrated database, which is closed afterwards. Raises SettingsError,
    StoreUnavailable and whatever ``work`` raises."""
    settings = settings_with_logs()

    async def run() -> T:
        async with open_database(settings, SystemClock()) as store:
            return await work(store)

    return asyncio.run(run())
