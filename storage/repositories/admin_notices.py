"""Concerns: what admins are told once. The row is made in the transaction that gave rise to it."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from bot.domain.budget.admin_notice import Concern
from storage.schema.budget_tables import concerns
from storage.schema.upsert import PerEngine
from storage.session import Session

_ADD = PerEngine.build(concerns, lambda insert: insert.on_conflict_do_nothing().returning(concerns.c.key))
_GET = select(concerns).where(
    concerns.c.team_id == bindparam("of_team"), concerns.c.key == bindparam("of_key")
)


class SqlConcerns:
    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, concern: Concern) -> bool:
        values = {
            "team_id": concern.team_id,
            "key": concern.key,
            "kind": concern.kind,
            "facts": json.dumps(concern.facts, ensure_ascii=False),
            "at": concern.at,
        }
        return self._tx.execute(_ADD.on(postgres=self._tx.is_postgres), values).first() is not None

    def get(self, team_id: str, key: str) -> Concern | None:
        row = self._tx.execute(_GET, {"of_team": team_id, "of_key": key}).first()
        return None if row is None else Concern(row.team_id, row.key, row.kind, json.loads(row.facts), row.at)
