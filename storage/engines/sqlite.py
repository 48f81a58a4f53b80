"""The store on one SQLite file: one writer, several readers, each reader on a snapshot of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from bot.deadline import seconds_left
from bot.errors import StoreUnavailable
from bot.ports import Clock, Transaction
from storage.connect import make_file, sqlite_readers
from storage.engines.sqlite_writer import Writer
from storage.errors import DRIVER_ERRORS, HeldUp
from storage.schema.revision import is_current
from storage.store import T, Unit
from storage.transaction import SqlTransaction

READERS = 4
"""How many connections may read at the same time."""

READY_SECONDS = 1.5
"""A file whose writer has not carried out an empty unit by then counts as not ready: another process locks
it, or the disk hangs."""


class SqliteStore:
    """``SqlStore`` on a file. Reads go through aiosqlite; writes through one thread that groups them."""

    def __init__(self, path: Path, *, clock: Clock, busy_seconds: float) -> None:
        self._path = path
        self._clock = clock
        self._writer = Writer(path, clock=clock, busy_seconds=busy_seconds)
        self._readers = sqlite_readers(path, busy_seconds=busy_seconds, count=READERS)
        self._closed = False

    async def write(self, unit: Unit[T]) -> T:
        return await self._writer.run(unit, patience=seconds_left())

    async def read(self, unit: Unit[T]) -> T:
        def snapshot(connection: Connection) -> T:
            connection.exec_driver_sql("BEGIN")  # the first SELECT takes the snapshot
            return unit(SqlTransaction(connection, now=lambda _: self._clock.now(), writable=False))

        try:
            async with asyncio.timeout(seconds_left()):
                return await self._run(snapshot)
        except TimeoutError as error:
            raise HeldUp("the database was busy for too long") from error

    async def is_ready(self) -> bool:
        """See ``SqlStore``. Also has the writer carry out an empty unit, because a locked file can still be
        read."""
        if self._writer.unavailable_reason is not None:
            return False
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._writer.run(_nothing)
                return await self._run(is_current)
        except (StoreUnavailable, TimeoutError):
            return False

    async def close(self) -> None:
        self._closed = True
        await self._writer.close()
        await self._readers.dispose()

    async def _run(self, question: Callable[[Connection], T]) -> T:
        if self._closed:
            raise StoreUnavailable("the database is closed")
        try:
            make_file(self._path)
            async with self._readers.connect() as connection:
                return await connection.run_sync(question)
        except (*DRIVER_ERRORS, sqlite3.Error) as error:
            raise StoreUnavailable(f"the database cannot be read ({type(error).__name__})") from error


def _nothing(_tx: Transaction) -> None:
    """An empty unit, which shows whether the writer carries out units; it causes no disk flush."""
