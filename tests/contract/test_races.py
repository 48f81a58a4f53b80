"""Several processes on one database: limits hold exactly, rows exist once, nothing is taken twice."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

import pytest

from bot.domain.jobs.job import Status
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.racer import LIMITS, PRICE, race
from tests.contract.samples import a_job, a_picture, a_submission

SIZES = [pytest.param(3, 14, id="3x14"), pytest.param(16, 25, id="16x25", marks=pytest.mark.slow)]
MOST = 14
"""What the channel's $6.00 has room for at $0.41; five people's $2.00 would allow 20, the workspace 24."""


async def replayed(store: SqlStore) -> dict[tuple[str, str], tuple[Money, Money]]:
    """The counters as the ledger alone gives them."""
    held: dict[tuple[str, str], Money] = defaultdict(Money.zero)
    spent: dict[tuple[str, str], Money] = defaultdict(Money.zero)
    for entry in await store.read(lambda tx: tx.ledger.entries()):
        key = (str(entry.scope), entry.period_key)
        held[key] += entry.held
        spent[key] += entry.spent
    return {key: (held[key], spent[key]) for key in held}


@pytest.mark.parametrize(("processes", "attempts"), SIZES)
async def test_budget_race_grants_exactly_what_fits(
    store: SqlStore, database_url: str, processes: int, attempts: int
) -> None:
    results = await race("spend", database_url, processes, attempts, 5)

    assert sum(result["granted"] for result in results) == MOST
    assert sum(result["refused"] for result in results) == processes * attempts - MOST
    assert list(chain.from_iterable(result["errors"] for result in results)) == []
    rows = await store.read(lambda tx: tx.ledger.periods())
    assert all(row.held.micros <= LIMITS[row.scope.kind].micros for row in rows)
    assert {str(row.scope): row.held for row in rows}["channel:T1/C1"] == PRICE * MOST
    assert await replayed(store) == {(str(r.scope), r.period_key): (r.held, r.spent) for r in rows if r.held}
    assert len(await store.read(lambda tx: tx.jobs.newest())) == MOST
    assert len(await store.read(lambda tx: tx.ledger.holds())) == MOST


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_budget_race_at_full_size_twenty_times_over(store: SqlStore, database_url: str) -> None:
    """T1: 64 processes x 50 attempts against one limit, in each of twenty workspaces."""
    results = await race("spend", database_url, 64, 50, 5, 20)

    assert list(chain.from_iterable(result["errors"] for result in results)) == []
    assert sum(result["granted"] for result in results) == MOST * 20
    rows = await store.read(lambda tx: tx.ledger.periods())
    held = {str(row.scope): row.held for row in rows}
    assert [held[f"channel:T{team}/C1"] for team in range(1, 21)] == [PRICE * MOST] * 20
    assert all(row.held.micros <= LIMITS[row.scope.kind].micros for row in rows)


@pytest.mark.parametrize(("processes", "attempts"), SIZES)
async def test_first_requests_of_never_seen_people_are_counted(
    store: SqlStore, database_url: str, processes: int, attempts: int
) -> None:
    """The row that they are counted in does not exist yet when all of them look."""
    results = await race("spend", database_url, processes, attempts, 1)

    assert sum(result["granted"] for result in results) == 4  # one person's $2.00
    assert list(chain.from_iterable(result["errors"] for result in results)) == []


async def test_same_request_from_several_processes_is_one_job(store: SqlStore, database_url: str) -> None:
    await race("same", database_url, 3, 10)

    assert len(await store.read(lambda tx: tx.jobs.newest())) == 10
    assert len(await store.read(lambda tx: tx.ledger.entries())) == 30


async def test_read_decide_save_loses_no_change(store: SqlStore, database_url: str) -> None:
    def fill(tx: Transaction) -> None:
        tx.jobs.add(a_job(notes=("0",)))
        tx.submissions.add(a_submission())
        tx.pictures.add(a_picture())

    await store.write(fill)

    await race("count", database_url, 3, 20)

    job = await store.read(lambda tx: tx.jobs.get("J1"))
    submission = await store.read(lambda tx: tx.submissions.get("S1"))
    picture = await store.read(lambda tx: tx.pictures.get("P1"))
    assert job is not None
    assert submission is not None
    assert picture is not None
    assert (job.notes, submission.polls, picture.size_bytes) == (("60",), 60, 60)


async def test_running_jobs_are_counted_exactly(store: SqlStore, database_url: str) -> None:
    started = await race("start", database_url, 3, 20)

    assert sum(started) == 20
    assert len(await store.read(lambda tx: tx.jobs.newest(status=Status.RUNNING))) == 20


@pytest.mark.parametrize("batch", [1, 7])
async def test_claims_of_many_workers_never_take_a_task_twice(
    store: SqlStore, database_url: str, batch: int
) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(150):
            tx.tasks.add(TaskKind.POLL, team_id="T1", job_id=f"J{number}")

    await store.write(fill)

    taken = list(chain.from_iterable(await race("claim", database_url, 3, batch)))

    assert sorted(task for task, _ in taken) == list(range(1, 151))
    assert {fence for _, fence in taken} == {1}
