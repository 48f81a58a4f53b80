"""Asks that wait for a person's word: decided once, by compare-and-set."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.requests.ask import ask_from_data, ask_to_data
from bot.domain.requests.pending_request import Draft, DraftState
from storage.schema.budget_tables import drafts
from storage.schema.tables import jobs
from storage.session import Session

_d = drafts.c
_ADD = insert(drafts)
_GET = select(drafts).where(_d.id == bindparam("of_id"))
_BY_KEY = select(drafts).where(_d.request_key == bindparam("of_key"))
_OF_JOB = (
    select(drafts).join(jobs, jobs.c.request_key == _d.request_key).where(jobs.c.id == bindparam("of_job"))
)
_OPEN = (
    select(drafts)
    .where(_d.team_id == bindparam("of_team"), _d.state == bindparam("in_state"))
    .order_by(_d.created_at, _d.id)
)
_MOVE = update(drafts).where(
    _d.id == bindparam("of_id"), _d.state.in_(bindparam("from_states", expanding=True))
)


class SqlDrafts:
    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, draft: Draft) -> None:
        ask = draft.ask
        self._tx.execute(
            _ADD,
            _values(draft)
            | {
                "id": draft.id,
                "request_key": ask.request_key,
                "team_id": ask.place.team_id,
                "channel_id": ask.place.channel_id,
                "user_id": ask.user_id,
                "created_at": draft.created_at,
            },
        )

    def get(self, draft_id: str) -> Draft | None:
        return self._one(_GET, {"of_id": draft_id})

    def by_request_key(self, key: str) -> Draft | None:
        return self._one(_BY_KEY, {"of_key": key})

    def of_job(self, job_id: str) -> Draft | None:
        row = self._tx.execute(_OF_JOB, {"of_job": job_id}).first()
        return None if row is None else _draft(row)

    def in_state(self, team_id: str, state: DraftState) -> list[Draft]:
        rows = self._tx.execute(_OPEN, {"of_team": team_id, "in_state": state})
        return [_draft(row) for row in rows]

    def move(self, draft: Draft, *, frm: frozenset[DraftState]) -> bool:
        values = _values(draft) | {"of_id": draft.id, "from_states": sorted(frm)}
        return self._tx.execute(_MOVE, values).rowcount == 1

    def _one(self, statement: Any, values: dict[str, Any]) -> Draft | None:
        row = self._tx.select(statement, values).first()
        return None if row is None else _draft(row)


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "state": draft.state,
        "ask": json.dumps(ask_to_data(draft.ask), ensure_ascii=False),
        "estimate_micros": draft.estimate,
        "price_version": draft.price_version,
        "expires_at": draft.expires_at,
        "decided_by": draft.decided_by,
        "decided_at": draft.decided_at,
        "job_id": draft.job_id,
        "reason": draft.reason,
        "round": draft.round,
    }


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        kind=row.kind,
        state=row.state,
        ask=ask_from_data(json.loads(row.ask)),
        estimate=row.estimate_micros,
        price_version=row.price_version,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        job_id=row.job_id,
        reason=row.reason,
        round=row.round,
    )
