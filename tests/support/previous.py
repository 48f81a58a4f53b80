"""Databases of earlier versions: the rows of the committed dump, on any revision of either engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Boolean, Column, Connection, MetaData, Table, text

from storage.schema.upgrade import alembic_config

DUMP = Path(__file__).parents[1] / "contract" / "previous" / "0004.sql"

OLD_KEYS = "length(period_key) <> 7"
"""Before 0003 there were months only."""

NEVER_BEFORE = {
    "0004": {},
    "0003": {
        "ledger_entries": "kind = 'overrun' OR job_id = 'overrun1'",
        "holds": "job_id = 'overrun1'",
        "hold_legs": "job_id = 'overrun1'",
        "submissions": "job_id = 'overrun1'",
        "pictures": "job_id = 'overrun1'",
        "jobs": "id = 'overrun1'",
        "drafts": "state = 'expired'",
    },
}
"""Rows of the dump, by table, that a database of this revision could not hold."""
NEVER_BEFORE["0002"] = NEVER_BEFORE["0003"] | {
    "scope_periods": OLD_KEYS,
    "hold_legs": f"{OLD_KEYS} OR job_id = 'overrun1'",
    "ledger_entries": f"{OLD_KEYS} OR kind = 'overrun' OR job_id = 'overrun1'",
}
NEVER_BEFORE["0001"] = NEVER_BEFORE["0002"]

REVISIONS = tuple(sorted(NEVER_BEFORE))


def load_previous(path: Path) -> None:
    """Make ``path`` the SQLite file of the dump."""
    with sqlite3.connect(path) as db:
        db.executescript(DUMP.read_text())


def fill_as_of(connection: Connection, revision: str) -> None:
    """Make the tables of ``revision`` in an empty database, with all rows of the dump that it can hold."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    old = MetaData()
    old.reflect(connection)
    with sqlite3.connect(":memory:") as dump:
        dump.row_factory = sqlite3.Row
        dump.executescript(DUMP.read_text())
        for table in old.sorted_tables:
            if table.name != "alembic_version":
                rows = list(_rows(dump, table, NEVER_BEFORE[revision].get(table.name, "0")))
                if rows:
                    connection.execute(table.insert(), rows)
    if revision < "0004":
        _count_again(connection)
    if revision < "0003":
        connection.execute(text("UPDATE scope_periods SET grant_micros = 0"))
    connection.commit()


def _rows(dump: sqlite3.Connection, table: Table, without: str) -> Iterator[dict[str, Any]]:
    names = {row["name"] for row in dump.execute(f"PRAGMA table_info({table.name})")}
    for row in dump.execute(f"SELECT * FROM {table.name} WHERE NOT coalesce({without}, 0)"):
        yield {
            column.name: _value(column, row[column.name]) for column in table.columns if column.name in names
        }


def _value(column: Column[Any], value: Any) -> Any:
    return bool(value) if isinstance(column.type, Boolean) else value


def _count_again(connection: Connection) -> None:
    """The counters of what is left of the ledger."""
    for what in ("held_micros", "spent_micros"):
        lines = (
            f"SELECT coalesce(sum(e.{what}), 0) FROM ledger_entries AS e "
            "WHERE e.scope = scope_periods.scope AND e.period_key = scope_periods.period_key"
        )
        connection.execute(text(f"UPDATE scope_periods SET {what} = ({lines})"))
