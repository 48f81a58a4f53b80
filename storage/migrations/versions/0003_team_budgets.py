"""Team budgets: limits as data, several windows a scope, grants, drafts, rates and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_PERIOD = ["scope", "period_key"]
_OF_PERIOD = ["scope_periods.scope", "scope_periods.period_key"]


def _windows() -> None:
    """A job counts in several periods of one scope at once."""
    op.add_column("scope_periods", sa.Column("soft", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("hold_legs") as legs:
        legs.drop_constraint("pk_hold_legs", type_="primary")
        legs.create_primary_key("pk_hold_legs", ["job_id", "scope", "period_key"])
    op.create_index("ix_hold_legs_scope_period_key", "hold_legs", ["scope", "period_key"])
    with op.batch_alter_table("ledger_entries", table_kwargs={"sqlite_autoincrement": True}) as ledger:
        ledger.drop_constraint("uq_ledger_entries_job_id_kind_scope", type_="unique")
        ledger.create_unique_constraint(
            "uq_ledger_entries_job_id_kind_scope_period_key", ["job_id", "kind", "scope", "period_key"]
        )


def _teams() -> None:
    op.create_table(
        "budget_teams",
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("tz", sa.Text, nullable=False),
        sa.Column("week_start", sa.Integer, nullable=False),
        sa.Column("paused_by", sa.Text),
        sa.Column("paused_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("team_id", name="pk_budget_teams"),
        sa.CheckConstraint("week_start BETWEEN 0 AND 6", name=op.f("ck_budget_teams_week_start")),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("per", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("limit_micros", sa.BigInteger),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("scope", "per", name="pk_budgets"),
        sa.CheckConstraint("per IN ('day', 'week', 'month')", name=op.f("ck_budgets_per")),
        sa.CheckConstraint("mode IN ('hard', 'soft')", name=op.f("ck_budgets_mode")),
        sa.CheckConstraint("limit_micros >= 0", name=op.f("ck_budgets_limit_micros")),
    )
    op.create_index("ix_budgets_team_id", "budgets", ["team_id"])


def _changes() -> None:
    op.create_table(
        "budget_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scope", sa.Text),
        sa.Column("per", sa.Text),
        sa.Column("amount_micros", sa.BigInteger),
        sa.Column("before_micros", sa.BigInteger),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budget_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_budget_changes_team_id_id", "budget_changes", ["team_id", "id"])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("micros", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_grants"),
        sa.CheckConstraint("kind IN ('topup', 'approval')", name=op.f("ck_grants_kind")),
        sa.ForeignKeyConstraint(_PERIOD, _OF_PERIOD, name="fk_grants_scope"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("request_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("ask", sa.Text, nullable=False),
        sa.Column("estimate_micros", sa.BigInteger, nullable=False),
        sa.Column("price_version", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("job_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.CheckConstraint("kind IN ('confirm', 'approval')", name=op.f("ck_drafts_kind")),
        sa.CheckConstraint(
            "state IN ('pending', 'asked', 'run', 'denied', 'cancelled')", name=op.f("ck_drafts_state")
        ),
        sa.UniqueConstraint("request_key", name="uq_drafts_request_key"),
    )
    op.create_index("ix_drafts_team_id_state", "drafts", ["team_id", "state"])


def _rates() -> None:
    op.create_table(
        "rates",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("full_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rates"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period_key", sa.Text, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("limit_micros", sa.BigInteger, nullable=False),
        sa.Column("used_micros", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scope", "period_key", "percent", name="pk_alerts"),
        sa.ForeignKeyConstraint(_PERIOD, _OF_PERIOD, name="fk_alerts_scope"),
    )


def upgrade() -> None:
    _windows()
    _teams()
    _budgets()
    _changes()
    _grants()
    _drafts()
    _rates()
    _alerts()
