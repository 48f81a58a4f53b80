"""Each period says its window and its workspace, so that nothing has to read them out of its key or scope."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WINDOWS = "'day', 'week', 'month'"

_periods = sa.table(
    "scope_periods", sa.column("scope"), sa.column("period_key"), sa.column("team_id"), sa.column("per")
)


def _fill_in() -> None:
    """Up to here a key's length told windows apart: ``2026-11``, ``2026-W48``, ``2026-11-22``. A key of
    another length stays without a window, and the NOT NULL below stops the migration."""
    lengths = {7: "month", 8: "week", 10: "day"}
    length = sa.func.length(_periods.c.period_key)
    op.execute(_periods.update().values(per=sa.case(lengths, value=length)))
    connection = op.get_bind()
    for scope in connection.execute(sa.select(_periods.c.scope).distinct()).scalars().all():
        team_id = scope.partition(":")[2].partition("/")[0]
        connection.execute(_periods.update().where(_periods.c.scope == scope).values(team_id=team_id))


def upgrade() -> None:
    op.add_column("scope_periods", sa.Column("team_id", sa.Text))
    op.add_column("scope_periods", sa.Column("per", sa.Text))
    _fill_in()
    with op.batch_alter_table("scope_periods") as periods:
        periods.alter_column("team_id", existing_type=sa.Text, nullable=False)
        periods.alter_column("per", existing_type=sa.Text, nullable=False)
        periods.create_check_constraint(op.f("ck_scope_periods_per"), f"per IN ({_WINDOWS})")
    op.create_index("ix_scope_periods_scope_per_start_utc", "scope_periods", ["scope", "per", "start_utc"])
