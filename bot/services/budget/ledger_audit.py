"""Reads the whole ledger and audits it."""

from __future__ import annotations

import asyncio
import contextlib

from bot.domain.audit import LedgerSnapshot, Violation, audit
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from bot.services.budget.admin_notices import note_drift


async def audit_ledger(store: Store) -> tuple[LedgerSnapshot, list[Violation]]:
    """Replay the whole ledger. Returns what was read and the violations found, empty when it balances.

    The admins are told of violations, unless the database cannot be written just now. Raises
    StoreUnavailable when it cannot be read. Safe to repeat.
    """
    snapshot = await store.read(ledger_snapshot)
    violations = await asyncio.to_thread(audit, snapshot)  # seconds on a large ledger
    if violations:
        with contextlib.suppress(StoreUnavailable):
            await store.write(lambda tx: note_drift(tx, violations))
    return snapshot, violations


def ledger_snapshot(tx: Transaction) -> LedgerSnapshot:
    """Everything that the audit needs, read in one transaction."""
    return LedgerSnapshot(
        tx.ledger.periods(),
        tx.ledger.holds(),
        tx.ledger.entries(),
        tx.submissions.all(),
        tx.limits.grants(),
    )
