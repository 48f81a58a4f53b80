"""What edits need: sources, the inbox of messages, the shelf of published bytes, the asking message."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("file_id", sa.Text),
        sa.Column("picture_id", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.CheckConstraint("role IN ('auto', 'picture', 'mask')", name=op.f("ck_sources_role")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_sources_job_id"),
        sa.UniqueConstraint("job_id", "ordinal", name="uq_sources_job_id_ordinal"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("ts", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("is_mention", sa.Boolean, nullable=False),
        sa.Column("is_direct", sa.Boolean, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_inbox"),
    )


def _shelf() -> None:
    op.create_table(
        "shelf",
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("mimetype", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source_id", name="pk_shelf"),
    )
    op.create_index("ix_shelf_expires_at", "shelf", ["expires_at"])


def upgrade() -> None:
    _sources()
    _inbox()
    _shelf()
    op.add_column("jobs", sa.Column("ask_ts", sa.Text))
