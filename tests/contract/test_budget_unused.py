"""Room that an approval made for one job goes with what that job does not use; on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import CostSource, ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.ports import Transaction
from bot.services.requests.approvals import Verdict
from storage.store import SqlStore
from tests.contract.samples import USER, a_submission, dollars
from tests.contract.test_approvals import ADMINS, PRICE, Desk


class Approved:
    """An ask of U1 above the $0.10 that a person has, approved once; its job is then ended in some way."""

    def __init__(self, desk: Desk, job_id: str) -> None:
        self.desk, self.job_id = desk, job_id

    async def release(self) -> bool:
        return await self.desk.store.write(lambda tx: self.desk.accounts.release(tx, self.job_id, "test"))

    async def settle(self, cost: Money) -> bool:
        return await self.desk.store.write(
            lambda tx: self.desk.accounts.settle(tx, self.job_id, cost, CostSource.PROVIDER)
        )

    async def row(self, period: str = "2026-11") -> ScopePeriod:
        found = await self.desk.store.read(lambda tx: tx.ledger.period(USER, period))
        assert found is not None
        return found

    async def left(self, period: str = "2026-11") -> Money | None:
        return (await self.row(period)).left


async def approved(desk: Desk, verdict: Verdict = Verdict.ONCE) -> Approved:
    ident = await desk.asked()
    await desk.approvals("T1", ident, ADMINS[0], verdict)
    job_id = (await desk.pending(ident)).job_id
    assert job_id is not None
    return Approved(desk, job_id)


async def test_what_an_approved_job_does_not_use_is_nobodys(store: SqlStore) -> None:
    desk = Desk(store)
    job = await approved(desk)
    assert await job.left() == Money.zero()
    recorded = await desk.administration.history("T1", ADMINS[0])

    assert [await job.release(), await job.release()] == [True, False]

    assert (await job.left(), (await job.row()).granted) == (dollars("0.10"), Money.zero())
    made, voided = sorted(await store.read(lambda tx: tx.limits.grants()), key=lambda one: -one.amount.micros)
    assert (voided.amount, voided.scope, voided.period_key) == (-made.amount, made.scope, made.period_key)
    assert await desk.administration.history("T1", ADMINS[0]) == recorded, "nobody has decided anything"
    await desk.asked(key="k2")
    assert await desk.jobs() == 1, "the next ask for as much is asked about anew"
    await desk.check()


@pytest.mark.parametrize(
    ("cost", "left"),
    [
        (PRICE, Money.zero()),
        (PRICE - Money(1), Money.zero()),
        (dollars("0.10") + Money(1), Money.zero()),
        (dollars("0.04"), dollars("0.06")),
    ],
)
async def test_a_cheaper_end_leaves_what_would_be_left_without_the_approval(
    store: SqlStore, cost: Money, left: Money
) -> None:
    desk = Desk(store)
    job = await approved(desk)

    await job.settle(cost)
    await job.settle(cost)

    row = await job.row()
    assert (row.left, row.granted) == (left, max(cost - dollars("0.10"), Money.zero()))
    await desk.check()


async def test_a_small_top_up_after_an_unused_approval_lets_the_mark_be_told_again(store: SqlStore) -> None:
    desk = Desk(store)
    job = await approved(desk)
    told = await store.read(lambda tx: tx.alerts.get(USER, "2026-11", 100))
    assert told is not None
    assert told.limit == PRICE, "the limit and the room that was granted"
    await job.release()

    await desk.administration.top_up(ADMINS[0], USER, dollars("0.05"), "k-topup")

    assert await store.read(lambda tx: tx.alerts.get(USER, "2026-11", 100)) is None
    await desk.check()


async def test_a_raised_period_stays_raised(store: SqlStore) -> None:
    desk = Desk(store)
    job = await approved(desk, Verdict.RAISE)

    await job.release()

    assert await job.left() == PRICE
    await desk.check()


async def test_a_price_below_the_approved_one_frees_nothing_either(store: SqlStore) -> None:
    """Neither when the order is taken, nor when the job ends, nor when the books are put right later."""
    desk, third = Desk(store), PRICE.micros // 3
    job = await approved(desk)

    await store.write(
        lambda tx: desk.accounts.reprice(tx, job.job_id, 0, expected=PRICE, stated=PRICE - Money(third))
    )
    assert await job.left() == Money.zero()
    await job.settle(PRICE - Money(third))
    assert await job.left() == Money.zero()
    for _ in range(2):
        await store.write(lambda tx: desk.accounts.correct(tx, job.job_id, by=-Money(third)))
        assert await job.left() == max(dollars("0.10") - (await job.row()).spent, Money.zero())

    assert (await job.row()).granted == max((await job.row()).spent - dollars("0.10"), Money.zero())
    await desk.check()


HALF, STEP = Money(PRICE.micros // 2), Money(20_000)


async def stated(desk: Desk, job_id: str, *prices: Money) -> None:
    """The provider takes the job's two orders, one after the other, at these prices."""
    for part in range(2):
        order = a_submission(f"S{part}", job_id, ordinal=part)
        await desk.store.write(lambda tx, order=order: tx.submissions.add(order))

    for part, price in enumerate(prices):

        def unit(tx: Transaction, part: int = part, price: Money = price) -> None:
            order = tx.submissions.of_job(job_id)[part]
            tx.submissions.save(replace(order, amount=price))
            desk.accounts.reprice(tx, job_id, part, expected=HALF, stated=price)

        await desk.store.write(unit)


