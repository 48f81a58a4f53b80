"""Connects to either engine, with the settings that every connection needs."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, Engine, Pool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    import asyncpg

_SERVER_SETTINGS = {
    "application_name": "imagine-bot",
    "jit": "off",  # costs more than it saves on queries this small
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "30s",  # a hung replica must not keep rows locked
}


def sqlite_engine(
    path: Path, *, busy_seconds: float, pool: type[Pool], readonly: bool = False, **options: Any
) -> Engine:
    """An engine for the file ``path``, which waits ``busy_seconds`` for another process's lock. Its callers
    begin and end transactions themselves: the driver's own BEGIN would come late and be DEFERRED."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
        poolclass=pool,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        if not readonly:
            _use_wal(connection, busy_seconds)
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {int(readonly)}")

    return engine


def sqlite_readers(path: Path, *, busy_seconds: float, count: int) -> AsyncEngine:
    """At most ``count`` read-only connections of aiosqlite, each with a thread of its own."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=count,
        max_overflow=0,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = 1")
        cursor.close()

    return engine


def _use_wal(connection: sqlite3.Connection, seconds: float) -> None:
    """Switch the file to WAL, trying for ``seconds``: while another process does the same, SQLite reports a
    lock at once instead of waiting."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def make_file(path: Path) -> None:
    """Make the file, readable for its owner only, and its folder. Safe to repeat. SQLite gives its side files
    the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def driver(connection: Any) -> sqlite3.Connection:
    """The driver's connection under a SQLAlchemy one."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def postgres_engine(
    dsn: str, *, command_timeout: float | None = 30.0, statement_timeout: str = "15s", **options: Any
) -> AsyncEngine:
    """An engine whose connections understand every form of address that libpq does.

    ``command_timeout`` (seconds, or None) ends a statement on our side, ``statement_timeout`` on the
    server's.
    """
    import asyncpg  # noqa: PLC0415 - SQLite does without it

    settings = _SERVER_SETTINGS | {"statement_timeout": statement_timeout}

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            dsn, timeout=10, command_timeout=command_timeout, server_settings=settings
        )

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        **options,
    )
