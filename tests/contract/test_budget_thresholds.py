"""T17 and the weekly digest: who is told what, once each, over replicas and a crash of the sender."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.audit import Violation
from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.ledger import CostSource, ScopePeriod
from bot.domain.budget.limits import Limits, Mode, Rule
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.threshold import Alert
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import ClockOff, NoPrice, Paused
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import BudgetExceeded
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import Transaction
from bot.ports.people import Card
from bot.services.budget import housekeeping
from bot.services.budget.accounts import Accounts
from bot.services.budget.admin_notices import note_drift, note_refusal, raise_admin_notice
from bot.services.budget.admins import Admins
from bot.services.budget.alerts import Alerts
from bot.services.budget.housekeeping import Housekeeping
from bot.services.lease import LEASE_SECONDS
from bot.services.requests.approvals import Approvals, Verdict
from bot.services.requests.confirm import Confirm
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import CHANNEL, TEAM, USER, a_job, dollars
from tests.support.collaborators import NO_TERMS, Members, TrustedClock
from tests.support.databases import SetClock


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Outbox:
    """An office that only writes down; ``before`` and ``after`` are what becomes of the sender at each
    letter."""

    marks: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)
    admin_notices: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: list[AdminNotice] = field(default_factory=list)
    there: set[OutboxMessage] = field(default_factory=set)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    async def admins(self, _team_id: str) -> tuple[str, ...]:
        return ("UADMIN1", "UADMIN2")

    async def alert(self, message: OutboxMessage, alert: Alert, row: ScopePeriod) -> Card:
        self.before()
        self.marks[str(alert.scope), alert.period_key, alert.percent, message.to] += 1
        return self._posted(message)

    async def admin_notice(self, message: OutboxMessage, admin_notice: AdminNotice) -> Card:
        self.before()
        self.admin_notices[admin_notice.key, message.to] += 1
        self.facts.append(admin_notice)
        return self._posted(message)

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        return ("D1", "1.1") if message in self.there else None

    def _posted(self, message: OutboxMessage) -> Card:
        self.there.add(message)
        self.after()
        return ("D1", "1.1")


@pytest.fixture
def notifier() -> Outbox:
    return Outbox()


@pytest.fixture
def sender(store: SqlStore, notifier: Outbox) -> Alerts:
    return Alerts(store=store, notifier=notifier, admins=Admins(named=(), people=Members()))  # type: ignore[arg-type]


async def due(store: SqlStore, kind: TaskKind = TaskKind.ALERT) -> list[Task]:
    return await store.write(lambda tx: tx.tasks.claim(kind, owner="t", limit=9, lease_seconds=LEASE_SECONDS))


async def queued(store: SqlStore) -> list[str]:
    """The subjects of the alerts that are due, which are taken off the queue."""

    def unit(tx: Transaction) -> list[str]:
        tasks = tx.tasks.claim(TaskKind.ALERT, owner="t", limit=9, lease_seconds=LEASE_SECONDS)
        for task in tasks:
            tx.tasks.finish(task)
        return sorted(task.subject for task in tasks)

    return await store.write(unit)


async def send_all(store: SqlStore, sender: Alerts, clock: SetClock) -> None:
    """Until nothing is due: a killed sender's lease runs out, another takes the task up."""
    while tasks := await due(store):
        for task in tasks:
            try:
                await sender.run(task)
            except (Killed, OutcomeUnknown):  # a lost answer is put off, and comes back as a lease does
                clock.move(LEASE_SECONDS + 1)


class Till:
    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.accounts = Accounts(Limits(workspace=dollars("10"), user=None), TrustedClock())

    async def spend(self, name: str, price: str = "0.10", user: str = "U1", channel: str = "C1") -> None:
        def reserve(tx: Transaction) -> None:
            job = a_job(name, estimate=dollars(price), user_id=user, place=Place("T1", channel))
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)

        def settle(tx: Transaction) -> None:
            self.accounts.settle(tx, name, dollars(price), CostSource.PROVIDER)
            job = tx.jobs.get(name)
            assert job is not None
            job = replace(job, status=Status.SUCCEEDED, cost=dollars(price), finished_at=tx.now)
            tx.jobs.save(job)

        await self.store.write(reserve)
        await self.store.write(settle)