async def told_overrun(desk: Desk, job_id: str) -> AdminNotice | None:
    return await desk.store.read(lambda tx: tx.admin_notices.get("T1", f"overrun|{job_id}"))


@pytest.mark.parametrize("prices", [(HALF - STEP, HALF + STEP), (HALF + STEP, HALF - STEP)])
async def test_one_order_cheaper_and_one_dearer_is_no_overrun_within_what_was_approved(
    store: SqlStore, prices: tuple[Money, Money]
) -> None:
    desk = Desk(store)
    job = await approved(desk)

    await stated(desk, job.job_id, *prices)

    row = await job.row()
    assert (row.held, row.granted, row.over) == (PRICE, PRICE - dollars("0.10"), Money.zero())
    assert await told_overrun(desk, job.job_id) is None
    await desk.check()
    await job.release()
    assert (await job.left(), (await job.row()).granted) == (dollars("0.10"), Money.zero())
    assert await told_overrun(desk, job.job_id) is None
    await desk.check()


@pytest.mark.parametrize("prices", [(HALF, HALF + STEP), (HALF + STEP, HALF), (HALF - STEP, HALF + STEP * 2)])
async def test_two_orders_that_are_dearer_in_all_than_what_was_approved_are_an_overrun(
    store: SqlStore, prices: tuple[Money, Money]
) -> None:
    desk = Desk(store)
    job = await approved(desk)

    await stated(desk, job.job_id, *prices)

    assert (await job.row()).over == STEP
    told = await told_overrun(desk, job.job_id)
    assert told is not None
    assert told.facts["price"] == (PRICE + STEP).micros
    assert told.facts["scopes"] == [["user:T1/U1", "2026-11", STEP.micros]]
    await desk.check()


async def test_never_more_is_taken_back_than_is_left(store: SqlStore) -> None:
    desk = Desk(store)
    job = await approved(desk)
    await desk.administration.set_limit(ADMINS[0], USER, dollars("0.04"), Window.MONTH)
    await store.write(lambda tx: desk.accounts.standings(tx, Place("T1", "C1"), "U1"))
    assert await job.left() == dollars("0.04") - dollars("0.10")

    await job.settle(PRICE - dollars("0.07"))

    assert await job.left() == Money.zero(), "0.01 were left, so 0.01 were taken back"
    await desk.check()


async def test_each_budget_that_made_room_takes_its_own_back(store: SqlStore) -> None:
    desk = Desk(store)
    await desk.administration.set_limit(ADMINS[0], USER, dollars("0.05"), Window.DAY)
    await desk.administration.set_limit(
        ADMINS[0], Scope(ScopeKind.CHANNEL, "T1", "C1"), dollars("0.02"), Window.WEEK
    )
    job = await approved(desk)

    await job.settle(dollars("0.06"))

    assert (await job.left(), await job.left("2026-11-22")) == (dollars("0.04"), Money.zero())
    granted = {grant.scope: Money.zero() for grant in await store.read(lambda tx: tx.limits.grants())}
    assert set(granted) == {USER, Scope(ScopeKind.CHANNEL, "T1", "C1")}
    periods = await store.read(lambda tx: tx.ledger.periods())
    assert {str(row.granted) for row in periods if row.granted} == {
        str(dollars("0.01")),
        str(dollars("0.04")),
    }
    await desk.check()


async def test_a_late_charge_after_the_room_is_gone_is_an_overrun_and_no_new_room(store: SqlStore) -> None:
    desk = Desk(store)
    job = await approved(desk)
    await job.release()

    await job.settle(PRICE)

    row = await job.row()
    assert (row.spent, row.granted, row.over) == (PRICE, Money.zero(), PRICE - dollars("0.10"))
    await desk.check()
