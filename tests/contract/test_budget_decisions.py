"""Asks that wait for a word: each word counts once, whoever says it how often; on both engines."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BudgetExceeded, Unconfirmed
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.requests.admission import Terms
from bot.services.requests.approvals import Approvals, Verdict
from bot.services.requests.confirm import Confirm
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import USER, dollars
from tests.support.collaborators import Members, TrustedClock
from tests.support.databases import SetClock

ADMINS = [f"UADMIN{number}" for number in range(10)]
HIGH = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.HIGH, Format.PNG, 2)
LOW = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, 1)
_IDS = itertools.count()
PRICE = PriceTable.load().estimate(HIGH)


class Desk:
    def __init__(self, store: SqlStore, *, user: str = "10", terms: Terms | None = None) -> None:
        self.store = store
        accounts = Accounts(Limits(workspace=dollars("50"), user=dollars(user)), TrustedClock())
        self.start_job = StartJob(
            store=store,
            prices=PriceTable.load(),
            accounts=accounts,
            new_id=lambda: f"id{next(_IDS):08}",
            new_source_id=lambda: f"source{next(_IDS)}",
            wake=lambda: None,
            terms=terms or Terms(confirm_above=dollars("0.20")),
            people=Members(),
        )
        self.decide = Confirm(store=store, start_job=self.start_job, wake=lambda: None)
        self.approvals = Approvals(
            store=store,
            start_job=self.start_job,
            accounts=accounts,
            admins=Admins(named=ADMINS, people=Members()),
            wake=lambda: None,
            self_approval=False,
        )

    async def ask(self, request: PictureRequest = HIGH, *, key: str = "k1", user: str = "U1") -> None:
        await self.start_job(Ask(key, Place("T1", "C1", "1.2"), user, request, notes=("note",), ask_ts="1.3"))

    async def waiting(self, **ask: str) -> str:
        with pytest.raises(Unconfirmed) as waits:
            await self.ask(**ask)
        return waits.value.refusal.pending.id

    async def refused(self, **ask: str) -> str:
        with pytest.raises(BudgetExceeded) as over:
            await self.ask(**ask)
        assert over.value.refusal.pending_id is not None
        return over.value.refusal.pending_id

    async def jobs(self) -> int:
        return len(await self.store.read(lambda tx: tx.jobs.newest()))

    async def check(self) -> None:
        assert audit(await self.store.read(ledger_snapshot)) == []


async def outcomes(*waits: object) -> Counter[str]:
    """How often each came out: ``ok`` or the problem's code."""
    found = await asyncio.gather(*waits, return_exceptions=True)  # type: ignore[call-overload]
    for one in found:
        assert not isinstance(one, BaseException) or isinstance(one, AskRefused), one
    return Counter(str(one.problem) if isinstance(one, AskRefused) else "ok" for one in found)


async def test_a_dear_ask_holds_nothing_until_its_asker_says_run(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.waiting()
    assert await desk.waiting() == ident, "the same ask delivered again is the same question"
    assert await store.read(lambda tx: tx.ledger.holds()) == []

    with pytest.raises(AskRefused):
        await desk.decide.run("T1", ident, "U2")
    with pytest.raises(AskRefused):
        await desk.decide.run("T2", ident, "U1")
    runs = await asyncio.gather(*(desk.decide.run("T1", ident, "U1") for _ in range(5)))

    assert sorted(run.is_new for run in runs) == [False] * 4 + [True]
    assert await desk.jobs() == 1
    (job,) = await store.read(lambda tx: tx.jobs.newest())
    assert (job.request, job.notes, job.place.thread_ts, job.ask_ts) == (HIGH, ("note",), "1.2", "1.3")
    await desk.check()


async def test_cheap_asks_begin_at_once_and_a_quarter_of_what_is_left_does_not(store: SqlStore) -> None:
    desk = Desk(store, user="0.05")
    low = PriceTable.load().estimate(LOW)
    await desk.ask(LOW, key="k1")
    left = dollars("0.05") - low
    assert low * 4 <= dollars("0.05")
    count = 1
    while low * 4 <= left:
        await desk.ask(LOW, key=f"more{count}")
        left, count = left - low, count + 1

    with pytest.raises(Unconfirmed):
        await desk.ask(LOW, key="last")

    await Desk(store, user="0.05", terms=Terms()).ask(LOW, key="never asked")


async def test_run_and_cancel_at_once_come_to_one_end(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.waiting()

    found = await outcomes(
        desk.decide.run("T1", ident, "U1"),
        desk.decide.cancel("T1", ident, "U1"),
        desk.decide.cheaper("T1", ident, "U1"),
    )

    pending = await store.read(lambda tx: tx.pending_requests.get(ident))
    assert pending is not None
    assert pending.state in {PendingState.RUN, PendingState.CANCELLED}
    assert await desk.jobs() == int(pending.state is PendingState.RUN)
    assert found["ok"] >= 1
    await desk.check()


async def test_a_question_lapses(store: SqlStore, clock: SetClock) -> None:
    desk = Desk(store)
    ident = await desk.waiting()
    clock.move(3601)

    assert await outcomes(desk.decide.run("T1", ident, "U1")) == {"decided": 1}
    assert await desk.jobs() == 0


async def test_ten_admins_at_once_make_one_grant_and_one_job(store: SqlStore) -> None:
    desk = Desk(store, user="0.01")
    ident = await desk.refused()
    await desk.decide.ask_for_approval("T1", ident, "U1")

    found = await outcomes(*(desk.approvals("T1", ident, admin, Verdict.ONCE) for admin in ADMINS))

    assert found == {"ok": 1, "decided": 9}
    assert await desk.jobs() == 1
    (grant,) = await store.read(lambda tx: tx.limits.grants())
    assert (grant.scope, grant.amount) == (USER, PRICE - dollars("0.01"))
    row = await store.read(lambda tx: tx.ledger.period(USER, "2026-11"))
    assert row is not None
    assert row.left == Money.zero()
    tasks = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.ANNOUNCE, owner="t", limit=9, lease_seconds=1)
    )
    assert len(tasks) == 1
    await desk.check()


