"""A published source is rows of half a megabyte, so that whoever serves it never holds the whole of it. Those
that are there already stay one piece each; they are gone within a day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("shelf", sa.Column("ordinal", sa.Integer, nullable=False, server_default="0"))
    with op.batch_alter_table("shelf") as shelf:
        shelf.alter_column("ordinal", existing_type=sa.Integer, server_default=None)
        shelf.drop_constraint("pk_shelf", type_="primary")
        shelf.create_primary_key("pk_shelf", ["source_id", "ordinal"])