@pytest.mark.parametrize("jobs", [pytest.param(100, id="100"), pytest.param(1000, marks=pytest.mark.slow)])
async def test_marks_over_two_replicas_and_a_sender_that_dies(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock, jobs: int
) -> None:
    """Everybody hears of 50, 80 and 100 %, once: also of the letter whose sender died right after it."""
    tills = [Till(store), Till(store)]
    price = f"{10 / jobs}"
    kills = iter([False, True, False, False])

    def dies() -> None:
        if next(kills, False):
            raise Killed

    notifier.after = dies
    for start in range(0, jobs, 10):
        spending = (tills[n % 2].spend(f"J{n}", price, user=f"U{n % 7}") for n in range(start, start + 10))
        await asyncio.gather(*spending)
        await send_all(store, sender, clock)

    told = Counter({key[:3]: 0 for key in notifier.marks})
    for key, count in notifier.marks.items():
        told[key[:3]] += count
    period = "2026-11"
    assert set(told) == {(str(TEAM), period, mark) for mark in (50, 80, 100)}
    assert {key[3] for key in notifier.marks} == {"UADMIN1", "UADMIN2"}
    assert sorted(notifier.marks.values()) == [1] * 6


@pytest.mark.parametrize("verdict", [Verdict.RAISE, Verdict.ONCE])
async def test_a_raise_and_a_second_crossing_is_one_more_message(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock, verdict: Verdict
) -> None:
    till = Till(store)
    start_job = StartJob(
        store=store, prices=PriceTable.load(), accounts=till.accounts, wake=lambda: None, terms=NO_TERMS,
        people=Members(),
        new_id=iter(f"N{number}" for number in range(9)).__next__, new_source_id=lambda: "",
    )  # fmt: skip
    approvals = Approvals(
        store=store, start_job=start_job, accounts=till.accounts, wake=lambda: None,
        admins=Admins(named=["UADMIN1"], people=Members()), self_approval=False,
    )  # fmt: skip
    await till.spend("J1", "10")
    await send_all(store, sender, clock)
    assert notifier.marks[str(TEAM), "2026-11", 100, "UADMIN1"] == 1
    fox = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.HIGH, Format.PNG, 1)
    with pytest.raises(BudgetExceeded) as over:
        await start_job(Ask("k", Place("T1", "C1"), "U1", fox))
    decide = Confirm(store=store, start_job=start_job, wake=lambda: None)
    await decide.ask_for_approval("T1", str(over.value.refusal.ref), "U1")

    await approvals("T1", str(over.value.refusal.ref), "UADMIN1", verdict)
    row = await store.read(lambda tx: tx.ledger.period(TEAM, "2026-11"))
    assert row is not None
    left = row.left
    assert left is not None
    for number in range(2 if left else 0):
        await till.spend(f"K{number}", f"{left.micros // 2 / 1_000_000:.6f}")
    await send_all(store, sender, clock)

    assert notifier.marks[str(TEAM), "2026-11", 100, "UADMIN1"] == (2 if verdict is Verdict.RAISE else 1)
    assert notifier.marks[str(TEAM), "2026-11", 50, "UADMIN1"] == 0, (
        "one job that crosses several says the top one"
    )


async def test_ones_own_limit_is_told_to_that_person_only_and_not_at_half(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock
) -> None:
    await store.write(
        lambda tx: tx.limits.put(
            Rule(Scope(ScopeKind.DEFAULT, "T1"), Window.MONTH, dollars("1"), Mode.HARD, "A", tx.now)
        )
    )
    till = Till(store)
    for number in range(10):
        await till.spend(f"J{number}", "0.10")
        await send_all(store, sender, clock)

    assert set(notifier.marks) == {(str(USER), "2026-11", mark, "U1") for mark in (80, 100)}


async def test_a_cut_does_not_make_a_mark_be_told_again(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock
) -> None:
    till = Till(store)

    async def limit(amount: str) -> None:
        await store.write(
            lambda tx: tx.limits.put(Rule(CHANNEL, Window.MONTH, dollars(amount), Mode.HARD, "A", tx.now))
        )

    await limit("1")
    await till.spend("J1", "0.60")
    await limit("0.90")
    await till.spend("J2", "0.01")
    await limit("0.95")
    await till.spend("J3", "0.01")
    await send_all(store, sender, clock)

    assert Counter(key[2] for key in notifier.marks if key[0] == str(CHANNEL)) == {50: 2}  # two admins


