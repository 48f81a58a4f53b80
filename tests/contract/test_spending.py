"""What was spent when, as the chart on the Home wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.budget.ledger import (
    CostSource,
    HoldState,
    release_entries,
    reserve_entries,
    settle_entries,
)
from bot.domain.money import Money
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.samples import NOVEMBER, TEAM, USER, a_hold, a_job, dollars

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def _settled(store: SqlStore, name: str, at: datetime, cost: Money | None) -> None:
    """A job of the workspace and of U1 that ended at ``at`` with this cost; None: given back."""

    def unit(tx: Transaction) -> None:
        for scope in (TEAM, USER):
            tx.ledger.open_period(scope, NOVEMBER, None)
        tx.jobs.add(a_job(name))
        hold = a_hold(name, TEAM, USER)
        tx.ledger.add_hold(hold)
        ended = release_entries(hold, at, "failed") if cost is None else settle_entries(hold, cost, at)
        for entry in [*reserve_entries(hold), *ended]:
            tx.ledger.post(entry)
        tx.ledger.move_hold(
            name,
            frm=frozenset({HoldState.HELD}),
            to=replace(
                hold, state=HoldState.SETTLED, actual=cost or Money.zero(), cost_source=CostSource.PROVIDER
            ),
        )

    await store.write(unit)


async def test_spending_is_summed_by_the_quarter_hour_oldest_first(store: SqlStore) -> None:
    await _settled(store, "J3", NINE + timedelta(minutes=45), dollars("0.30"))
    await _settled(store, "J1", NINE, dollars("0.10"))
    await _settled(store, "J2", NINE + timedelta(minutes=14, seconds=59), dollars("0.02"))
    await _settled(store, "J4", NINE + timedelta(hours=3), None)

    for scope in (TEAM, USER):
        found = await store.read(lambda tx, scope=scope: tx.ledger.spending(scope, NOVEMBER.key))
        assert found == [(NINE, dollars("0.12")), (NINE + timedelta(minutes=45), dollars("0.30"))]
    assert await store.read(lambda tx: tx.ledger.spending(USER, "2026-12")) == []
