"""T18, T23, T25 and the audit: what the ledger tells, and which invariant notices which damage."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.audit import Violation, audit, replay
from bot.domain.budget.ledger import CostSource
from bot.domain.budget.limits import ChangeKind, Grant, GrantKind, Limits
from bot.domain.jobs.job import SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.errors import StoreUnavailable
from bot.ports import Transaction
from bot.services.budget import exports
from bot.services.budget.accounts import Accounts
from bot.services.budget.administration import Administration
from bot.services.budget.admins import Admins
from bot.services.budget.exports import safe_cell, write_table
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.operations.records import Records
from storage.engine import open_store
from storage.store import SqlStore
from tests.contract.samples import TEAM, USER, a_job, a_submission, dollars
from tests.support.collaborators import Members, TrustedClock
from tests.support.databases import SetClock


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Limits(workspace=dollars("50"), user=dollars("10")), TrustedClock())


async def fill(store: SqlStore, accounts: Accounts) -> None:
    """Jobs in every state that the money may be in."""

    def unit(tx: Transaction) -> None:
        for number in range(8):
            request = PictureRequest(
                Kind.GENERATE, f"{'=+-@'[number % 4]}cmd|' /C calc'!A0", Size(1024, 1024), Quality.LOW,
                Format.PNG, 1,
            )  # fmt: skip
            name = f"J{number}"
            tx.jobs.add(a_job(name, estimate=dollars("0.41"), request=request))
            tx.submissions.add(a_submission(f"S{number}", name))
            job = tx.jobs.get(name)
            assert job is not None
            accounts.reserve(tx, job)
        for number, micros in ((0, 410_000), (1, 1), (2, 123_457), (3, 999_999)):
            accounts.settle(tx, f"J{number}", Money(micros), CostSource.PROVIDER)
            job = tx.jobs.get(f"J{number}")
            assert job is not None
            tx.jobs.save(job.evolve(cost=Money(micros)))
        accounts.release(tx, "J4", "test")
        accounts.release(tx, "J5", "test")
        accounts.settle(tx, "J5", Money(70_001), CostSource.PROVIDER)  # late
        row = tx.ledger.period(USER, "2026-11")
        assert row is not None
        tx.limits.grant(Grant("k", USER, row.period_key, GrantKind.TOPUP, dollars("1"), "A", tx.now))

    await store.write(unit)


def administration(store: SqlStore, accounts: Accounts) -> Administration:
    people = Members()
    admins = Admins(named=["UADMIN"], people=people)
    return Administration(store=store, accounts=accounts, admins=admins, people=people)


async def test_the_exported_table_adds_up_to_the_ledger_and_runs_in_no_spreadsheet(
    store: SqlStore, accounts: Accounts, tmp_path: Path
) -> None:
    await fill(store, accounts)

    key, path = "2026-11", tmp_path / "table.csv"
    await store.read(lambda tx: write_table(tx, path, TEAM, key))
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))

    month = await store.read(lambda tx: tx.ledger.period(TEAM, key))
    assert month is not None
    total = sum((Decimal(row["cost_usd"]) for row in rows if row["cost_usd"]), Decimal(0))
    assert total * 1_000_000 == month.spent.micros == 410_000 + 1 + 123_457 + 999_999 + 70_001
    assert len(rows) == 8
    for row in rows:
        assert all(cell[:1] not in {"=", "+", "-", "@"} for cell in row.values()), row


async def test_an_export_is_ordered_by_admins_only_and_leaves_a_line(
    store: SqlStore, accounts: Accounts
) -> None:
    desk = administration(store, accounts)

    with pytest.raises(AskRefused):
        await desk.order_export("T1", "U1", None)
    await desk.order_export("T1", "UADMIN", None)

    (task,) = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.EXPORT, owner="a", limit=9, lease_seconds=60.0)
    )
    assert task.subject == "UADMIN|2026-11"
    (change,) = (await desk.history("T1", "UADMIN"))[0]
    assert (change.kind, change.actor, change.reason) == (ChangeKind.EXPORT, "UADMIN", "2026-11")


async def test_every_page_of_a_long_export_is_there_once(
    store: SqlStore, accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, accounts)
    whole, paged = tmp_path / "whole.csv", tmp_path / "paged.csv"

    await store.read(lambda tx: write_table(tx, whole, TEAM, "2026-11"))
    monkeypatch.setattr(exports, "PAGE", 3)
    await store.read(lambda tx: write_table(tx, paged, TEAM, "2026-11"))

    assert paged.read_bytes() == whole.read_bytes()
    assert len(whole.read_bytes().splitlines()) == 9


def test_no_cell_is_a_formula_whatever_separates_cells() -> None:
    for cell, safe in (
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", " '@SUM(A1)"),
        ("a fox; =1+1", "a fox; '=1+1"),
        ("a fox;-2", "a fox;'-2"),
        ("a\t+1", "a\t'+1"),
        ("line\n=1", "line\n'=1"),
        ("\ttab", "'\ttab"),
        ("＝1", "'＝1"),
        ("a fox = red; and +1", "a fox = red; and +1"),
        ("2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00+00:00"),
    ):
        assert safe_cell(cell) == safe, cell


DAMAGE = {
    "I1": "UPDATE scope_periods SET held_micros = held_micros + 1 WHERE scope = 'user:T1/U1'",
    "I2": "UPDATE scope_periods SET spent_micros = spent_micros + 1 WHERE scope = 'channel:T1/C1'",
    "I3": "UPDATE ledger_entries SET ceiling_micros = 1 WHERE job_id = 'J7' AND scope = 'user:T1/U1' "
    "AND kind = 'reserve'",
    "I3 granted": "UPDATE scope_periods SET grant_micros = grant_micros + 1 WHERE scope = 'user:T1/U1'",
    "I5": "UPDATE ledger_entries SET held_micros = held_micros + 999999 WHERE job_id = 'J3' "
    "AND kind = 'settle' AND scope = 'user:T1/U1'",
    "I6": "UPDATE holds SET state = 'held' WHERE job_id = 'J0'",
    "I6 twice": "INSERT INTO ledger_entries (job_id, kind, scope, period_key, held_micros, spent_micros, at) "
    "SELECT job_id, 'release', scope, period_key, 0, 0, at FROM ledger_entries "
    "WHERE job_id = 'J0' AND kind = 'settle'",
    "I7": "UPDATE scope_periods SET spent_micros = spent_micros - 1 WHERE scope = 'workspace:T1'",
    "I8": "UPDATE ledger_entries SET spent_micros = spent_micros + 1 WHERE job_id = 'J1' "
    "AND kind = 'settle' AND scope = 'workspace:T1'",
    "I9": "UPDATE submissions SET state = 'running', provider_task_id = 't' WHERE job_id = 'J4'",
}


@pytest.mark.parametrize("rule", DAMAGE)
async def test_the_audit_names_the_invariant_that_is_broken(
    store: SqlStore, accounts: Accounts, rule: str
) -> None:
    await fill(store, accounts)
    assert (await Records(store).audit())["ok"]

    await store.write(lambda tx: tx.execute(text(DAMAGE[rule])))  # type: ignore[attr-defined]

    result = await Records(store).audit()
    assert rule[:2] in {violation["rule"] for violation in result["violations"]}
    assert not result["ok"]
    assert await administration(store, accounts).verify("T1", "UADMIN") != []
    tasks = await store.write(lambda tx: tx.tasks.claim(TaskKind.ALERT, owner="t", limit=9, lease_seconds=1))
    drift = [task.subject for task in tasks if task.subject.startswith("concern|T1|drift|")]
    assert len(drift) == 1, "checked twice, told once"


async def test_a_negative_counter_is_i4(store: SqlStore, accounts: Accounts) -> None:
    """The database itself refuses one; the audit would still see it in a restored copy."""
    await fill(store, accounts)
    books = await store.read(ledger_snapshot)
    broken = [replace(row, held=Money(-1)) for row in books.periods]

    assert "I4" in {violation.rule for violation in audit(replace(books, periods=broken))}


async def test_a_submission_without_a_hold_is_i9(store: SqlStore) -> None:
    def unit(tx: Transaction) -> None:
        tx.jobs.add(a_job())
        tx.submissions.add(a_submission(state=SubmissionState.SUBMITTING))

    await store.write(unit)

    assert audit(await store.read(ledger_snapshot)) == [
        Violation("I9", "submission S1 is submitting without a hold")
    ]


async def test_books_can_be_checked_while_nothing_can_be_written(
    sqlite_path: Path, clock: SetClock, accounts: Accounts
) -> None:
    """T18: and then nobody gets a picture, an admin neither; nothing is left half done."""
    url = f"sqlite:///{sqlite_path}"
    store = open_store(url, clock=clock, busy_seconds=0.1)
    await fill(store, accounts)
    await store.close()
    store = open_store(url, clock=clock, busy_seconds=0.1)
    blocker = sqlite3.connect(sqlite_path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        desk = administration(store, accounts)
        assert await desk.verify("T1", "UADMIN") == []
        assert (await Records(store).audit())["ok"]
        with pytest.raises(AskRefused):
            await desk.verify("T1", "U1")
        with pytest.raises(StoreUnavailable):
            await desk.pause("T1", "UADMIN")
        with pytest.raises(StoreUnavailable):
            await store.write(lambda tx: accounts.reserve(tx, a_job("J99", user_id="UADMIN")))
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
    await desk.pause("T1", "UADMIN")
    assert await store.read(lambda tx: tx.ledger.hold("J99")) is None
    await store.close()


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(6_000, id="6e3"),
        pytest.param(1_000_000, id="1e6", marks=[pytest.mark.slow, pytest.mark.timeout(300)]),
    ],
)
async def test_replaying_the_ledger_gives_the_counters(
    sqlite_path: Path, clock: SetClock, entries: int
) -> None:
    """T23: a million lines in half a minute, from empty to the counters, and by the database's own sums."""
    jobs, scopes = entries // 6, ["workspace:T1", "channel:T1/C1", "user:T1/U1"]
    raw = sqlite3.connect(sqlite_path)
    raw.executemany(
        "INSERT INTO scope_periods (scope, period_key, start_utc, end_utc, tz, carry_micros, grant_micros, "
        "held_micros, spent_micros, team_id, per) "
        "VALUES (?, '2026-11', 0, 1, 'UTC', 0, 0, 0, ?, 'T1', 'month')",
        [(scope, sum(range(jobs))) for scope in scopes],
    )
    raw.executemany(
        "INSERT INTO ledger_entries (job_id, kind, scope, period_key, held_micros, spent_micros, at) "
        "VALUES (?, ?, ?, '2026-11', ?, ?, 0)",
        (
            (f"J{number}", kind, scope, held, spent)
            for number in range(jobs)
            for kind, held, spent in (("reserve", 410_000, 0), ("settle", -410_000, number))
            for scope in scopes
        ),
    )
    raw.commit()
    raw.close()
    store = open_store(f"sqlite:///{sqlite_path}", clock=clock)
    try:
        held, spent = await store.read(lambda tx: replay(tx.ledger.entries()))
        rows = await store.read(lambda tx: tx.ledger.periods())
        assert len(rows) == 3
        for row in rows:
            key = row.scope, row.period_key
            assert (held[key], spent[key]) == (row.held.micros, row.spent.micros)
        assert await store.read(lambda tx: tx.ledger.drifted()) == []
        await store.write(
            lambda tx: tx.execute(text("UPDATE scope_periods SET spent_micros = spent_micros + 1 "  # type: ignore[attr-defined]
                                       "WHERE scope = 'user:T1/U1'"))
        )  # fmt: skip
        assert await store.read(lambda tx: tx.ledger.drifted()) == [(USER, "2026-11")]
    finally:
        await store.close()
