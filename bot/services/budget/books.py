"""Reads the whole ledger and audits it."""

from __future__ import annotations

import contextlib

from bot.domain.audit import Books, Violation, audit
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from bot.services.budget.admin_notices import note_drift


async def check_books(store: Store) -> tuple[Books, list[Violation]]:
    """Replay the whole ledger. Returns what was read and the violations found, empty when it balances.

    The admins are told of violations, unless the database cannot be written just now. Raises
    StoreUnavailable when it cannot be read. Safe to repeat.
    """
    books = await store.read(books_of)
    violations = audit(books)
    if violations:
        with contextlib.suppress(StoreUnavailable):
            await store.write(lambda tx: note_drift(tx, violations))
    return books, violations


def books_of(tx: Transaction) -> Books:
    """Everything that the audit needs, read in one transaction."""
    return Books(
        tx.ledger.periods(),
        tx.ledger.holds(),
        tx.ledger.entries(),
        tx.submissions.all(),
        tx.limits.grants(),
    )
