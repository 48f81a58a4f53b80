"""INSERT … ON CONFLICT: the one thing that both engines spell alike and the library spells twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


@dataclass(frozen=True, slots=True)
class PerEngine:
    """One statement in both engines' constructs."""

    postgres: Executable
    sqlite: Executable

    @classmethod
    def build(cls, table: Table, finish: Callable[[Insert], Executable]) -> PerEngine:
        return cls(finish(postgresql.insert(table)), finish(sqlite.insert(table)))

    def on(self, *, postgres: bool) -> Executable:
        return self.postgres if postgres else self.sqlite
