"""The first tables: jobs and what they are made of, the work queue, budgets, memos.

There is no way back from here or from any later migration: a schema that holds money is restored from a
backup, not downgraded.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("estimate_micros", sa.BigInteger, nullable=False),
        sa.Column("actual_micros", sa.BigInteger),
        sa.Column("cost_source", sa.Text),
        sa.Column("price_version", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_holds"),
        sa.CheckConstraint("actual_micros >= 0", name=op.f("ck_holds_actual_micros")),
        sa.CheckConstraint(
            "cost_source IN ('provider', 'estimate', 'not_charged')",
            name=op.f("ck_holds_cost_source"),
        ),
        sa.CheckConstraint("estimate_micros >= 0", name=op.f("ck_holds_estimate_micros")),
        sa.CheckConstraint("state <> 'settled' OR actual_micros IS NOT NULL", name=op.f("ck_holds_settled")),
        sa.CheckConstraint(
            "state IN ('held', 'dispatched', 'unknown', 'settled', 'released')",
            name=op.f("ck_holds_state"),
        ),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("request_key", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("sources", sa.Integer, nullable=False),
        sa.Column("has_mask", sa.Boolean, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("estimate_micros", sa.BigInteger, nullable=False),
        sa.Column("price_version", sa.Text, nullable=False),
        sa.Column("cost_micros", sa.BigInteger),
        sa.Column("cost_is_estimate", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("problem_detail", sa.Text),
        sa.Column("parent_id", sa.Text),
        sa.Column("status_ts", sa.Text),
        sa.Column("reply_url", sa.Text),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("announce_intent_at", sa.BigInteger),
        sa.Column("share_intent_at", sa.BigInteger),
        sa.Column("shown", sa.Text),
        sa.Column("shown_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.CheckConstraint("cost_micros >= 0", name=op.f("ck_jobs_cost_micros")),
        sa.CheckConstraint(
            "delivery IN ('none', 'announced', 'delivering', 'delivered', 'undeliverable')",
            name=op.f("ck_jobs_delivery"),
        ),
        sa.CheckConstraint("estimate_micros >= 0", name=op.f("ck_jobs_estimate_micros")),
        sa.CheckConstraint("format IN ('png', 'jpeg', 'webp')", name=op.f("ck_jobs_format")),
        sa.CheckConstraint("kind IN ('generate', 'edit')", name=op.f("ck_jobs_kind")),
        sa.CheckConstraint("n >= 1", name=op.f("ck_jobs_n")),
        sa.CheckConstraint("quality IN ('low', 'medium', 'high')", name=op.f("ck_jobs_quality")),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name=op.f("ck_jobs_size")),
        sa.CheckConstraint(
            "status IN ('queued', 'submitting', 'running', 'unknown', "
            "'succeeded', 'failed', 'cancelled', 'timed_out')",
            name=op.f("ck_jobs_status"),
        ),
        sa.UniqueConstraint("request_key", name="uq_jobs_request_key"),
    )


def _job_indexes() -> None:
    op.create_index(
        "ix_jobs_running",
        "jobs",
        ["team_id", "user_id", "status"],
        sqlite_where=sa.text("status IN ('submitting', 'running')"),
        postgresql_where=sa.text("status IN ('submitting', 'running')"),
    )
    op.create_index("ix_jobs_team_id_channel_id_thread_ts", "jobs", ["team_id", "channel_id", "thread_ts"])
    op.create_index("ix_jobs_team_id_created_at", "jobs", ["team_id", "created_at"])


def _memos() -> None:
    op.create_table(
        "memos",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_memos"),
    )


def _scope_periods() -> None:
    op.create_table(
        "scope_periods",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period_key", sa.Text, nullable=False),
        sa.Column("start_utc", sa.BigInteger, nullable=False),
        sa.Column("end_utc", sa.BigInteger, nullable=False),
        sa.Column("tz", sa.Text, nullable=False),
        sa.Column("limit_micros", sa.BigInteger),
        sa.Column("carry_micros", sa.BigInteger, nullable=False),
        sa.Column("grant_micros", sa.BigInteger, nullable=False),
        sa.Column("held_micros", sa.BigInteger, nullable=False),
        sa.Column("spent_micros", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scope", "period_key", name="pk_scope_periods"),
        sa.CheckConstraint("start_utc < end_utc", name=op.f("ck_scope_periods_bounds")),
        sa.CheckConstraint("held_micros >= 0", name=op.f("ck_scope_periods_held_micros")),
        sa.CheckConstraint("spent_micros >= 0", name=op.f("ck_scope_periods_spent_micros")),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", _RowId, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("owner", sa.Text),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("again_at", sa.BigInteger),
        sa.Column("parked_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.CheckConstraint("owner IS NULL OR due_at IS NOT NULL", name=op.f("ck_tasks_owner")),
        sa.CheckConstraint("parked_at IS NULL OR due_at IS NULL", name=op.f("ck_tasks_parked_at")),
        sa.UniqueConstraint("kind", "job_id", "subject", name="uq_tasks_kind_job_id_subject"),
        sqlite_autoincrement=True,
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["kind", "due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_parked",
        "tasks",
        ["job_id"],
        sqlite_where=sa.text("parked_at IS NOT NULL"),
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )


def _hold_legs() -> None:
    op.create_table(
        "hold_legs",
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "scope", name="pk_hold_legs"),
        sa.ForeignKeyConstraint(["job_id"], ["holds.job_id"], name="fk_hold_legs_job_id"),
        sa.ForeignKeyConstraint(
            ["scope", "period_key"],
            ["scope_periods.scope", "scope_periods.period_key"],
            name="fk_hold_legs_scope",
        ),
    )


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", _RowId, nullable=False),
        sa.Column("job_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period_key", sa.Text, nullable=False),
        sa.Column("held_micros", sa.BigInteger, nullable=False),
        sa.Column("spent_micros", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
        sa.CheckConstraint(
            "kind IN ('reserve', 'reprice', 'settle', 'release', 'late_charge', 'correction')",
            name=op.f("ck_ledger_entries_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["scope", "period_key"],
            ["scope_periods.scope", "scope_periods.period_key"],
            name="fk_ledger_entries_scope",
        ),
        sa.UniqueConstraint("job_id", "kind", "scope", name="uq_ledger_entries_job_id_kind_scope"),
        sqlite_autoincrement=True,
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("dialect", sa.Text),
        sa.Column("provider_task_id", sa.Text),
        sa.Column("amount_micros", sa.BigInteger),
        sa.Column("problem", sa.Text),
        sa.Column("problem_detail", sa.Text),
        sa.Column("polls", sa.Integer, nullable=False),
        sa.Column("intent_at", sa.BigInteger),
        sa.Column("submitted_at", sa.BigInteger),
        sa.Column("first_processing_at", sa.BigInteger),
        sa.Column("last_pending_poll_at", sa.BigInteger),
        sa.Column("done_seen_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.CheckConstraint("n >= 1", name=op.f("ck_submissions_n")),
        sa.CheckConstraint("polls >= 0", name=op.f("ck_submissions_polls")),
        sa.CheckConstraint(
            "state IN ('planned', 'submitting', 'running', 'unknown', 'timed_out', "
            "'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_submissions_state"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_submissions_job_id"),
        sa.UniqueConstraint("job_id", "ordinal", name="uq_submissions_job_id_ordinal"),
    )


def _pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("format", sa.Text),
        sa.Column("file_id", sa.Text),
        sa.Column("upload_url", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("problem_detail", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
        sa.CheckConstraint(
            "state IN ('found', 'fetched', 'ticketed', 'uploaded', 'shared', 'lost')",
            name=op.f("ck_pictures_state"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_pictures_job_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_pictures_submission_id"),
        sa.UniqueConstraint("job_id", "ordinal", name="uq_pictures_job_id_ordinal"),
    )


def upgrade() -> None:
    _holds()
    _jobs()
    _job_indexes()
    _memos()
    _scope_periods()
    _tasks()
    _hold_legs()
    _ledger_entries()
    _submissions()
    _pictures()
