"""A ledger of any length is audited page by page: in the same memory, and while everybody else goes on."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from bot.domain.audit import LedgerAudit, Violation
from bot.domain.budget.ledger import Entry
from bot.domain.budget.limits import Limits
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.ledger_audit import PAGE, audit_ledger
from bot.services.operations.records import Records
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission, dollars
from tests.support.collaborators import TrustedClock

JOBS = 12 * PAGE
MEBIBYTE = 1024 * 1024
STEPS = ("entries", "holds", "paid_calls", "grants", "periods")


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Limits(workspace=None, user=None), TrustedClock())


def reserved(accounts: Accounts, name: str) -> Any:
    def unit(tx: Transaction) -> None:
        job = a_job(name, estimate=dollars("0.41"))
        tx.jobs.add(job)
        accounts.reserve(tx, job)
        tx.submissions.add(a_submission(f"S{name}", name))

    return unit


async def fill(store: SqlStore, accounts: Accounts) -> None:
    """One real job, and JOBS copies of its rows."""
    await store.write(reserved(accounts, "J0"))
    counted = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {JOBS})"
    number = f"({counted} SELECT i FROM n) AS number"

    def copy(tx: Any, table: str, **changed: str) -> None:
        columns = tx.execute(text(f"SELECT * FROM {table}")).keys()
        rows = {column: changed.get(column, f"one.{column}") for column in columns}
        if table == "ledger_entries":
            del rows["id"]
        into = f"INSERT INTO {table} ({', '.join(rows)})"
        tx.execute(text(f"{into} SELECT {', '.join(rows.values())} FROM {table} AS one, {number}"))

    def unit(tx: Any) -> None:
        copy(tx, "jobs", id="'J' || i", request_key="'K' || i")
        copy(tx, "submissions", id="'S' || i", job_id="'J' || i")
        copy(tx, "holds", job_id="'J' || i")
        copy(tx, "hold_legs", job_id="'J' || i")
        copy(tx, "ledger_entries", job_id="'J' || i")
        tx.execute(text(f"UPDATE scope_periods SET held_micros = held_micros * {JOBS + 1}"))

    await store.write(unit)


class Turns:
    """Notes each page that the audit takes, and when: by how many turns the event loop has made."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.made = 0
        self.pages: list[tuple[str, int, int]] = []
        for step in STEPS:
            patch.setattr(LedgerAudit, step, self._noted(step, getattr(LedgerAudit, step)))

    def _noted(self, step: str, real: Any) -> Any:
        def take(audit: LedgerAudit, page: Any) -> None:
            self.pages.append((step, len(page), self.made))
            real(audit, page)

        return take

    async def count(self, until: asyncio.Future[Any]) -> None:
        while not until.done():
            self.made += 1
            await asyncio.sleep(0)


async def test_each_page_is_small_and_everybody_has_a_turn_between_two(
    store: SqlStore, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, accounts)
    turns = Turns(monkeypatch)

    auditing = asyncio.create_task(audit_ledger(store))
    await turns.count(auditing)

    assert auditing.result() == []
    assert sum(size for step, size, _ in turns.pages if step == "entries") == 3 * (JOBS + 1)
    assert sum(size for step, size, _ in turns.pages if step == "holds") == JOBS + 1
    assert sum(size for step, size, _ in turns.pages if step == "paid_calls") == JOBS + 1
    assert max(size for _, size, _ in turns.pages) <= PAGE
    times = [made for step, size, made in turns.pages if size == PAGE]
    assert len(set(times)) == len(times), "the event loop makes a turn for each full page"


async def test_what_is_bought_during_an_audit_is_no_violation_and_waits_for_nothing(
    store: SqlStore, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, accounts)
    first_page, bought = asyncio.Event(), asyncio.Event()
    real = LedgerAudit.entries

    def entries(audit: LedgerAudit, page: list[Entry]) -> None:
        first_page.set()
        await_only(bought.wait())  # in the middle of the one snapshot
        real(audit, page)

    monkeypatch.setattr(LedgerAudit, "entries", entries)

    auditing = asyncio.create_task(audit_ledger(store))
    await first_page.wait()
    for number in range(5):
        await store.write(reserved(accounts, f"new-{number}"))
    bought.set()

    assert await auditing == []
    assert await audit_ledger(store) == []


async def test_a_long_ledger_takes_no_more_memory_than_a_page(store: SqlStore, accounts: Accounts) -> None:
    await fill(store, accounts)
    await audit_ledger(store)  # what is kept for good, such as compiled statements, is there then
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        assert await audit_ledger(store) == []
        used = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

    assert used < 2 * MEBIBYTE, f"{used / MEBIBYTE:.1f} MiB for {JOBS} jobs"


async def test_a_ledger_that_is_wrong_everywhere_is_told_in_few_lines(
    store: SqlStore, accounts: Accounts
) -> None:
    await fill(store, accounts)
    await store.write(lambda tx: tx.execute(text("DELETE FROM ledger_entries WHERE job_id <> 'J0'")))  # type: ignore[attr-defined]
    await store.write(lambda tx: tx.execute(text("UPDATE holds SET state = 'released'")))  # type: ignore[attr-defined]

    violations = await audit_ledger(store)

    assert [one for one in violations if one.rule == "I6"][-1] == Violation(
        "I6", f"{3 * (JOBS + 1) - 500} more of this kind", "T1"
    )
    assert {one.rule for one in violations} == {"I1", "I6", "I8"}
    assert [one.rule for one in violations] == sorted(one.rule for one in violations)
    assert len(violations) == 3 + 501 + 3
    assert not (await Records(store).audit())["ok"]
