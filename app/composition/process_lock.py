"""What one process has to itself, had before anything else starts: the SQLite file and the port."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog

from app.settings.settings import Settings
from bot.domain.errors import SettingsError
from storage.engines.sqlite_lock import DatabaseLock
from storage.store import SqlStore
from web.server import ACCEPT_SECONDS, Server

log = structlog.get_logger(__name__)


async def claim(stack: AsyncExitStack, settings: Settings, store: SqlStore, owner: str) -> Server:
    """The server that has the port, and answers nobody yet; all is given back when ``stack`` ends.

    Raises SettingsError when another process has the file or the port, or when too few files may be open.
    Behind the port of HTTP mode there is a balancer, which has to notice that the bot stops.
    """
    server = Server.of_this_process(accept_seconds=ACCEPT_SECONDS if settings.transport == "http" else 0.0)
    await _take_over(stack, settings, store, owner)
    stack.callback(server.refuse)
    await server.listen(settings.imagine_host, settings.imagine_port)
    return server


async def _take_over(stack: AsyncExitStack, settings: Settings, store: SqlStore, owner: str) -> None:
    """On SQLite one process serves a file: what earlier processes leased is due at once."""
    lock = DatabaseLock.beside(settings.imagine_database_url.get_secret_value())
    if lock is None:
        return
    if not lock.acquire():
        raise SettingsError(
            ["IMAGINE_DATABASE_URL: another bot already runs on this file; several need PostgreSQL."]
        )
    stack.callback(lock.release)
    freed = await store.write(lambda tx: tx.tasks.release_leases_of_others(owner))
    if freed:
        log.info("leases_taken_over", count=freed)
