"""SQLite alone: group commit, a locked or full file, kill -9, and the settings that make it durable."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.deadline import answer_within
from bot.errors import StoreUnavailable
from bot.ports import Transaction
from storage.engine import open_store
from storage.engines.sqlite_writer import HEALED
from storage.migrate import migrate
from storage.store import SqlStore
from tests.contract.racer import ROOT
from tests.contract.samples import a_submission
from tests.support.databases import SetClock
from tests.support.world import eventually


@pytest.fixture
async def impatient(sqlite_url: str, clock: SetClock) -> AsyncIterator[SqlStore]:
    """A store that waits only a moment for another process's lock."""
    store = open_store(sqlite_url, clock=clock, busy_seconds=0.1)
    try:
        yield store
    finally:
        await store.close()


def put(key: str, value: str = "1") -> Any:
    return lambda tx: tx.key_values.put(key, value)


def pragma(name: str) -> Any:
    return lambda tx: tx._connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def key_values(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT key FROM memos WHERE key <> ?", (HEALED,))
        return {row[0] for row in rows}


async def test_writer_is_durable_and_checks_keys(impatient: SqlStore) -> None:
    assert await impatient.write(pragma("journal_mode")) == "wal"
    assert await impatient.write(pragma("synchronous")) == 2  # FULL
    assert await impatient.write(pragma("foreign_keys")) == 1
    assert await impatient.read(pragma("query_only")) == 1


async def test_default_wait_for_a_lock_is_five_seconds(sqlite_url: str, clock: SetClock) -> None:
    store = open_store(sqlite_url, clock=clock)
    try:
        assert await store.write(pragma("busy_timeout")) == 5000
        assert await store.read(pragma("busy_timeout")) == 5000
    finally:
        await store.close()


async def test_file_and_folder_are_made_for_the_owner_only(tmp_path: Path, clock: SetClock) -> None:
    path = tmp_path / "new" / "folder" / "imagine.db"
    await migrate(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}", clock=clock)
    try:
        await store.write(put("a"))
        modes = {
            entry.name: stat.S_IMODE(entry.stat().st_mode)
            for entry in path.parent.iterdir()
            if entry.name.startswith("imagine.db")
        }
    finally:
        await store.close()

    assert modes == {"imagine.db": 0o600, "imagine.db-wal": 0o600, "imagine.db-shm": 0o600}


async def test_relative_address_is_relative_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    await migrate("sqlite:///data/imagine.db")

    assert (tmp_path / "data" / "imagine.db").is_file()


async def test_waiting_units_share_one_commit(impatient: SqlStore, sqlite_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(_tx: Transaction) -> None:
        begun.set()
        assert go.wait(5)

    first = asyncio.create_task(impatient.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    crowd = [asyncio.create_task(impatient.write(put(f"m{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    before = commits(sqlite_path)
    go.set()
    await asyncio.gather(first, *crowd)

    assert commits(sqlite_path) - before == 1
    assert len(key_values(sqlite_path)) == 50


def commits(path: Path) -> int:
    """Commit marks in the write-ahead log: frames whose header gives the database's size."""
    log = path.with_name(path.name + "-wal").read_bytes()
    page = int.from_bytes(log[8:12], "big")
    return sum(log[at + 4 : at + 8] != bytes(4) for at in range(32, len(log) - page - 23, page + 24))


async def test_commit_that_fails_is_told_to_everyone_in_the_group(
    impatient: SqlStore, sqlite_path: Path
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(_tx: Transaction) -> None:
        begun.set()
        assert go.wait(5)

    def orphan(tx: Transaction) -> None:
        tx._connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # checked at COMMIT only
        tx.submissions.add(a_submission(job_id="nobody"))

    first = asyncio.create_task(impatient.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    group = [asyncio.create_task(impatient.write(unit)) for unit in (put("a"), orphan, put("b"))]
    await asyncio.sleep(0)
    go.set()
    await first
    outcomes = await asyncio.gather(*group, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    assert len({id(outcome) for outcome in outcomes}) == 3
    assert key_values(sqlite_path) == set()
    await impatient.write(put("c"))
    assert key_values(sqlite_path) == {"c"}


async def test_locked_file_is_unavailable_and_then_works_again(
    impatient: SqlStore, sqlite_path: Path
) -> None:
    await impatient.write(put("before"))
    with contextlib.closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        outcomes = await asyncio.gather(
            *(impatient.write(put(f"during-{number}")) for number in range(5)), return_exceptions=True
        )
        readable = await impatient.read(lambda tx: tx.key_values.get("before"))
        other.execute("ROLLBACK")
    await impatient.write(put("after"))

    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 5
    assert readable == "1"
    assert key_values(sqlite_path) == {"before", "after"}


async def test_a_locked_file_is_not_ready_whoever_asks_first(sqlite_url: str, sqlite_path: Path) -> None:
    """Nobody has tried to write yet, and it can be read: it is not ready all the same."""
    store = open_store(sqlite_url, clock=SetClock())
    try:
        with contextlib.closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert not await store.is_ready()
            other.execute("ROLLBACK")
        await eventually(store.is_ready)
    finally:
        await store.close()


async def test_trouble_is_said_once_and_heals_without_anybody_asking(
    impatient: SqlStore, sqlite_path: Path
) -> None:
    with capture_logs() as lines:
        with contextlib.closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            for key in ("a", "b"):
                with pytest.raises(StoreUnavailable):
                    await impatient.write(put(key))
            other.execute("ROLLBACK")

        async def back() -> bool:
            return any(line["event"] == "database_back" for line in lines)

        await eventually(back)

    assert [line["event"] for line in lines] == ["database_unavailable", "database_back"]
    assert await impatient.is_ready()


async def test_a_unit_dropped_at_the_desk_tells_of_the_trouble_and_it_heals(
    sqlite_url: str, sqlite_path: Path
) -> None:
    """Long before the lock would be given up; whoever comes next need not wait as long."""
    store = open_store(sqlite_url, clock=SetClock())
    try:
        with capture_logs() as lines:
            with contextlib.closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(StoreUnavailable), answer_within(0.2):
                    await store.write(put("dropped"))
                ready = await store.is_ready()
                with pytest.raises(StoreUnavailable), answer_within(100):
                    await asyncio.wait_for(store.write(put("dropped")), 60)

            await eventually(store.is_ready)

        assert not ready
        assert [line["event"] for line in lines] == ["database_unavailable", "database_back"]
        assert key_values(sqlite_path) == set()
    finally:
        await store.close()


async def test_a_unit_that_has_begun_is_waited_for(impatient: SqlStore, sqlite_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.key_values.put("begun", "1")
        begun.set()
        assert go.wait(60)

    with capture_logs() as lines:
        with answer_within(2.0):
            write = asyncio.create_task(impatient.write(slow))
        await asyncio.to_thread(begun.wait, 60)
        await asyncio.sleep(2.2)  # its patience is over
        is_waiting = not write.done()
        go.set()
        await write

    assert is_waiting
    assert key_values(sqlite_path) == {"begun"}
    assert lines == []


async def test_a_full_disk_is_not_ready_although_it_can_be_locked_and_read(impatient: SqlStore) -> None:
    pages = await impatient.write(pragma("page_count"))
    await impatient.write(pragma(f"max_page_count = {pages}"))
    with pytest.raises(StoreUnavailable):
        await impatient.write(put("big", "x" * 60_000))

    assert not await impatient.is_ready()

    await impatient.write(pragma("max_page_count = 100000"))
    await eventually(impatient.is_ready)


async def test_locked_file_is_waited_for(sqlite_url: str, sqlite_path: Path, clock: SetClock) -> None:
    store = open_store(sqlite_url, clock=clock)
    try:
        with contextlib.closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            write = asyncio.create_task(store.write(put("patient")))
            await asyncio.sleep(0.2)
            assert not write.done()
            other.execute("ROLLBACK")
            await write
    finally:
        await store.close()

    assert key_values(sqlite_path) == {"patient"}


async def test_full_disk_is_unavailable_and_then_works_again(impatient: SqlStore, sqlite_path: Path) -> None:
    pages = await impatient.write(pragma("page_count"))
    await impatient.write(pragma(f"max_page_count = {pages + 8}"))

    outcomes = await asyncio.gather(
        *(impatient.write(put(f"big-{number}", "x" * 6000)) for number in range(20)), return_exceptions=True
    )

    assert {type(outcome) for outcome in outcomes} in ({StoreUnavailable}, {type(None), StoreUnavailable})
    assert key_values(sqlite_path) == {f"big-{n}" for n in range(20) if outcomes[n] is None}
    await impatient.write(pragma("max_page_count = 100000"))
    await impatient.write(put("after", "x" * 60_000))
    assert "after" in key_values(sqlite_path)


async def test_file_that_is_no_database_is_unavailable(tmp_path: Path, clock: SetClock) -> None:
    path = tmp_path / "imagine.db"
    path.write_bytes(b"not a database " * 1000)
    store = open_store(f"sqlite:///{path}", clock=clock)
    try:
        with pytest.raises(StoreUnavailable):
            await store.write(put("a"))
        with pytest.raises(StoreUnavailable):
            await store.read(lambda tx: tx.key_values.get("a"))
        with pytest.raises(StoreUnavailable):
            await migrate(f"sqlite:///{path}")
        assert not await store.is_ready()
    finally:
        await store.close()


async def test_folder_that_cannot_be_made_is_unavailable(tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "file").write_text("in the way")
    url = f"sqlite:///{tmp_path}/file/imagine.db"
    store = open_store(url, clock=clock)
    try:
        with pytest.raises(StoreUnavailable):
            await store.write(put("a"))
        with pytest.raises(StoreUnavailable):
            await store.read(lambda tx: tx.key_values.get("a"))
        with pytest.raises(StoreUnavailable):
            await migrate(url)
    finally:
        await store.close()


@pytest.mark.parametrize("lines", [1, 30, 90])
def test_killed_writer_leaves_whole_units_and_keeps_what_it_confirmed(
    sqlite_url: str, sqlite_path: Path, lines: int
) -> None:
    racer = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.racer", "pour", sqlite_url, "0"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert racer.stdin is not None
    assert racer.stdout is not None
    with racer:
        racer.stdout.readline()
        racer.stdin.write(b"go\n")
        racer.stdin.flush()
        confirmed = [int(racer.stdout.readline()) for _ in range(lines)]
        os.kill(racer.pid, signal.SIGKILL)
        confirmed += [int(line) for line in racer.stdout.read().splitlines() if line.isdigit()]

    with contextlib.closing(sqlite3.connect(sqlite_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        jobs = {row[0].rpartition("-")[2] for row in connection.execute("SELECT id FROM jobs")}
        pairs = [row[0].split("-") for row in connection.execute("SELECT key FROM memos")]
    assert {number for message, _, number in pairs if message == "a"} == jobs
    assert {number for message, _, number in pairs if message == "b"} == jobs
    assert {str(number) for number in confirmed[:-1]} <= jobs


SCRIPT = """
import asyncio, sys
from tests.contract.racer import HostClock
from storage.engine import open_store

async def main():
    store = open_store(sys.argv[1], clock=HostClock())
    await store.write(lambda tx: tx.key_values.put("a", "b"))
    assert await store.read(lambda tx: tx.key_values.get("a")) == "b"
    if sys.argv[2] == "closed":
        await store.close()
    print("done", flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("ending", ["closed", "forgotten"])
def test_process_ends(sqlite_url: str, ending: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, sqlite_url, ending],
        cwd=ROOT, timeout=100, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


async def test_close_folds_the_log_into_the_file(sqlite_url: str, sqlite_path: Path, clock: SetClock) -> None:
    store = open_store(sqlite_url, clock=clock)
    await store.write(put("a"))
    await store.read(lambda tx: tx.key_values.get("a"))

    await store.close()

    assert not sqlite_path.with_name("imagine.db-wal").exists()
