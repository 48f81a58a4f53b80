"""Takes back the part of a one-job grant that its job does not need (budgets reference 1.12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.budget.ledger import Entry, Hold, HoldLeg, ScopePeriod
from bot.domain.budget.limits import Grant, GrantKind, needed_again, once_key, unused_room
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingKind
from bot.ports import Transaction
from bot.services.budget.thresholds import rearm

VOIDED_BY = "imagine-bot"
"""The actor on record: no person decides this, it follows from an earlier decision."""


def take_back(tx: Transaction, hold: Hold) -> None:
    """Void the part of the grants for this job alone that, by its ledger entries, it no longer needs.

    This is done for each scope and period of ``hold``, and never takes more than is left there now. To be
    called after each ledger entry that made the job cheaper, in the same transaction. Safe to repeat: what
    was taken back is on record as a negative grant.
    """
    for row, grants, entries in _own_grants(tx, hold):
        amount = unused_room(grants, entries, row)
        if amount > Money.zero():
            _change(tx, row, grants, -amount, reason="not used by the job that it was for")


def give_again(tx: Transaction, hold: Hold) -> None:
    """Give back what was taken back of the grants for this job alone, as far as it needs it after all: one of
    its orders was cheaper than approved, and another is dearer. Never more than was approved. To be called
    after a ledger entry that made the running job dearer, in the same transaction. Safe to repeat."""
    for row, grants, entries in _own_grants(tx, hold):
        amount = needed_again(grants, entries)
        if amount > Money.zero():
            _change(tx, row, grants, amount, reason="needed after all by the job that it was for")


def _own_grants(tx: Transaction, hold: Hold) -> Iterator[tuple[ScopePeriod, list[Grant], list[Entry]]]:
    """The rows of ``hold`` that got room for this job alone, each with its grants and the job's entries."""
    pending = tx.pending_requests.of_job(hold.job_id)
    if pending is None or pending.kind is not PendingKind.APPROVAL:
        return
    entries = tx.ledger.entries_of(hold.job_id)
    for leg in hold.legs:
        grants = _grants(tx, once_key(pending.id, leg.scope, leg.period_key))
        if grants:
            row = tx.ledger.period(leg.scope, leg.period_key)
            assert row is not None
            yield row, grants, [one for one in entries if _is_of(one, leg)]


def _change(tx: Transaction, row: ScopePeriod, grants: list[Grant], by: Money, *, reason: str) -> None:
    tx.limits.grant(
        Grant(
            key=_void_key(grants[0].key, len(grants)),
            scope=row.scope,
            period_key=row.period_key,
            kind=GrantKind.APPROVAL,
            amount=by,
            actor=VOIDED_BY,
            at=tx.now,
            reason=reason,
        )
    )
    rearm(tx, replace(row, granted=row.granted + by))


def _grants(tx: Transaction, key: str) -> list[Grant]:
    """The grant under ``key``, followed by those that took parts of it back and gave them again."""
    found: list[Grant] = []
    grant = tx.limits.granted(key)
    while grant is not None:
        found.append(grant)
        grant = tx.limits.granted(_void_key(key, len(found)))
    return found


def _void_key(key: str, number: int) -> str:
    return f"{key}:void{number}"


def _is_of(entry: Entry, leg: HoldLeg) -> bool:
    return (entry.scope, entry.period_key) == (leg.scope, leg.period_key)
