"""Which picture a job started from, where its result is, alt texts; previews, and pictures shown again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

STATES = "'found', 'fetched', 'ticketed', 'uploaded', 'shared', 'lost'"
KINDS = "'use', 'undo', 'share', 'before'"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("parent_picture", sa.Integer))
    op.add_column("jobs", sa.Column("result_ts", sa.Text))
    op.add_column(
        "jobs", sa.Column("result_has_blocks", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("jobs", sa.Column("manner", sa.Text, nullable=False, server_default="plain"))
    queued = sa.text("status = 'queued'")
    op.create_index(
        "ix_jobs_queued", "jobs", ["team_id", "created_at"], sqlite_where=queued, postgresql_where=queued
    )
    op.add_column("pictures", sa.Column("alt_text", sa.Text))
    op.create_table(
        "previews",
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", name="fk_previews_job_id")),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Text),
        sa.Column("upload_url", sa.Text),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_previews"),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_previews_state")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", name="fk_postings_job_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("is_private", sa.Boolean),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ts", sa.Text),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("intent_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_postings"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_postings_kind")),
    )
    op.create_index("ix_postings_job_id", "postings", ["job_id"])
    op.create_index(
        "ix_postings_team_id_channel_id_thread_ts", "postings", ["team_id", "channel_id", "thread_ts"]
    )
