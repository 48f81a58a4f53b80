"""Reads the whole ledger, page by page, and audits it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from bot.domain.audit import LedgerAudit, LedgerSnapshot, Violation
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from bot.services.budget.admin_notices import note_drift

PAGE = 200
"""Rows that are read at a time. Whatever else the process has to do waits for one page at most, a few
milliseconds, and a ledger of any length needs the same memory."""


async def audit_ledger(store: Store) -> list[Violation]:
    """Replay the whole ledger, and return the violations found, none when it balances.

    The admins are told of violations, unless the database cannot be written just now. Raises
    StoreUnavailable when it cannot be read. Safe to repeat.
    """
    violations = await store.read(audited)
    await tell_of(store, violations)
    return violations


def audited(tx: Transaction) -> list[Violation]:
    """The violations in what this transaction sees."""
    audit, books = LedgerAudit(), tx.books(PAGE)
    for entries in books.entries():
        audit.entries(entries)
    for holds in books.holds():
        audit.holds(holds)
    for paid_calls in books.paid_calls():
        audit.paid_calls(paid_calls)
    for grants in books.grants():
        audit.grants(grants)
    for periods in books.periods():
        audit.periods(periods)
    return audit.violations()


async def tell_of(store: Store, violations: Sequence[Violation]) -> None:
    """Tell the admins of ``violations``, unless the database cannot be written just now. Safe to repeat."""
    if violations:
        with contextlib.suppress(StoreUnavailable):
            await store.write(lambda tx: note_drift(tx, violations))


def ledger_snapshot(tx: Transaction) -> LedgerSnapshot:
    """Everything that the audit takes, at once: for a small ledger."""
    return LedgerSnapshot(
        tx.ledger.periods(),
        tx.ledger.holds(),
        tx.ledger.entries(),
        tx.submissions.all(),
        tx.limits.grants(),
    )
