"""Reads all money page by page, for the audit: no page is kept once the next one is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, func, select

from bot.domain.audit import HoldWithEnds, PaidCall
from bot.domain.budget.ledger import Entry, EntryKind, HoldLeg, ScopePeriod
from bot.domain.budget.limits import Grant
from storage.repositories.ledger_rows import entry_of, hold_of, period_of
from storage.repositories.limits import grant_of
from storage.repositories.submissions import submission_of
from storage.schema.budget_tables import grants
from storage.schema.ledger_tables import hold_legs, holds, ledger_entries, scope_periods
from storage.schema.tables import submissions
from storage.session import Session

_e = ledger_entries.c
_OF_JOBS: BindParameter[str] = bindparam("of_jobs", expanding=True)

# Each is read in the order of an index, so that no page waits for the database to sort the whole table.
_PERIODS = select(scope_periods).order_by(scope_periods.c.scope, scope_periods.c.period_key)
_ENTRIES = select(ledger_entries).order_by(_e.id)
_HOLDS = select(holds).order_by(holds.c.job_id)
_GRANTS = select(grants).order_by(grants.c.key)
_PAID_CALLS = (
    select(submissions, holds.c.state.label("hold_state"))
    .outerjoin_from(submissions, holds, holds.c.job_id == submissions.c.job_id)
    .order_by(submissions.c.job_id, submissions.c.ordinal)
)
_LEGS = select(hold_legs).where(hold_legs.c.job_id.in_(_OF_JOBS))
_ENDS = (
    select(_e.job_id, _e.scope, _e.period_key, func.count().label("ends"))
    .where(_e.job_id.in_(_OF_JOBS), _e.kind.in_([EntryKind.SETTLE, EntryKind.RELEASE]))
    .group_by(_e.job_id, _e.scope, _e.period_key)
)


class SqlBooks:
    """The port ``Books``."""

    def __init__(self, tx: Session, size: int) -> None:
        self._tx = tx
        self._size = size

    def entries(self) -> Iterator[list[Entry]]:
        for page in self._pages(_ENTRIES):
            yield [entry_of(row) for row in page]

    def holds(self) -> Iterator[list[HoldWithEnds]]:
        for page in self._pages(_HOLDS):
            of_jobs = {"of_jobs": [row.job_id for row in page]}
            legs: defaultdict[str, list[Row[Any]]] = defaultdict(list)
            for leg in self._tx.execute(_LEGS, of_jobs):
                legs[leg.job_id].append(leg)
            ends: defaultdict[str, dict[HoldLeg, int]] = defaultdict(dict)
            for end in self._tx.execute(_ENDS, of_jobs):
                ends[end.job_id][HoldLeg(end.scope, end.period_key)] = end.ends
            yield [HoldWithEnds(hold_of(row, legs[row.job_id]), ends[row.job_id]) for row in page]

    def paid_calls(self) -> Iterator[list[PaidCall]]:
        for page in self._pages(_PAID_CALLS):
            yield [PaidCall(submission_of(row), row.hold_state) for row in page]

    def grants(self) -> Iterator[list[Grant]]:
        for page in self._pages(_GRANTS):
            yield [grant_of(row) for row in page]

    def periods(self) -> Iterator[list[ScopePeriod]]:
        for page in self._pages(_PERIODS):
            yield [period_of(row) for row in page]

    def _pages(self, statement: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        return self._tx.pages(statement, self._size)
