"""Builds INSERT … ON CONFLICT, which both engines spell alike but SQLAlchemy has once for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


@dataclass(frozen=True, slots=True)
class PerEngine:
    """One statement, built for each engine."""

    postgres: Executable
    sqlite: Executable

    @classmethod
    def build(cls, table: Table, finish: Callable[[Insert], Executable]) -> PerEngine:
        """Build the INSERT into ``table`` for both engines; ``finish`` adds the rest of the statement."""
        return cls(finish(postgresql.insert(table)), finish(sqlite.insert(table)))

    def on(self, *, postgres: bool) -> Executable:
        """The statement for PostgreSQL if ``postgres``, else for SQLite."""
        return self.postgres if postgres else self.sqlite
