"""Migrations: from nothing, again, by several at once; and they lead to the tables as written down."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, MetaData, NullPool, inspect, select, text

from bot.domain.budget.admin_notice import AdminNoticeKind
from bot.domain.budget.ledger import EntryKind, HoldState
from bot.domain.budget.limits import GrantKind, Mode
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Delivery, Status, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.pending_request import PendingKind, PendingState
from bot.errors import StoreUnavailable
from bot.services.operations.records import Records
from storage.connect import postgres_engine, sqlite_engine
from storage.engine import open_store
from storage.migrate import migrate, schema_is_current
from storage.schema.revision import wanted_revision
from storage.schema.tables import metadata
from storage.schema.upgrade import alembic_config
from tests.contract.racer import race
from tests.support.databases import SetClock
from tests.support.postgres import PostgresCluster
from tests.support.previous import REVISIONS, fill_as_of, load_previous


async def on_connection(url: str, work: Any) -> Any:
    """Run ``work`` on a committed transaction of a plain connection."""
    if url.startswith("sqlite:///"):
        engine = sqlite_engine(Path(url.removeprefix("sqlite:///")), busy_seconds=5, pool=NullPool)
        with engine.connect() as connection:
            return work(connection)
    async_engine = postgres_engine(url, poolclass=NullPool)
    try:
        async with async_engine.begin() as async_connection:
            return await async_connection.run_sync(work)
    finally:
        await async_engine.dispose()


def outline(connection: Connection) -> dict[str, Any]:
    """Everything about the tables that an inspector can see, checks and partial indexes included."""
    inspector: Inspector = inspect(connection)
    return {
        table: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], str(c.get("default") is not None))
                for c in inspector.get_columns(table)
            ],
            "checks": sorted(
                (c["name"], _plain(c["sqltext"])) for c in inspector.get_check_constraints(table)
            ),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"], _where(i)) for i in inspector.get_indexes(table)
            ),
            "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "keys": sorted(
                (f["name"], f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in inspector.get_foreign_keys(table)
            ),
            "primary": inspector.get_pk_constraint(table)["constrained_columns"],
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _where(index: Any) -> list[str]:
    return sorted(f"{name}={_plain(str(value))}" for name, value in index.get("dialect_options", {}).items())


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def options(connection: Connection) -> set[str]:
    """What an inspector cannot see: how SQLite numbers rows, how full PostgreSQL packs pages."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
    else:
        rows = connection.execute(
            text("SELECT relname || reloptions::text FROM pg_class WHERE reloptions IS NOT NULL")
        )
    return set(rows.scalars())


async def test_migrate_from_nothing_and_again(empty_database_url: str, clock: SetClock) -> None:
    assert not await schema_is_current(empty_database_url)

    await migrate(empty_database_url)
    assert await schema_is_current(empty_database_url)

    store = open_store(empty_database_url, clock=clock)
    try:
        await store.write(lambda tx: tx.key_values.put("kept", "yes"))
        await migrate(empty_database_url)
        assert await store.read(lambda tx: tx.key_values.get("kept")) == "yes"
    finally:
        await store.close()


async def test_migrations_by_several_processes_at_once(empty_database_url: str) -> None:
    await race("migrate", empty_database_url, 3)

    assert await schema_is_current(empty_database_url)


async def test_migrations_twice_at_once_in_one_process(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate(empty_database_url) for _ in range(4)))

    assert await schema_is_current(empty_database_url)


