"""The whole ledger, read and replayed."""

from __future__ import annotations

import contextlib

from bot.domain.audit import Books, Violation, audit
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from bot.services.budget.admin_notices import note_drift


async def check_books(store: Store) -> tuple[Books, list[Violation]]:
    """Replay the whole ledger. The admins hear of what is wrong, if the database takes a line just now."""
    books = await store.read(books_of)
    violations = audit(books)
    if violations:
        with contextlib.suppress(StoreUnavailable):
            await store.write(lambda tx: note_drift(tx, violations))
    return books, violations


def books_of(tx: Transaction) -> Books:
    """Everything that the audit reads."""
    return Books(
        tx.ledger.periods(),
        tx.ledger.holds(),
        tx.ledger.entries(),
        tx.submissions.all(),
        tx.limits.grants(),
    )
