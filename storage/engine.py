"""Opens the store for a database address."""

from __future__ import annotations

from bot.ports import Clock
from storage.engines.sqlite import SqliteStore
from storage.store import SqlStore
from storage.url import SqliteFile, parse_url


def open_store(url: str, *, clock: Clock, database_time: bool = True, busy_seconds: float = 5.0) -> SqlStore:
    """Open the store at ``url``; it connects when it is first used. Close it when done.

    ``database_time``: on PostgreSQL ``Transaction.now`` is the server's, so that replicas agree; False takes
    ``clock`` there too, for tests with a simulated time (SQLite always takes ``clock``). ``busy_seconds``:
    how long SQLite waits for another process's write. Raises SettingsError for any other kind of address.
    """
    target = parse_url(url)
    if isinstance(target, SqliteFile):
        return SqliteStore(target.path, clock=clock, busy_seconds=busy_seconds)
    from storage.engines.postgres import PostgresStore  # noqa: PLC0415 - SQLite does without its dialect

    return PostgresStore(target.dsn, clock=None if database_time else clock)
