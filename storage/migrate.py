"""Brings a database to the current schema, also while other processes try the same."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Connection, NullPool, bindparam, func, select
from sqlalchemy.exc import StatementError

from bot.errors import StoreUnavailable
from storage.connect import driver, make_file, postgres_engine, sqlite_engine
from storage.errors import DRIVER_ERRORS, translate
from storage.schema.revision import is_current
from storage.url import SqliteFile, parse_url

_LOCK_NUMBER = 7_206_311_845
"""Names our advisory lock on a PostgreSQL server; any number that nothing else uses."""

_WAIT_SECONDS = 60.0
_ONE_AT_A_TIME = threading.Lock()
"""Held while a migration runs: ``upgrade`` allows one in a process."""


async def migrate(url: str) -> None:
    """Run the missing migrations, all in one transaction. Safe to repeat and safe from several processes
    at once: one migrates, the others wait and find nothing to do. Raises SettingsError, StoreUnavailable."""
    target = parse_url(url)
    if isinstance(target, SqliteFile):
        await asyncio.to_thread(_migrate_file, target.path)
    else:
        await asyncio.to_thread(_migrate_server, target.dsn)


async def schema_is_current(url: str) -> bool:
    """Whether the database has every migration and none that we do not know. Raises StoreUnavailable."""
    target = parse_url(url)
    if isinstance(target, SqliteFile):
        return await asyncio.to_thread(_file_is_current, target.path)
    return await _server_is_current(target.dsn)


def _migrate_file(path: Path) -> None:
    try:
        make_file(path)
        engine = sqlite_engine(path, busy_seconds=_WAIT_SECONDS, pool=NullPool)
        with engine.connect() as connection:
            # SQLite changes a table by copying it and dropping the old one, which others refer to.
            driver(connection).execute("PRAGMA foreign_keys = OFF")
            driver(connection).execute("BEGIN EXCLUSIVE")
            with connection.begin():  # alembic leaves a transaction that is under way to its owner
                if not is_current(connection):
                    _upgrade(connection)
                    _check_references(connection)
    except (*DRIVER_ERRORS, sqlite3.Error) as error:
        raise StoreUnavailable(f"the database cannot be migrated ({_driver_says(error)})") from error


def _migrate_server(dsn: str) -> None:
    asyncio.run(_migrate_server_async(dsn))


async def _migrate_server_async(dsn: str) -> None:
    engine = postgres_engine(dsn, command_timeout=None, statement_timeout="0", poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(bindparam("n", _LOCK_NUMBER))))
            await connection.run_sync(_upgrade)
    except DRIVER_ERRORS as error:
        raise translate(error) from error
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    """Run the missing migrations, if there are any. The caller holds our lock on the database."""
    if is_current(connection):
        return
    from storage.schema.upgrade import upgrade  # noqa: PLC0415 - it imports Alembic, which is seldom needed

    with _ONE_AT_A_TIME:
        upgrade(connection)


def _check_references(connection: Connection) -> None:
    """Check all foreign keys, which SQLite did not do during the migration. Raises StoreUnavailable, which
    undoes the migration."""
    broken = driver(connection).execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise StoreUnavailable(f"the database cannot be migrated (a row of {broken[0]} refers to nothing)")


def _driver_says(error: Exception) -> str:
    """The driver's own message, without the statement and the links that SQLAlchemy adds to it."""
    return str(error.orig if isinstance(error, StatementError) else error)


def _file_is_current(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with sqlite_engine(path, busy_seconds=5.0, readonly=True, pool=NullPool).connect() as connection:
            return is_current(connection)
    except (*DRIVER_ERRORS, sqlite3.Error) as error:
        raise StoreUnavailable(f"the database cannot be read ({type(error).__name__})") from error


async def _server_is_current(dsn: str) -> bool:
    engine = postgres_engine(dsn, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(is_current)
    except DRIVER_ERRORS as error:
        raise translate(error) from error
    finally:
        await engine.dispose()
