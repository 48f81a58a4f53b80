"""Takes back the part of a one-job grant that its job did not need (budgets reference 1.12)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.budget.ledger import Entry, Hold, HoldLeg
from bot.domain.budget.limits import Grant, GrantKind, once_key, unused_room
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
    pending = tx.pending_requests.of_job(hold.job_id)
    if pending is None or pending.kind is not PendingKind.APPROVAL:
        return
    entries = tx.ledger.entries_of(hold.job_id)
    for leg in hold.legs:
        grants = _grants(tx, once_key(pending.id, leg.scope, leg.period_key))
        if grants:
            _void(tx, leg, grants, [one for one in entries if _is_of(one, leg)])


def _void(tx: Transaction, leg: HoldLeg, grants: list[Grant], entries: list[Entry]) -> None:
    row = tx.ledger.period(leg.scope, leg.period_key)
    assert row is not None
    amount = unused_room(grants, entries, row)
    if amount > Money.zero():
        made = grants[0]
        tx.limits.grant(
            Grant(
                key=_void_key(made.key, len(grants)),
                scope=leg.scope,
                period_key=leg.period_key,
                kind=GrantKind.APPROVAL,
                amount=-amount,
                actor=VOIDED_BY,
                at=tx.now,
                reason="not used by the job that it was for",
            )
        )
        rearm(tx, replace(row, granted=row.granted - amount))


def _grants(tx: Transaction, key: str) -> list[Grant]:
    """The grant under ``key``, followed by the negative grants that took parts of it back."""
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
