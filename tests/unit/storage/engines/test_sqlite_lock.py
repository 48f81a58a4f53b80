"""The lock beside a SQLite file: one holder at a time, free when its process is gone."""

import subprocess
import sys
from pathlib import Path

from storage.engines.sqlite_lock import DatabaseLock

HOLDER = """
import sys
from storage.engines.sqlite_lock import DatabaseLock
print(DatabaseLock.beside(sys.argv[1]).acquire(), flush=True)
sys.stdin.read()
"""


def beside(path: Path) -> DatabaseLock:
    lock = DatabaseLock.beside(f"sqlite:///{path / 'imagine.db'}")
    assert lock is not None
    return lock


def test_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = beside(tmp_path), beside(tmp_path)

    assert [first.acquire(), first.acquire(), second.acquire()] == [True, False, False]
    first.release()
    assert second.acquire()
    second.release()
    second.release()


def test_lock_is_a_file_of_its_own_for_its_owner_only(tmp_path: Path) -> None:
    lock = beside(tmp_path / "new")

    assert lock.acquire()
    lock.release()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["imagine.db.lock"]
    assert (tmp_path / "new" / "imagine.db.lock").stat().st_mode & 0o777 == 0o600


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, f"sqlite:///{tmp_path / 'imagine.db'}"],
        cwd=Path(__file__).parents[4], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "True\n"
        lock = beside(tmp_path)
        while_it_lives = lock.acquire()
        holder.kill()

    assert not while_it_lives
    assert lock.acquire()
    lock.release()


def test_postgres_has_no_such_lock() -> None:
    assert DatabaseLock.beside("postgresql://bot@db/imagine") is None
