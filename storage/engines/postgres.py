"""The store on a PostgreSQL server: a pool, short transactions, and a few repeats where nothing was
committed."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from bot.deadline import answer_within, seconds_left
from bot.errors import StoreUnavailable
from bot.ports import Clock, Transaction
from storage.connect import postgres_engine
from storage.engines.availability import DatabaseAvailability
from storage.errors import DRIVER_ERRORS, HeldUp, ReadOnly, Transient, Violation, translate
from storage.schema.tables import key_values
from storage.store import T, Unit
from storage.transaction import SqlTransaction

REPEAT_SECONDS = 5.0
"""For how long a unit without a deadline is begun anew after a failure."""

READY_SECONDS = 1.5
"""A database that has not answered by then counts as not ready."""

CLOSE_SECONDS = 35.0
"""How long ``close`` waits for running units: longer than the server lets any statement run."""

_NOW = select(func.clock_timestamp())

_NO_CHANGE = delete(key_values).where(false())
"""A statement that changes no row, and fails on a database that takes no changes."""


class PostgresStore:
    """``SqlStore`` on a server. ``clock`` replaces the server's time, for tests; None uses the server's."""

    def __init__(self, dsn: str, *, clock: Clock | None) -> None:
        self._engine = postgres_engine(dsn, pool_size=10, max_overflow=0, pool_timeout=10, pool_recycle=1800)
        self._clock = clock
        self._running: set[asyncio.Task[Any]] = set()
        self._availability = DatabaseAvailability()
        self._closed = False

    async def write(self, unit: Unit[T]) -> T:
        return await self._to_its_end(self._watched(unit, writable=True, patience=seconds_left()))

    async def read(self, unit: Unit[T]) -> T:
        return await self._to_its_end(self._watched(unit, writable=False, patience=seconds_left()))

    async def is_ready(self) -> bool:
        """See ``SqlStore``. Also tries a change of no rows, because a standby can be read but not written."""
        try:
            with answer_within(READY_SECONDS):
                return await self.write(_can_be_used)
        except StoreUnavailable:
            return False

    async def close(self) -> None:
        self._closed = True
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_SECONDS)
        await self._engine.dispose()

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` to its end even if the caller is cancelled: the caller stops waiting, and no
        connection is cut off while it talks to the server. Raises StoreUnavailable once the store is
        closed."""
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
            task.exception()  # read it, or asyncio logs it as lost when the caller was cancelled

    async def _watched(self, unit: Unit[T], *, writable: bool, patience: float | None) -> T:
        wait = self._availability.patience(patience)
        try:
            value, wrote = await self._repeat(unit, writable=writable, patience=wait)
        except HeldUp:
            raise
        except StoreUnavailable as error:
            self._availability.failed(str(error), writing=writable)
            raise
        self._availability.worked(wrote=wrote)
        return value

    async def _repeat(self, unit: Unit[T], *, writable: bool, patience: float | None) -> tuple[T, bool]:
        """Run ``unit``; after a failure that committed nothing, run it again in a fresh transaction, until
        ``patience`` seconds are over (None: REPEAT_SECONDS). Returns its value and whether it wrote."""
        loop = asyncio.get_running_loop()
        end = None if patience is None else loop.time() + patience
        deadline = loop.time() + REPEAT_SECONDS if end is None else end
        for attempt in itertools.count(1):
            try:
                return await self._once(unit, writable=writable, end=end)
            except Transient:
                if loop.time() > deadline:
                    raise
            except Violation as error:
                # Another replica inserted the same row after we had looked: look again.
                if not error.duplicate or attempt > 2:
                    raise
            pause = random.uniform(0.0, min(0.5, 0.01 * 2**attempt))  # noqa: S311 - spreads repeats
            await asyncio.sleep(max(0.0, min(pause, deadline - loop.time())))
        raise AssertionError("unreachable")

    async def _once(self, unit: Unit[T], *, writable: bool, end: float | None) -> tuple[T, bool]:
        """Run ``unit`` in one transaction. At ``end`` (the loop's time) it is cut off wherever it is, but
        never in its COMMIT. So after HeldUp nothing was committed."""
        limit = asyncio.timeout_at(end)
        try:
            async with limit, self._engine.connect() as connection:
                if not writable:
                    await connection.execution_options(
                        isolation_level="REPEATABLE READ", postgresql_readonly=True
                    )
                transaction = await connection.begin()
                done = await self._run(connection, unit, writable=writable)
                if limit.expired():  # a library has swallowed the cancellation
                    raise TimeoutError
                limit.reschedule(None)
                await _commit(transaction)
                return done
        except DRIVER_ERRORS as error:
            if limit.expired():
                raise HeldUp("the database was busy for too long") from error
            raise translate(error) from error

    async def _run(self, connection: AsyncConnection, unit: Unit[T], *, writable: bool) -> tuple[T, bool]:
        def run(inner: Connection) -> tuple[T, bool]:
            tx = SqlTransaction(inner, now=self._now, writable=writable)
            value = unit(tx)
            if tx.failure is not None:
                raise tx.failure
            return value, tx.wrote

        try:
            return await connection.run_sync(run)
        except ReadOnly:
            # After a failover the pool is full of connections to what is a standby now.
            await connection.invalidate()
            raise

    def _now(self, connection: Connection) -> datetime:
        if self._clock is not None:
            return self._clock.now()
        now: datetime = connection.execute(_NOW).scalar_one()
        return now.astimezone(UTC)


def _can_be_used(tx: Transaction) -> bool:
    assert isinstance(tx, SqlTransaction)
    if not tx.has_current_schema():
        return False
    tx.execute(_NO_CHANGE)
    return True


async def _commit(transaction: AsyncTransaction) -> None:
    """Commit. If the answer is lost, the COMMIT may have happened: raises StoreUnavailable and not Transient,
    so that the unit is never repeated."""
    try:
        await transaction.commit()
    except DRIVER_ERRORS as error:
        translated = translate(error)
        if isinstance(translated, Transient):
            raise StoreUnavailable(f"whether the database took it is not known: {translated}") from error
        raise translated from None
