"""Whether only members may read where an ask was made; unknown for what was asked before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for name in ("jobs", "inbox"):
        op.add_column(name, sa.Column("is_private", sa.Boolean))
        table = sa.table(name, sa.column("channel_id", sa.Text), sa.column("is_private", sa.Boolean))
        # Direct messages are known by their ids.
        op.execute(table.update().where(table.c.channel_id.startswith("D")).values(is_private=True))
