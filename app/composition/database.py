"""Opens the database that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.settings.settings import Settings
from bot.ports import Clock
from storage.engine import open_store
from storage.migrate import migrate
from storage.store import SqlStore


@asynccontextmanager
async def open_database(settings: Settings, clock: Clock) -> AsyncIterator[SqlStore]:
    """The migrated database, closed at the end."""
    await migrate_database(settings)
    store = open_store(settings.imagine_database_url.get_secret_value(), clock=clock)
    try:
        yield store
    finally:
        await store.close()


async def migrate_database(settings: Settings) -> None:
    """Bring the schema up to date. Safe to repeat and from several processes at once."""
    await migrate(settings.imagine_database_url.get_secret_value())
