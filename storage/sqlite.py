"""The store on one SQLite file: one writer, several readers, each reader on a snapshot of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import QueuePool

from bot.errors import StoreUnavailable
from bot.ports import Clock
from storage.connect import driver, make_file, sqlite_engine
from storage.errors import DRIVER_ERRORS
from storage.schema import is_current
from storage.store import T, Unit
from storage.transaction import SqlTransaction
from storage.writer import Writer

READERS = 4


class SqliteStore:
    """``SqlStore`` on a file. Units run on threads of the store, never on the event loop."""

    def __init__(self, path: Path, *, clock: Clock, busy_seconds: float) -> None:
        self._path = path
        self._clock = clock
        self._writer = Writer(path, clock=clock, busy_seconds=busy_seconds)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._engine = sqlite_engine(
            path, busy_seconds=busy_seconds, readonly=True, pool=QueuePool, pool_size=READERS, max_overflow=0
        )
        self._closed = False

    async def write(self, unit: Unit[T]) -> T:
        return await self._writer.run(unit)

    async def read(self, unit: Unit[T]) -> T:
        if self._closed:
            raise StoreUnavailable("the database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def is_ready(self) -> bool:
        if self._closed:
            return False
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._is_current)
        except StoreUnavailable:
            return False

    async def close(self) -> None:
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()

    def _read(self, unit: Unit[T]) -> T:
        try:
            make_file(self._path)
            with self._engine.connect() as connection:
                driver(connection).execute("BEGIN")  # the first SELECT takes the snapshot
                tx = SqlTransaction(connection, now=lambda _: self._clock.now(), writable=False)
                return unit(tx)
        except (*DRIVER_ERRORS, sqlite3.Error) as error:
            raise StoreUnavailable(f"the database cannot be read ({type(error).__name__})") from error

    def _is_current(self) -> bool:
        try:
            make_file(self._path)
            with self._engine.connect() as connection:
                return is_current(connection)
        except (*DRIVER_ERRORS, sqlite3.Error) as error:
            raise StoreUnavailable(f"the database cannot be read ({type(error).__name__})") from error