async def test_denied_stays_denied_and_is_on_record(store: SqlStore) -> None:
    desk = Desk(store, user="0.01")
    ident = await desk.refused()
    await desk.decide.ask_for_approval("T1", ident, "U1")

    await desk.approvals("T1", ident, ADMINS[0], Verdict.DENY)

    assert await outcomes(desk.approvals("T1", ident, ADMINS[1], Verdict.ONCE)) == {"decided": 1}
    assert await outcomes(desk.decide.run("T1", ident, "U1")) == {"decided": 1}
    assert await desk.jobs() == 0
    (change,) = await store.read(lambda tx: tx.limits.changes("T1"))
    assert (str(change.kind), change.actor) == ("deny", ADMINS[0])


async def test_no_approval_by_oneself_by_others_or_after_a_day(store: SqlStore, clock: SetClock) -> None:
    desk = Desk(store, user="0.01")
    own = await desk.refused(user=ADMINS[0], key="own")
    late = await desk.refused(key="late")
    for ident, user in ((own, ADMINS[0]), (late, "U1")):
        await desk.decide.ask_for_approval("T1", ident, user)

    forged = [desk.approvals("T1", late, f"U{number}", Verdict.ONCE) for number in range(50)]
    assert await outcomes(*forged) == {str(Problem.NOT_ALLOWED): 50}
    assert await outcomes(desk.approvals("T1", own, ADMINS[0], Verdict.ONCE)) == {"not_allowed": 1}
    clock.move(24 * 3600)
    assert await outcomes(desk.approvals("T1", late, ADMINS[0], Verdict.ONCE)) == {"decided": 1}
    assert await desk.jobs() == 0


async def test_raise_this_period_leaves_room_for_more(store: SqlStore) -> None:
    desk = Desk(store, user="1", terms=Terms())
    for number in range(int(dollars("1").micros // PRICE.micros)):
        await desk.ask(key=f"before{number}")
    ident = await desk.refused(key="over")
    await desk.decide.ask_for_approval("T1", ident, "U1")

    await desk.approvals("T1", ident, ADMINS[0], Verdict.RAISE)

    (grant,) = await store.read(lambda tx: tx.limits.grants())
    assert grant.amount >= dollars("0.25")
    await desk.check()


async def test_starts_a_minute_hold_over_all_replicas_and_come_back_one_by_one(
    store: SqlStore, clock: SetClock
) -> None:
    desks = [Desk(store, terms=Terms(per_minute=6)) for _ in range(2)]

    found = await outcomes(*(desks[n % 2].ask(LOW, key=f"{n % 2}-{n}") for n in range(0, 20, 2)))
    assert found == {"ok": 6, "too_fast": 4}
    admitted = (await store.read(lambda tx: tx.jobs.newest()))[0].request_key
    await desks[0].ask(LOW, key=admitted)  # delivered again: no new start
    assert await desks[0].jobs() == 6
    clock.move(10)
    assert await outcomes(*(desks[0].ask(LOW, key=f"later{n}") for n in range(3))) == {"ok": 1, "too_fast": 2}
    clock.move(60)
    assert await outcomes(*(desks[0].ask(LOW, key=f"next{n}") for n in range(7))) == {"ok": 6, "too_fast": 1}


async def test_paused_refuses_asks_and_words_alike(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.waiting()

    def pause(tx: Transaction) -> None:
        from dataclasses import replace

        tx.limits.save_team(replace(tx.limits.team("T1"), paused_by="U9", paused_at=tx.now))

    await store.write(pause)

    assert await outcomes(desk.ask(LOW, key="new"), desk.decide.run("T1", ident, "U1")) == {"paused": 2}
    assert await desk.jobs() == 0
