"""Stores asks that wait for a decision (the table ``drafts``): each is decided once, by compare-and-set."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.requests.ask import ask_from_data, ask_to_data
from bot.domain.requests.pending_request import PendingRequest, PendingState
from storage.schema.budget_tables import pending_requests
from storage.schema.tables import jobs
from storage.session import Session

_d = pending_requests.c
_ADD = insert(pending_requests)
_GET = select(pending_requests).where(_d.id == bindparam("of_id"))
_BY_KEY = select(pending_requests).where(_d.request_key == bindparam("of_key"))
_OF_JOB = (
    select(pending_requests)
    .join(jobs, jobs.c.request_key == _d.request_key)
    .where(jobs.c.id == bindparam("of_job"))
)
_OPEN = (
    select(pending_requests)
    .where(_d.team_id == bindparam("of_team"), _d.state == bindparam("in_state"))
    .order_by(_d.created_at, _d.id)
)
_MOVE = update(pending_requests).where(
    _d.id == bindparam("of_id"), _d.state.in_(bindparam("from_states", expanding=True))
)


class SqlPendingRequests:
    """The port ``PendingRequests``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def add(self, pending: PendingRequest) -> None:
        ask = pending.ask
        self._tx.execute(
            _ADD,
            _values(pending)
            | {
                "id": pending.id,
                "request_key": ask.request_key,
                "team_id": ask.place.team_id,
                "channel_id": ask.place.channel_id,
                "user_id": ask.user_id,
                "created_at": pending.created_at,
            },
        )

    def get(self, pending_id: str) -> PendingRequest | None:
        return self._one(_GET, {"of_id": pending_id})

    def by_request_key(self, key: str) -> PendingRequest | None:
        return self._one(_BY_KEY, {"of_key": key})

    def of_job(self, job_id: str) -> PendingRequest | None:
        row = self._tx.execute(_OF_JOB, {"of_job": job_id}).first()
        return None if row is None else _pending(row)

    def in_state(self, team_id: str, state: PendingState) -> list[PendingRequest]:
        rows = self._tx.execute(_OPEN, {"of_team": team_id, "in_state": state})
        return [_pending(row) for row in rows]

    def move(self, pending: PendingRequest, *, frm: frozenset[PendingState]) -> bool:
        values = _values(pending) | {"of_id": pending.id, "from_states": sorted(frm)}
        return self._tx.execute(_MOVE, values).rowcount == 1

    def _one(self, statement: Any, values: dict[str, Any]) -> PendingRequest | None:
        row = self._tx.select(statement, values).first()
        return None if row is None else _pending(row)


def _values(pending: PendingRequest) -> dict[str, Any]:
    return {
        "kind": pending.kind,
        "state": pending.state,
        "ask": json.dumps(ask_to_data(pending.ask), ensure_ascii=False),
        "estimate_micros": pending.estimate,
        "price_version": pending.price_version,
        "expires_at": pending.expires_at,
        "decided_by": pending.decided_by,
        "decided_at": pending.decided_at,
        "job_id": pending.job_id,
        "reason": pending.reason,
        "round": pending.round,
    }


def _pending(row: Row[Any]) -> PendingRequest:
    return PendingRequest(
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
