"""Jobs that are drawn as one set: which set a job belongs to, its place there, and what tells it apart."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("set_id", sa.Text))
    op.add_column("jobs", sa.Column("set_position", sa.Integer))
    op.add_column("jobs", sa.Column("set_size", sa.Integer))
    op.add_column("jobs", sa.Column("set_label", sa.Text))
    op.add_column("jobs", sa.Column("set_words", sa.Text))
    in_set = sa.text("set_id IS NOT NULL")
    op.create_index("ix_jobs_set_id", "jobs", ["set_id"], sqlite_where=in_set, postgresql_where=in_set)