async def test_a_concern_is_told_to_each_admin_once(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock
) -> None:
    def unit(tx: Transaction) -> list[bool]:
        return [
            raise_admin_notice(tx, "T1", AdminNoticeKind.ODD_PRICE, "S1", job="J1", stated="-1", estimate=1),
            raise_admin_notice(tx, "T1", AdminNoticeKind.ODD_PRICE, "S1", job="J1", stated="-1", estimate=1),
            raise_admin_notice(tx, "T2", AdminNoticeKind.ODD_PRICE, "S1", job="J1", stated="-1", estimate=1),
        ]

    assert await store.write(unit) == [True, False, True]
    notifier.after = iter([None] * 9).__next__
    await send_all(store, sender, clock)
    assert await store.write(unit) == [False] * 3
    await send_all(store, sender, clock)

    assert notifier.admin_notices == Counter({("odd_price|S1", "UADMIN1"): 2, ("odd_price|S1", "UADMIN2"): 2})
    assert {admin_notice.team_id for admin_notice in notifier.facts} == {"T1", "T2"}


async def test_an_admin_who_cannot_be_reached_keeps_nobody_else_from_hearing(
    store: SqlStore, notifier: Outbox, clock: SetClock
) -> None:
    class Closed(Outbox):
        async def admin_notice(self, message: OutboxMessage, admin_notice: AdminNotice) -> Card:
            if message.to == "UADMIN1":
                raise CannotPost("user_disabled")
            return await super().admin_notice(message, admin_notice)

    closed = Closed()
    sender = Alerts(store=store, notifier=closed, admins=Admins(named=(), people=Members()))  # type: ignore[arg-type]
    await store.write(lambda tx: raise_admin_notice(tx, "T1", AdminNoticeKind.CLOCK, "x", seconds=400))
    await send_all(store, sender, clock)

    assert set(closed.admin_notices) == {("clock|x", "UADMIN2")}


@pytest.mark.parametrize("place", ["before", "after"])
async def test_a_letter_whose_answer_was_lost_is_neither_lost_nor_doubled(
    store: SqlStore, sender: Alerts, notifier: Outbox, clock: SetClock, place: str
) -> None:
    fates = iter([OutcomeUnknown("http_503"), None, OutcomeUnknown("ServerDisconnectedError")])

    def lose() -> None:
        if (fate := next(fates, None)) is not None:
            raise fate

    setattr(notifier, place, lose)
    await store.write(lambda tx: raise_admin_notice(tx, "T1", AdminNoticeKind.CLOCK, "x", seconds=400))

    (task,) = await due(store)
    with pytest.raises(OutcomeUnknown):
        await sender.run(task)
    assert notifier.admin_notices["clock|x", "UADMIN2"] == 1, "nobody waits for somebody else's letter"
    with pytest.raises(TryLater):
        await sender.run(task)
    clock.move(LEASE_SECONDS + 1)
    await send_all(store, sender, clock)

    assert notifier.admin_notices == Counter({("clock|x", "UADMIN1"): 1, ("clock|x", "UADMIN2"): 1})


async def test_slack_away_is_waited_for(store: SqlStore, sender: Alerts, notifier: Outbox) -> None:
    def away() -> None:
        raise TryLater("no")

    notifier.after = away
    await store.write(lambda tx: raise_admin_notice(tx, "T1", AdminNoticeKind.CLOCK, "x", seconds=400))
    (task,) = await due(store)

    with pytest.raises(TryLater):
        await sender.run(task)


async def test_a_missing_price_and_a_wrong_clock_are_told_once_and_other_refusals_are_not(
    store: SqlStore, clock: SetClock
) -> None:
    refusals = [
        NoPrice(Size(9, 9), Quality.LOW),
        NoPrice(Size(9, 9), Quality.LOW),
        ClockOff(seconds=400),
        ClockOff(seconds=401),
        Paused(),
    ]
    for refused in refusals:
        await store.write(lambda tx, refused=refused: note_refusal(tx, "T1", refused))

    assert await queued(store) == ["concern|T1|clock|2026-11-22", "concern|T1|no_price|9x9|low"]


async def test_books_that_do_not_balance_are_told_once(store: SqlStore, clock: SetClock) -> None:
    await Till(store).spend("J1")
    keeper = Housekeeping(store=store)

    async def tidy() -> None:
        await store.write(housekeeping.begin)
        (task,) = await due(store, TaskKind.HOUSEKEEPING)
        await keeper.run(task)

    await tidy()
    assert await queued(store) == []

    def break_it(tx: Transaction) -> None:
        from sqlalchemy import text

        tx.execute(text("UPDATE scope_periods SET spent_micros = 1 WHERE scope = 'user:T1/U1'"))  # type: ignore[attr-defined]

    await store.write(break_it)
    await tidy()
    assert await queued(store) == [], "once a day"
    for _ in range(3):
        clock.move(24 * 3600)
        await tidy()

    (subject,) = [subject for subject in await queued(store) if "digest" not in subject]
    assert subject == "concern|T1|drift|I8|user:T1/U1 2026-11: the ledger says otherwise"
    await store.write(lambda tx: note_drift(tx, [Violation("I6", "job J1 has no end")]))
    (subject,) = await queued(store)
    assert "I6" in subject


