"""The tables of limits, decisions and messages about money, and of turns and rates; part of ``metadata``."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, Text, text

from bot.domain.budget.admin_notice import AdminNoticeKind
from bot.domain.budget.limits import ChangeKind, GrantKind, Mode
from bot.domain.budget.periods import Window
from bot.domain.requests.pending_request import PendingKind, PendingState
from storage.schema.columns import Micros, ScopeName, UtcTime, Word
from storage.schema.tables import RowId, metadata, one_of

budget_teams = Table(
    "budget_teams",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("tz", Text, nullable=False),
    Column("week_start", Integer, nullable=False),  # 0 is Monday
    Column("paused_by", Text),
    Column("paused_at", UtcTime),
    CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
)
"""One row a workspace. Every admission locks it, so that each is decided either before or after a change of
limits."""

budget_limits = Table(
    "budgets",
    metadata,
    Column("scope", ScopeName, primary_key=True),
    Column("per", Word(Window), primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("limit_micros", Micros),  # NULL: no limit, also where a default would set one
    Column("mode", Word(Mode), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    one_of("per", Window),
    one_of("mode", Mode),
    CheckConstraint("limit_micros >= 0", name="limit_micros"),
    Index(None, "team_id"),
)

budget_changes = Table(
    "budget_changes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("kind", Word(ChangeKind), nullable=False),
    Column("scope", ScopeName),
    Column("per", Word(Window)),
    Column("amount_micros", Micros),
    Column("before_micros", Micros),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", UtcTime, nullable=False),
    Index(None, "team_id", "id"),
    sqlite_autoincrement=True,
)
"""Who changed what about money, and why. Rows are added and never changed."""

grants = Table(
    "grants",
    metadata,
    Column("key", Text, primary_key=True),  # what makes a repeated top-up the same one
    Column("scope", ScopeName, nullable=False),
    Column("period_key", Text, nullable=False),
    Column("kind", Word(GrantKind), nullable=False),
    Column("micros", Micros, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", UtcTime, nullable=False),
    one_of("kind", GrantKind),
    ForeignKeyConstraint(["scope", "period_key"], ["scope_periods.scope", "scope_periods.period_key"]),
)

pending_requests = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_key", Text, nullable=False, unique=True),
    Column("kind", Word(PendingKind), nullable=False),
    Column("state", Word(PendingState), nullable=False),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("ask", Text, nullable=False),
    Column("estimate_micros", Micros, nullable=False),
    Column("price_version", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcTime),
    Column("job_id", Text),
    Column("reason", Text),  # as the admin wrote it
    Column("round", Integer, nullable=False, server_default=text("0")),  # how often its price changed
    one_of("kind", PendingKind),
    one_of("state", PendingState),
    Index(None, "team_id", "state"),
)
"""Asks that wait for a person's decision, with everything that is needed to carry them out."""

rate_limits = Table(
    "rates",
    metadata,
    Column("key", Text, primary_key=True),
    Column("full_at", UtcTime, nullable=False),  # when the whole allowance is free again
)

alerts = Table(
    "alerts",
    metadata,
    Column("scope", ScopeName, primary_key=True),
    Column("period_key", Text, primary_key=True),
    Column("percent", Integer, primary_key=True),
    Column("limit_micros", Micros, nullable=False),
    Column("used_micros", Micros, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(["scope", "period_key"], ["scope_periods.scope", "scope_periods.period_key"]),
)
"""One row a scope, period and percentage, so that each is told once. It is added in the transaction that
reached the percentage."""

admin_notices = Table(
    "concerns",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Word(AdminNoticeKind), nullable=False),
    Column("facts", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""One row a workspace and key, so that admins are told each once."""

turns = Table(
    "turns",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
"""When each person's last job began: of those who wait, the one served longest ago is next."""
