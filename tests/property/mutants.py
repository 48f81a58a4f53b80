"""The program with one classic mistake in it: what the property machine must notice (budgets reference 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, insert, or_, type_coerce

from bot.domain.budget import ledger as domain
from bot.domain.budget.ledger import CostSource, Entry, Hold, HoldState
from bot.domain.budget.periods import Window, period_at
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingState, parts_of
from bot.services.budget import accounts as service
from bot.services.budget import unused_grants as leftovers
from bot.services.budget.accounts import Accounts
from bot.services.requests import approvals
from bot.services.requests.approvals import Approvals
from storage.repositories import ledger as storage
from storage.repositories import limits as limit_storage
from storage.repositories.alerts import SqlAlerts
from storage.repositories.jobs import SqlJobs
from storage.repositories.pending_requests import SqlPendingRequests
from storage.schema.budget_tables import grants
from storage.schema.columns import Micros
from storage.schema.ledger_tables import scope_periods
from tests.property.desk import OneConnectionStore

Change = tuple[Any, str, Any]

_p = scope_periods.c
_settle, _release, _reserve = domain.settle_entries, domain.release_entries, domain.reserve_entries
_post, _move_hold, _move_draft = storage.SqlLedger.post, storage.SqlLedger.move_hold, SqlPendingRequests.move
_add_alert, _settle_hold = SqlAlerts.add, Accounts.settle


def _always_fits(self: Any, entry: Entry) -> bool:
    _post(self, entry)
    return True


def _held_ignored() -> Any:
    room = _p.limit_micros + _p.carry_micros + _p.grant_micros
    fits = or_(_p.limit_micros.is_(None), _p.soft, _p.spent_micros + storage._more_held <= room)
    return storage._APPLY.where(fits).returning(_p.soft, type_coerce(room, Micros).label("ceiling"))


def _clamped() -> Any:
    held = func.max(0, _p.held_micros + storage._more_held)
    spent = func.max(0, _p.spent_micros + storage._more_spent)
    return storage._APPLY.values(held_micros=held, spent_micros=spent)


def _from_any_state(self: Any, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
    return _move_hold(self, job_id, frm=frozenset(HoldState), to=to)


def _in_the_present_period(hold: Hold, actual: Money, at: Any) -> list[Entry]:
    then, now = ({w: period_at(time, w, "UTC").key for w in Window} for time in (hold.created_at, at))
    moved = {then[window]: now[window] for window in Window}
    return [
        replace(entry, period_key=moved.get(entry.period_key, entry.period_key))
        for entry in _settle(hold, actual, at)
    ]


def _swept(self: Accounts, tx: Any, job_id: str, actual: Money, source: CostSource) -> bool:
    if source is CostSource.ESTIMATE:
        return self.release(tx, job_id, "swept")
    return _settle_hold(self, tx, job_id, actual, source)


def _alert_each_time(self: Any, alert: Any) -> bool:
    _add_alert(self, alert)
    return True


def _whatever_its_state(_self: Any, tx: Any, _team_id: str, ref: str, _word: Any) -> Any:
    return tx.pending_requests.get(parts_of(ref)[0])


def _moved_anyway(self: Any, pending: Any, *, frm: Any) -> bool:
    return _move_draft(self, pending, frm=frozenset(PendingState))


class _EveryGrant:
    """INSERT OR REPLACE: a repeated key is granted again."""

    def on(self, *, postgres: bool) -> Any:
        return insert(grants).prefix_with("OR REPLACE").returning(grants.c.key)


MUTANTS: dict[str, Callable[[], list[Change]]] = {
    "double settle": lambda: [(storage.SqlLedger, "move_hold", _from_any_state)],
    "hold not freed": lambda: [
        (service, "settle_entries", lambda h, a, t: [replace(e, held=Money.zero()) for e in _settle(h, a, t)])
    ],
    "no admission check": lambda: [(storage.SqlLedger, "reserve", _always_fits)],
    "held ignored at admission": lambda: [(storage, "_APPLY_IF_IT_FITS", _held_ignored())],
    "settle into the present period": lambda: [(service, "settle_entries", _in_the_present_period)],
    "commit per scope": lambda: [(OneConnectionStore, "undo", lambda self: None)],
    "settle at most the estimate": lambda: [
        (service, "settle_entries", lambda h, a, t: _settle(h, min(a, h.estimate), t))
    ],
    "no deduplication": lambda: [(SqlJobs, "by_request_key", lambda self, key: None)],
    "clamped release": lambda: [
        (service, "release_entries",
         lambda h, t, r: [replace(e, held=e.held * 2) for e in _release(h, t, r)]),
        (storage, "_APPLY", _clamped()),
    ],
    "alert per settle": lambda: [(SqlAlerts, "add", _alert_each_time)],
    "approve twice": lambda: [
        (Approvals, "_asked", _whatever_its_state), (SqlPendingRequests, "move", _moved_anyway)
    ],
    "sweeper releases unknown": lambda: [(Accounts, "settle", _swept)],
    # Beyond the twelve:
    "one scope forgotten": lambda: [(service, "reserve_entries", lambda h: _reserve(h)[:-1])],
    "release spends": lambda: [
        (service, "release_entries",
         lambda h, t, r: [replace(e, spent=h.estimate) for e in _release(h, t, r)]),
    ],
    "late limit starts empty": lambda: [(storage, "backfill", lambda tx, scope, period: None)],
    "grant not counted once": lambda: [(limit_storage, "_GRANT", _EveryGrant())],
    "unused grant never voided": lambda: [(service, "take_back", lambda tx, hold: None)],
    "raised for good by approving once": lambda: [
        (approvals, "once_key", lambda pending_id, scope, period: f"{pending_id}:{scope}:{period}")
    ],
    "all of the grant voided": lambda: [
        (leftovers, "unused_room",
         lambda grants, entries, row: grants[0].amount if len(grants) == 1 else Money.zero()),
    ],
    "new price only up": lambda: [
        (service, "reprice_entries",
         lambda h, by, part, t: domain.reprice_entries(h, max(by, Money.zero()), part, t)),
    ],
}  # fmt: skip


@contextmanager
def mutant(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for target, attribute, changed in MUTANTS[name]():
            stack.enter_context(patch.object(target, attribute, changed))
        yield
