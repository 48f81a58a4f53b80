"""How often an order was placed again because the provider could not fetch its sources."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "submissions", sa.Column("reorders", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
