"""Asks that wait for a word: each word counts once, whoever says it how often; on both engines."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import replace

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits, Role
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingState, cheaper_ref
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


class _Everybody(Members):
    """They all have this role."""

    def __init__(self, role: Role) -> None:
        self._role = role

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        return self._role


class Desk:
    def __init__(
        self,
        store: SqlStore,
        *,
        user: str = "10",
        terms: Terms | None = None,
        role: Role = Role.MEMBER,
    ) -> None:
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
            people=_Everybody(role),
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
        assert over.value.refusal.ref is not None
        return over.value.refusal.ref

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


MEDIUM = replace(LOW, quality=Quality.MEDIUM)
ROOM = dollars("0.60")


@pytest.mark.parametrize(
    ("n", "spent_before", "is_asked"),
    [
        (1, "0.50", False),  # $0.06 of $0.10: over half, and not worth a question
        (2, "0.36", False),  # $0.12 of $0.24: half, and not more
        (2, "0.37", True),  # $0.12 of $0.23
        (4, "0", False),  # $0.24 of $0.60
        (4, "0.13", True),
    ],
)
async def test_over_half_of_the_tightest_budget_is_asked_about_from_ten_cents(
    store: SqlStore, n: int, spent_before: str, *, is_asked: bool
) -> None:
    left = ROOM - dollars(spent_before)
    desk = Desk(store, user=left.as_room(), terms=Terms(confirm_above=dollars("0.50")))

    found = await outcomes(desk.ask(replace(MEDIUM, n=n)))

    assert found == {"unconfirmed" if is_asked else "ok": 1}
    assert await desk.jobs() == int(not is_asked)


async def test_nothing_typed_is_asked_about_where_the_operator_says_none(store: SqlStore) -> None:
    desk = Desk(store, user="0.50", terms=Terms())

    await desk.ask(HIGH)

    assert await desk.jobs() == 1


async def test_a_price_that_was_seen_is_a_yes_and_a_higher_one_is_a_question(store: SqlStore) -> None:
    desk = Desk(store, terms=Terms(confirm_above=dollars("0.01")))
    seen = Ask("seen", Place("T1", "C1"), "U1", HIGH, agreed=PRICE)
    await desk.start_job(seen)
    assert await desk.jobs() == 1

    lower = replace(seen, request_key="lower", agreed=PRICE - Money(1))
    for terms in (Terms(), Terms(confirm_above=dollars("50"))):  # also where nothing typed is asked about
        desk = Desk(store, terms=terms)
        with pytest.raises(Unconfirmed) as asked:
            await desk.start_job(lower)
    assert asked.value.refusal.is_dearer
    assert asked.value.refusal.pending.estimate == PRICE
    assert await desk.jobs() == 1

    await desk.decide.run("T1", asked.value.refusal.pending.ref, "U1")
    assert await desk.jobs() == 2
    await desk.check()


async def test_over_budget_the_button_draws_the_variant_that_it_shows(store: SqlStore) -> None:
    desk = Desk(store, user="0.13", terms=Terms())
    with pytest.raises(BudgetExceeded) as over:
        await desk.ask(HIGH)
    refusal = over.value.refusal
    assert refusal.cheaper is not None
    assert refusal.ref is not None
    assert (refusal.cheaper.request.quality, refusal.cheaper.request.n) == (Quality.MEDIUM, 2)
    shown = cheaper_ref(refusal.ref, refusal.cheaper.price)

    runs = await asyncio.gather(*(desk.decide.cheaper("T1", shown, "U1") for _ in range(3)))

    assert len({run.job.id for run in runs}) == 1
    (job,) = await store.read(lambda tx: tx.jobs.newest())
    assert (job.request, job.estimate) == (refusal.cheaper.request, dollars("0.12"))
    await desk.check()


async def test_a_variant_that_fits_no_more_is_refused_with_the_next_one(store: SqlStore) -> None:
    desk = Desk(store, user="0.13", terms=Terms())
    with pytest.raises(BudgetExceeded) as over:
        await desk.ask(HIGH)
    first = over.value.refusal
    assert first.cheaper is not None
    assert first.ref is not None
    await desk.ask(LOW, key="meanwhile")
    await desk.ask(LOW, key="again")

    with pytest.raises(BudgetExceeded) as still:
        await desk.decide.cheaper("T1", cheaper_ref(first.ref, first.cheaper.price), "U1")

    second = still.value.refusal
    assert second.cheaper is not None
    assert second.ref is not None
    assert (second.cheaper.request.quality, second.cheaper.request.n) == (Quality.LOW, 2)
    await desk.decide.cheaper("T1", cheaper_ref(second.ref, second.cheaper.price), "U1")
    assert await desk.jobs() == 3
    await desk.check()


async def test_only_a_guest_who_was_given_nothing_is_said_to_need_a_budget(store: SqlStore) -> None:
    for role, user, needs in ((Role.GUEST, "10", True), (Role.MEMBER, "0", False)):
        desk = Desk(store, user=user, terms=Terms(), role=role)
        with pytest.raises(BudgetExceeded) as over:
            await desk.ask(LOW, key=f"{role}", user=f"U{role}")
        assert over.value.refusal.needs_budget is needs


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
        tx.limits.save_team(replace(tx.limits.team("T1"), paused_by="U9", paused_at=tx.now))

    await store.write(pause)

    assert await outcomes(desk.ask(LOW, key="new"), desk.decide.run("T1", ident, "U1")) == {"paused": 2}
    assert await desk.jobs() == 0
