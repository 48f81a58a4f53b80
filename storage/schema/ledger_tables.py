"""The tables of the ledger: counters, holds and the lines that move money; part of the one ``metadata``."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.domain.budget.ledger import CostSource, EntryKind, HoldState
from bot.domain.budget.periods import Window
from storage.schema.columns import Micros, ScopeName, UtcTime, Word
from storage.schema.tables import RowId, metadata, one_of

scope_periods = Table(
    "scope_periods",
    metadata,
    Column("scope", ScopeName, primary_key=True),
    Column("period_key", Text, primary_key=True),
    Column("start_utc", UtcTime, nullable=False),
    Column("end_utc", UtcTime, nullable=False),
    Column("tz", Text, nullable=False),
    Column("limit_micros", Micros),  # NULL: no limit
    Column("carry_micros", Micros, nullable=False),
    Column("grant_micros", Micros, nullable=False),
    Column("held_micros", Micros, nullable=False),
    Column("spent_micros", Micros, nullable=False),
    Column("soft", Boolean, nullable=False, server_default=false()),  # a soft limit alerts and never refuses
    Column("team_id", Text, nullable=False),
    Column("per", Word(Window), nullable=False),  # the window; "window" is a reserved word in SQL
    CheckConstraint("held_micros >= 0", name="held_micros"),
    CheckConstraint("spent_micros >= 0", name="spent_micros"),
    CheckConstraint("start_utc < end_utc", name="bounds"),
    one_of("per", Window),
    Index(None, "scope", "per", "start_utc"),
)
"""The counters. All other tables that name a period refer to its row here; only this table has its window."""

holds = Table(
    "holds",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("state", Word(HoldState), nullable=False),
    Column("estimate_micros", Micros, nullable=False),
    Column("actual_micros", Micros),
    Column("cost_source", Word(CostSource)),
    Column("price_version", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    one_of("state", HoldState),
    one_of("cost_source", CostSource),
    CheckConstraint("estimate_micros >= 0", name="estimate_micros"),
    CheckConstraint("actual_micros >= 0", name="actual_micros"),
    CheckConstraint("state <> 'settled' OR actual_micros IS NOT NULL", name="settled"),
)

hold_legs = Table(
    "hold_legs",
    metadata,
    Column("job_id", Text, ForeignKey("holds.job_id"), primary_key=True),
    Column("scope", ScopeName, primary_key=True),
    Column("period_key", Text, primary_key=True),
    ForeignKeyConstraint(["scope", "period_key"], ["scope_periods.scope", "scope_periods.period_key"]),
    Index(None, "scope", "period_key"),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("job_id", Text),  # NULL: a correction that belongs to no job
    Column("kind", Word(EntryKind), nullable=False),
    Column("scope", ScopeName, nullable=False),
    Column("period_key", Text, nullable=False),
    Column("held_micros", Micros, nullable=False),
    Column("spent_micros", Micros, nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Column("at", UtcTime, nullable=False),
    Column("part", Integer, nullable=False, server_default=text("0")),  # submission's or correction's number
    Column("ceiling_micros", Micros),  # what the row allowed in all at the RESERVE; NULL: no hard limit
    one_of("kind", EntryKind),
    UniqueConstraint("job_id", "kind", "scope", "period_key", "part"),
    ForeignKeyConstraint(["scope", "period_key"], ["scope_periods.scope", "scope_periods.period_key"]),
    sqlite_autoincrement=True,
)
