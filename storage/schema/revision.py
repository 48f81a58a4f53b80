"""Which schema a database has, and which one this program wants; both without Alembic.

Importing Alembic takes a third of a second, and a database is nearly always at the current schema already.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, select, table

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_VERSION_TABLE = table("alembic_version", column("version_num"))
"""Alembic's own table, with one row: our migrations are a line, without branches."""

_DATABASE_REVISIONS = select(_VERSION_TABLE.c.version_num)


@cache
def wanted_revision() -> str:
    """The newest migration of this program: a file's name starts with its revision, and they count up."""
    names = (path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return max(name.partition("_")[0] for name in names)


def is_current(connection: Connection) -> bool:
    """Whether every migration has run, and none that this program does not know."""
    if not connection.dialect.has_table(connection, _VERSION_TABLE.name):
        return False
    return connection.execute(_DATABASE_REVISIONS).scalars().all() == [wanted_revision()]