async def test_migrations_lead_to_the_tables(database_url: str, empty_database_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    await on_connection(empty_database_url, metadata.create_all)
    by_hand = await on_connection(empty_database_url, outline)
    by_migration = await on_connection(database_url, outline)

    assert await on_connection(database_url, differences) == []
    assert set(by_migration) == set(metadata.tables)
    assert by_migration == by_hand
    assert await on_connection(database_url, options) == await on_connection(empty_database_url, options)


def contents(tables: dict[str, list[str]] | None = None) -> Any:
    """Every row of every table (of these ``tables`` and columns), in a settled order."""

    def work(connection: Connection) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
        found = MetaData()
        found.reflect(connection)
        kept = tables or {
            name: [column.name for column in table.columns]
            for name, table in found.tables.items()
            if name != "alembic_version"
        }
        return {
            name: (
                columns,
                sorted(
                    (
                        tuple(row)
                        for row in connection.execute(select(*(found.tables[name].c[c] for c in columns)))
                    ),
                    key=repr,
                ),
            )
            for name, columns in kept.items()
        }

    return work


async def look_at(url: str, clock: SetClock) -> None:
    """The present program reads everything, the books balance, and each period knows what it is."""
    store = open_store(url, clock=clock)
    try:
        audit = await Records(store).audit()
        assert (audit["ok"], audit["violations"]) == (True, [])
        assert await store.read(lambda tx: tx.ledger.drifted()) == []
        rows = await store.read(lambda tx: tx.ledger.periods())
        windows = {row.period_key: row.window for row in rows}
        known = {"2026-11": Window.MONTH, "2026-W47": Window.WEEK, "2026-11-18": Window.DAY}
        assert windows == {key: known[key] for key in windows}
        assert windows["2026-11"] is Window.MONTH
        team = Scope(ScopeKind.WORKSPACE, "T0SANDBOX")
        month = await store.read(lambda tx: tx.ledger.newest(team, Window.MONTH))
        assert month is not None
        assert month.spent.micros > 0
        assert month.held.micros > 0
        statuses = {job["status"] for job in await Records(store).jobs()}
        assert statuses == set(Status)
    finally:
        await store.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_every_earlier_version_is_brought_up_to_date(
    empty_database_url: str, clock: SetClock, revision: str
) -> None:
    await on_connection(empty_database_url, lambda connection: fill_as_of(connection, revision))
    before = await on_connection(empty_database_url, contents())
    assert all(before[table][1] for table in ("jobs", "tasks", "holds", "hold_legs", "ledger_entries"))
    assert not await schema_is_current(empty_database_url)

    await migrate(empty_database_url)

    after = contents({table: columns for table, (columns, _) in before.items()})
    assert await on_connection(empty_database_url, after) == before
    await look_at(empty_database_url, clock)


async def test_the_file_of_the_previous_version_is_brought_up_to_date(
    tmp_path: Path, clock: SetClock
) -> None:
    load_previous(tmp_path / "previous.db")
    url = f"sqlite:///{tmp_path / 'previous.db'}"
    before = await on_connection(url, contents())

    await migrate(url)

    after = contents({table: columns for table, (columns, _) in before.items()})
    assert await on_connection(url, after) == before
    await look_at(url, clock)


async def test_the_file_of_the_previous_version_has_something_in_every_state(tmp_path: Path) -> None:
    """What the fixture lacks, no test would miss."""
    load_previous(tmp_path / "previous.db")

    def values(table: str, column: str) -> set[str]:
        with contextlib.closing(sqlite3.connect(tmp_path / "previous.db")) as db:
            return {value for (value,) in db.execute(f"SELECT DISTINCT {column} FROM {table}")}

    assert values("jobs", "status") == set(Status)
    assert values("jobs", "delivery") == set(Delivery)
    assert values("holds", "state") == set(HoldState)
    assert values("ledger_entries", "kind") == set(EntryKind)
    assert values("drafts", "state") == set(PendingState)
    assert values("drafts", "kind") == set(PendingKind)
    assert values("submissions", "state") >= set(SubmissionState)
    assert values("budgets", "per") == set(Window)
    assert values("budgets", "mode") == set(Mode)
    assert values("grants", "kind") == set(GrantKind)
    assert values("concerns", "kind") == set(AdminNoticeKind) - {AdminNoticeKind.MORE}  # new since then
    newer = {TaskKind.WELCOME, TaskKind.SHOW_PICTURE, TaskKind.TAKE_BACK}
    assert values("tasks", "kind") == set(TaskKind) - newer
    assert values("tasks", "parked_at IS NULL") == {0, 1}
    assert values("tasks", "owner IS NULL") == {0, 1}
    assert values("shelf", "mimetype") == {"image/png"}


async def test_a_period_of_no_known_window_stops_the_migration(tmp_path: Path) -> None:
    """Nothing is guessed about money, and nothing is half done."""
    path = tmp_path / "previous.db"
    load_previous(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE scope_periods SET period_key = '26' WHERE scope = 'user:T0SANDBOX/U0BOB'")
        db.commit()
    url = f"sqlite:///{path}"
    before = await on_connection(url, outline)

    with pytest.raises(StoreUnavailable, match="cannot be migrated"):
        await migrate(url)

    assert await on_connection(url, outline) == before


async def test_a_row_that_refers_to_nothing_stops_the_migration(tmp_path: Path) -> None:
    """While a file is migrated SQLite does not watch references by itself."""
    path = tmp_path / "previous.db"
    load_previous(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM scope_periods WHERE scope = 'user:T0SANDBOX/U0BOB'")
        db.commit()

    with pytest.raises(StoreUnavailable, match="refers to nothing"):
        await migrate(f"sqlite:///{path}")


async def test_newer_schema_than_ours_is_not_current_and_left_alone(database_url: str) -> None:
    def stamp(version: str) -> Any:
        def work(connection: Connection) -> None:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
            connection.commit()

        return work

    await on_connection(database_url, stamp("from the future"))
    try:
        assert not await schema_is_current(database_url)
        with pytest.raises(StoreUnavailable, match="of another version of this bot"):
            await migrate(database_url)
    finally:
        await on_connection(database_url, stamp(wanted_revision()))
    assert await schema_is_current(database_url)


async def test_a_file_that_is_no_database_is_one_plain_sentence(tmp_path: Path) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"this is no database" * 100)

    with pytest.raises(StoreUnavailable) as refused:
        await migrate(f"sqlite:///{junk}")

    assert str(refused.value) == "the database cannot be migrated (file is not a database)"


def test_the_migrations_are_a_line_in_the_order_of_their_file_names() -> None:
    """``wanted_revision`` reads the newest one from the names, without Alembic."""
    scripts = ScriptDirectory.from_config(alembic_config())

    line = list(reversed(list(scripts.walk_revisions())))

    assert [script.revision for script in line] == sorted(script.revision for script in line)
    assert all(Path(script.path).name.startswith(f"{script.revision}_") for script in line)
    assert scripts.get_heads() == [wanted_revision()]


def test_every_constraint_has_a_name() -> None:
    assert isinstance(metadata, MetaData)
    for table in metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints), table.name


@pytest.mark.postgres
async def test_migrate_without_a_server_says_unavailable(postgres: PostgresCluster) -> None:
    with pytest.raises(StoreUnavailable):
        await migrate(postgres.url("no_such_database"))
