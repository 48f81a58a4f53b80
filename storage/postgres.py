"""The store on a PostgreSQL server: a pool, short transactions, and bounded repeats of what may repeat."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncTransaction

from bot.errors import StoreUnavailable
from bot.ports import Clock
from storage.connect import postgres_engine
from storage.errors import DRIVER_ERRORS, Transient, Violation, translate
from storage.schema import is_current
from storage.store import T, Unit
from storage.transaction import SqlTransaction
from storage.trouble import Trouble

REPEAT_SECONDS = 5.0
"""A unit is begun anew for at most so long: someone waits for the answer."""

CLOSE_SECONDS = 35.0
"""Longer than any statement may take: whatever still runs then has been given up by its server."""

_NOW = select(func.clock_timestamp())


class PostgresStore:
    """``SqlStore`` on a server. ``clock`` replaces the server's time; only tests want that."""

    def __init__(self, dsn: str, *, clock: Clock | None) -> None:
        self._engine = postgres_engine(dsn, pool_size=10, max_overflow=0, pool_timeout=10, pool_recycle=1800)
        self._clock = clock
        self._running: set[asyncio.Task[Any]] = set()
        self._trouble = Trouble()
        self._closed = False

    async def write(self, unit: Unit[T]) -> T:
        return await self._to_its_end(self._watched(unit, writable=True))

    async def read(self, unit: Unit[T]) -> T:
        return await self._to_its_end(self._watched(unit, writable=False))

    async def is_ready(self) -> bool:
        if self._closed:
            return False
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(is_current)
        except DRIVER_ERRORS:
            return False

    async def close(self) -> None:
        self._closed = True
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_SECONDS)
        await self._engine.dispose()

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """A cancelled caller stops waiting; its transaction goes on, so that no connection is cut off
        in the middle of a conversation with the server."""
        if self._closed:
            work.close()
            raise StoreUnavailable("the database is closed")
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen: its caller may have been cancelled

    async def _watched(self, unit: Unit[T], *, writable: bool) -> T:
        try:
            value = await self._repeat(unit, writable=writable)
        except StoreUnavailable as error:
            self._trouble.failed(str(error))
            raise
        self._trouble.worked()
        return value

    async def _repeat(self, unit: Unit[T], *, writable: bool) -> T:
        """Run ``unit`` in fresh transactions until one commits, a few times, when nothing was committed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + REPEAT_SECONDS
        for attempt in itertools.count(1):
            try:
                return await self._once(unit, writable=writable)
            except Transient:
                if loop.time() > deadline:
                    raise
            except Violation as error:
                # Another replica inserted the same row after we had looked: look again.
                if not error.duplicate or attempt > 2:
                    raise
            await asyncio.sleep(random.uniform(0.0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311 - spreads repeats
        raise AssertionError("unreachable")

    async def _once(self, unit: Unit[T], *, writable: bool) -> T:
        try:
            async with self._engine.connect() as connection:
                if not writable:
                    await connection.execution_options(
                        isolation_level="REPEATABLE READ", postgresql_readonly=True
                    )
                transaction = await connection.begin()
                value = await connection.run_sync(self._run, unit, writable)
                await _commit(transaction)
                return value
        except DRIVER_ERRORS as error:
            raise translate(error) from error

    def _run(self, connection: Connection, unit: Unit[T], writable: bool) -> T:  # noqa: FBT001 - run_sync passes by position
        tx = SqlTransaction(connection, now=self._now, writable=writable)
        value = unit(tx)
        if tx.failure is not None:
            raise tx.failure
        return value

    def _now(self, connection: Connection) -> datetime:
        if self._clock is not None:
            return self._clock.now()
        now: datetime = connection.execute(_NOW).scalar_one()
        return now.astimezone(UTC)


async def _commit(transaction: AsyncTransaction) -> None:
    """A COMMIT whose answer is lost may have happened: it is reported and never repeated."""
    try:
        await transaction.commit()
    except DRIVER_ERRORS as error:
        translated = translate(error)
        if isinstance(translated, Transient):
            raise StoreUnavailable(f"whether the database took it is not known: {translated}") from error
        raise translated from None
