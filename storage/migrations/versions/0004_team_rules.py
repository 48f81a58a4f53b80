"""What teams add to their budgets: rules, notices and who decides."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


_KINDS = "'reserve', 'reprice', 'settle', 'overrun', 'release', 'late_charge', 'correction'"


def _ledger() -> None:
    """A job of several orders is repriced once an order; every grant records what it was allowed by."""
    with op.batch_alter_table("ledger_entries", table_kwargs={"sqlite_autoincrement": True}) as ledger:
        ledger.add_column(sa.Column("part", sa.Integer, nullable=False, server_default=sa.text("0")))
        ledger.add_column(sa.Column("ceiling_micros", sa.BigInteger))
        ledger.drop_constraint("uq_ledger_entries_job_id_kind_scope_period_key", type_="unique")
        ledger.create_unique_constraint(
            "uq_ledger_entries_job_id_kind_scope_period_key_part",
            ["job_id", "kind", "scope", "period_key", "part"],
        )
        ledger.drop_constraint(op.f("ck_ledger_entries_kind"), type_="check")
        ledger.create_check_constraint(op.f("ck_ledger_entries_kind"), f"kind IN ({_KINDS})")


def _concerns() -> None:
    op.create_table(
        "concerns",
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "key", name="pk_concerns"),
    )


def _turns() -> None:
    running = sa.text("status IN ('submitting', 'running')")
    op.drop_index("ix_jobs_running", "jobs")
    op.create_index(
        "ix_jobs_running",
        "jobs",
        ["team_id", "user_id", "channel_id", "status"],
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "turns",
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_turns"),
    )


_STATES = "'pending', 'asked', 'run', 'denied', 'cancelled', 'expired'"


def _decisions() -> None:
    """Asks that lapse, an admin's reason, and how often an ask was priced anew."""
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("reason", sa.Text))
        drafts.add_column(sa.Column("round", sa.Integer, nullable=False, server_default=sa.text("0")))
        drafts.drop_constraint(op.f("ck_drafts_state"), type_="check")
        drafts.create_check_constraint(op.f("ck_drafts_state"), f"state IN ({_STATES})")


def _deleted_messages() -> None:
    op.add_column("inbox", sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=sa.false()))


def _faults() -> None:
    op.add_column("tasks", sa.Column("faults", sa.Integer, nullable=False, server_default=sa.text("0")))


def upgrade() -> None:
    """Each topic has a function of its own, called here."""
    _ledger()
    _concerns()
    _turns()
    _decisions()
    _deleted_messages()
    _faults()
