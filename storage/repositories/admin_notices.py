"""Stores notices for budget admins (the table ``concerns``): one row a workspace and key."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from bot.domain.budget.admin_notice import AdminNotice
from storage.schema.budget_tables import admin_notices
from storage.schema.upsert import PerEngine
from storage.session import Session

_ADD = PerEngine.build(
    admin_notices, lambda insert: insert.on_conflict_do_nothing().returning(admin_notices.c.key)
)
_GET = select(admin_notices).where(
    admin_notices.c.team_id == bindparam("of_team"), admin_notices.c.key == bindparam("of_key")
)


class SqlAdminNotices:
    """The port ``AdminNotices``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, admin_notice: AdminNotice) -> bool:
        values = {
            "team_id": admin_notice.team_id,
            "key": admin_notice.key,
            "kind": admin_notice.kind,
            "facts": json.dumps(admin_notice.facts, ensure_ascii=False),
            "at": admin_notice.at,
        }
        return self._tx.execute(_ADD.on(postgres=self._tx.is_postgres), values).first() is not None

    def get(self, team_id: str, key: str) -> AdminNotice | None:
        row = self._tx.execute(_GET, {"of_team": team_id, "of_key": key}).first()
        return (
            None
            if row is None
            else AdminNotice(row.team_id, row.key, row.kind, json.loads(row.facts), row.at)
        )
