"""A message knows the reactions that the bot put on it, and the messages of a thread are found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # Up to here nothing was recorded: what waits still carries the reaction "seen", nearly always alone.
    op.add_column("inbox", sa.Column("reactions", sa.Text, nullable=False, server_default=sa.text("'seen'")))
    op.create_index("ix_inbox_team_id_channel_id_thread_ts", "inbox", ["team_id", "channel_id", "thread_ts"])