async def test_wrong_books_are_told_where_they_are(store: SqlStore) -> None:
    """Sums that differ by kind of scope name their workspace in no scope's name."""

    def unit(tx: Transaction) -> None:
        for team_id in ("T1", "T2"):
            tx.limits.team(team_id)
        note_drift(tx, [Violation("I7", "workspace T2 2026-11: sums differ by kind of scope", "T2")])

    await store.write(unit)

    (subject,) = await queued(store)
    assert subject.startswith("concern|T2|drift|I7")


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def _digests(store: SqlStore) -> list[AdminNotice]:
    """What housekeeping of two replicas, twice each, has made of this moment."""
    for _ in range(4):
        await store.write(housekeeping.begin)
        for task in await due(store, TaskKind.HOUSEKEEPING):
            await Housekeeping(store=store).run(task)
    subjects = [subject.split("|", 2) for subject in await queued(store)]
    found = [
        await store.read(lambda tx, s=s: tx.admin_notices.get(s[1], s[2]))
        for s in subjects
        if s[0] == "concern"
    ]
    return [
        admin_notice for admin_notice in found if admin_notice and admin_notice.kind is AdminNoticeKind.DIGEST
    ]


async def test_the_week_is_told_on_monday_at_nine_once(store: SqlStore, clock: SetClock) -> None:
    till = Till(store)
    for number in range(12):
        await till.spend(f"J{number}", "0.10", user=f"U{number % 6}", channel=f"C{number % 2}")
    await till.spend("K", "0.50", user="U9", channel="D9")

    def more(tx: Transaction) -> None:
        tx.jobs.add(a_job("F", status=Status.FAILED, failure=Failure(Problem.MODERATED), finished_at=tx.now))
        job = a_job("H", estimate=dollars("2"))
        tx.jobs.add(job)
        till.accounts.reserve(tx, job)

    await store.write(more)
    clock.time = MONDAY - timedelta(seconds=1)
    assert await _digests(store) == []
    clock.time = MONDAY

    (digest,) = await _digests(store)

    assert digest.key == "digest|2026-W47"
    facts = digest.facts
    assert (facts["spent"], facts["paid"], facts["failed"]) == (1_700_000, 13, 1)
    assert facts["average"] == 130_770  # rounded up
    assert facts["channels"] == [["C0", 600_000], ["C1", 600_000], ["D9", 500_000]]
    assert facts["users"] == [["U9", 500_000], *([f"U{n}", 200_000] for n in range(4))]
    assert (facts["open"], facts["held"]) == (1, 2_000_000)
    assert (facts["limit"], facts["month_spent"]) == (10_000_000, 1_700_000)
    clock.move(3600)
    assert await _digests(store) == []
    clock.time = MONDAY + timedelta(days=7)
    assert await _digests(store) == [], "nothing was spent in that week"


async def test_a_week_is_the_workspaces_own(store: SqlStore, clock: SetClock) -> None:
    await store.write(lambda tx: tx.limits.team("T1", tz="America/New_York"))
    await Till(store).spend("J1")
    clock.time = MONDAY
    assert await _digests(store) == []
    clock.time = MONDAY + timedelta(hours=5)
    assert len(await _digests(store)) == 1


async def test_a_bot_that_was_off_all_monday_tells_it_late_but_not_days_later(
    store: SqlStore, clock: SetClock
) -> None:
    await Till(store).spend("J1")
    clock.time = MONDAY + timedelta(days=3)
    assert await _digests(store) == []
    clock.time = MONDAY + timedelta(hours=30)
    assert len(await _digests(store)) == 1


async def test_two_workspaces_have_a_digest_each(store: SqlStore, clock: SetClock) -> None:
    till = Till(store)
    await till.spend("J1")

    def other(tx: Transaction) -> None:
        job = a_job("X1", estimate=Money(70_000), place=Place("T2", "C1"))
        tx.jobs.add(job)
        till.accounts.reserve(tx, job)
        till.accounts.settle(tx, "X1", Money(70_000), CostSource.PROVIDER)

    await store.write(other)
    clock.time = MONDAY

    digests = {digest.team_id: digest.facts["spent"] for digest in await _digests(store)}

    assert digests == {"T1": 100_000, "T2": 70_000}
