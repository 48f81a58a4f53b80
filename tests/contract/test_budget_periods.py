"""Several windows at once, periods opened late, clocks and zones that move, limits that change."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.audit import audit
from bot.domain.budget.ledger import CostSource, EntryKind, ScopePeriod
from bot.domain.budget.limits import Limits, Mode, Role, Rule
from bot.domain.budget.periods import CALENDARS, Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.refusals import BudgetExceeded
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts, tightest
from bot.services.budget.ledger_audit import ledger_snapshot
from storage.engine import open_store
from storage.store import SqlStore
from tests.contract.racer import PRICE, race
from tests.contract.samples import CHANNEL, START, TEAM, USER, a_job, dollars
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

PLACE = Place("T1", "C1")


def rule(
    scope: Scope, window: Window, amount: str | None, mode: Mode = Mode.HARD
) -> Callable[[Transaction], None]:
    money = None if amount is None else dollars(amount)
    return lambda tx: tx.limits.put(Rule(scope, window, money, mode, "UADMIN", tx.now))


class Till:
    """Reserves and settles jobs of one price, by name."""

    def __init__(self, store: SqlStore, limits: Limits | None = None) -> None:
        self.store = store
        self.accounts = Accounts(
            limits or Limits(workspace=dollars("50"), user=dollars("10")), TrustedClock()
        )

    async def reserve(self, name: str, price: str = "1", user: str = "U1", role: Role = Role.MEMBER) -> None:
        def unit(tx: Transaction) -> None:
            job = a_job(name, estimate=dollars(price), user_id=user)
            tx.jobs.add(job)
            self.accounts.reserve(tx, job, role)

        await self.store.write(unit)

    async def settle(self, name: str, price: str = "1", source: CostSource = CostSource.PROVIDER) -> bool:
        return await self.store.write(lambda tx: self.accounts.settle(tx, name, dollars(price), source))

    async def release(self, name: str) -> bool:
        return await self.store.write(lambda tx: self.accounts.release(tx, name, "test"))

    async def fits(self, name: str, price: str = "1", **who: str) -> bool:
        try:
            await self.reserve(name, price, **who)
        except BudgetExceeded:
            return False
        return True

    async def rows(self, scope: Scope) -> dict[str, tuple[Money, Money]]:
        periods = await self.store.read(lambda tx: tx.ledger.periods())
        return {row.period_key: (row.held, row.spent) for row in periods if row.scope == scope}

    async def check(self) -> None:
        assert audit(await self.store.read(ledger_snapshot)) == []


@pytest.fixture
def till(store: SqlStore) -> Till:
    return Till(store)


async def test_day_week_and_month_count_at_once_and_the_tightest_refuses(till: Till) -> None:
    for window, amount in ((Window.DAY, "2"), (Window.WEEK, "5"), (Window.MONTH, "20")):
        await till.store.write(rule(USER, window, amount))

    assert await till.fits("J1")
    assert await till.fits("J2")
    with pytest.raises(BudgetExceeded) as refused:
        await till.reserve("J3")

    assert (refused.value.refusal.window, refused.value.refusal.left) == (Window.DAY, Money.zero())
    assert set(await till.rows(USER)) == {"2026-11", "2026-W47", "2026-11-22"}
    await till.settle("J1", "0.40")
    await till.release("J2")
    assert set((await till.rows(USER)).values()) == {(Money.zero(), dollars("0.40"))}
    await till.check()


async def test_the_next_day_has_its_own_allowance_and_old_holds_stay_in_theirs(
    till: Till, clock: SetClock
) -> None:
    await till.store.write(rule(USER, Window.DAY, "1"))
    await till.reserve("J1")
    clock.move(12 * 3600)  # midnight
    await till.reserve("J2")
    await till.settle("J1", "0.7")

    rows = await till.rows(USER)
    assert rows["2026-11-22"] == (Money.zero(), dollars("0.7"))
    assert rows["2026-11-23"] == (dollars("1"), Money.zero())
    await till.check()


async def test_month_boundary_charges_the_month_that_admitted(till: Till, clock: SetClock) -> None:
    clock.time = datetime(2026, 11, 30, 23, 59, 59, 900_000, tzinfo=UTC)
    await till.reserve("J1")
    clock.move(122.1)
    await till.settle("J1", "1")
    await till.reserve("J2", "0.5")
    await till.release("J2")

    assert await till.rows(TEAM) == {
        "2026-11": (Money.zero(), dollars("1")),
        "2026-12": (Money.zero(), Money.zero()),
    }
    await till.check()


async def test_a_limit_made_in_mid_period_counts_what_was_spent_before(till: Till) -> None:
    for number in range(20):
        await till.reserve(f"J{number}", "0.10", user=f"U{number % 4}")
        if number % 3 == 0:
            await till.settle(f"J{number}", "0.07")
        if number % 3 == 1:
            await till.release(f"J{number}")
    await till.store.write(rule(TEAM, Window.DAY, "2"))

    await till.reserve("J99", "0.10")

    rows = await till.rows(TEAM)
    assert rows["2026-11-22"] == rows["2026-11"] == (dollars("0.10") * 7, dollars("0.07") * 7)
    await till.settle("J2", "0.10")
    rows = await till.rows(TEAM)
    assert rows["2026-11-22"] == rows["2026-11"]
    await till.check()


async def test_backfill_leaves_out_what_was_admitted_before_the_day(till: Till, clock: SetClock) -> None:
    await till.reserve("J1")
    clock.move(24 * 3600)
    await till.reserve("J2")
    await till.store.write(rule(TEAM, Window.DAY, "5"))
    await till.reserve("J3")

    assert (await till.rows(TEAM))["2026-11-23"] == (dollars("2"), Money.zero())
    await till.check()


async def test_settling_while_a_late_limit_is_opened_loses_nothing(till: Till) -> None:
    for number in range(12):
        await till.reserve(f"J{number}", "0.10")
    await till.store.write(rule(TEAM, Window.DAY, "20"))

    settled = [till.settle(f"J{number}", "0.05") for number in range(12)]
    await asyncio.gather(*settled, *(till.reserve(f"K{number}", "0.10") for number in range(6)))

    rows = await till.rows(TEAM)
    assert rows["2026-11-22"] == rows["2026-11"] == (dollars("0.60"), dollars("0.60"))
    await till.check()


async def test_a_raise_and_a_cut_hold_from_the_next_ask(till: Till) -> None:
    await till.store.write(rule(CHANNEL, Window.MONTH, "1"))
    assert await till.fits("J1")
    assert not await till.fits("J2")
    await till.store.write(rule(CHANNEL, Window.MONTH, "2"))
    assert await till.fits("J3")
    await till.store.write(rule(CHANNEL, Window.MONTH, "0.5"))
    assert not await till.fits("J4", "0.01")
    await till.store.write(rule(CHANNEL, Window.MONTH, None))
    assert await till.fits("J5")
    await till.check()


async def test_a_change_on_one_replica_holds_for_the_next_ask_on_the_other(
    till: Till, database_url: str, clock: SetClock
) -> None:
    """Budgets reference T13. Nothing is kept in a process: there is no moment at which the other one knows
    less."""
    other = open_store(database_url, clock=clock, database_time=False)
    try:
        replica = Till(other)
        await replica.store.write(rule(CHANNEL, Window.MONTH, "1"))
        assert await till.fits("J1")
        assert not await till.fits("J2")
        assert not await replica.fits("J3")
        await till.store.write(rule(CHANNEL, Window.MONTH, "3"))
        assert await replica.fits("J4")
        await replica.store.write(rule(CHANNEL, Window.MONTH, "2"))
        assert not await till.fits("J5", "0.01")
    finally:
        await other.close()
    await till.check()


async def test_a_soft_limit_that_is_exceeded_is_among_what_the_asker_is_told(till: Till) -> None:
    await till.store.write(rule(CHANNEL, Window.DAY, "1", Mode.SOFT))
    await till.store.write(rule(CHANNEL, Window.MONTH, "20"))
    await till.reserve("J1", "3")

    rows = await till.store.write(lambda tx: till.accounts.standings(tx, PLACE, "U1"))
    told = tightest(rows)

    assert [(row.scope.kind, row.soft, row.over) for row in told] == [
        ("user", False, Money.zero()), ("channel", False, Money.zero()), ("channel", True, dollars("2")),
    ]  # fmt: skip
    assert tightest(rows, count=1)[1:] == (told[2],)
    await till.release("J1")
    rows = await till.store.write(lambda tx: till.accounts.standings(tx, PLACE, "U1"))
    assert len(tightest(rows)) == 2


async def test_a_soft_limit_counts_and_never_refuses(till: Till) -> None:
    await till.store.write(rule(CHANNEL, Window.MONTH, "1", Mode.SOFT))

    assert await till.fits("J1", "3")
    assert (await till.rows(CHANNEL))["2026-11"] == (dollars("3"), Money.zero())


async def test_own_limit_replaces_the_default_one_and_guests_have_none(till: Till) -> None:
    await till.store.write(rule(Scope(ScopeKind.DEFAULT, "T1"), Window.MONTH, "1"))
    await till.store.write(rule(Scope(ScopeKind.USER, "T1", "U2"), Window.MONTH, "3"))
    await till.store.write(rule(Scope(ScopeKind.USER, "T1", "U4"), Window.MONTH, "1"))

    assert not await till.fits("J1", "2", user="U1")
    assert await till.fits("J2", "2", user="U2")
    with pytest.raises(BudgetExceeded) as guest:
        await till.reserve("J3", "0.01", user="U3", role=Role.GUEST)
    await till.reserve("J4", "0.5", user="U4", role=Role.GUEST)

    assert guest.value.refusal.limit == Money.zero()


@pytest.mark.parametrize("window", [Window.DAY, Window.WEEK])
async def test_a_guest_has_what_was_given_for_a_day_or_a_week(till: Till, window: Window) -> None:
    assert not await till.fits("J1", "0.01", user="U3", role=Role.GUEST)
    await till.store.write(rule(Scope(ScopeKind.USER, "T1", "U3"), window, "20"))

    await till.reserve("J2", "20", user="U3", role=Role.GUEST)

    with pytest.raises(BudgetExceeded) as refused:
        await till.reserve("J3", "0.01", user="U3", role=Role.GUEST)
    assert (refused.value.refusal.window, refused.value.refusal.limit) == (window, dollars("20"))
    await till.check()


async def test_to_lift_a_guests_limit_of_the_day_gives_the_guest_nothing(till: Till) -> None:
    await till.store.write(rule(Scope(ScopeKind.USER, "T1", "U3"), Window.DAY, "1"))
    await till.store.write(rule(Scope(ScopeKind.USER, "T1", "U3"), Window.DAY, None))

    assert not await till.fits("J1", "0.01", user="U3", role=Role.GUEST)


async def test_a_clock_that_goes_back_opens_no_second_allowance(till: Till, clock: SetClock) -> None:
    await till.store.write(rule(USER, Window.DAY, "1"))
    await till.reserve("J1")
    clock.move(-40 * 24 * 3600)

    assert not await till.fits("J2")
    assert set(await till.rows(USER)) == {"2026-11", "2026-11-22"}


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Berlin"]
)
@pytest.mark.parametrize("hours", [-26, -13, -1, 0, 1, 13, 25])
async def test_a_zone_changed_in_mid_job_neither_gives_nor_takes_an_allowance(
    till: Till, clock: SetClock, zone: str, hours: int
) -> None:
    """Budgets reference T13: around the end of a month, whichever way the zone moves: the old month ends when
    it was to end, the new one begins there, and what was under way stays in the old one."""
    from dataclasses import replace

    end = datetime(2026, 12, 1, tzinfo=UTC)
    clock.time = end - timedelta(hours=30)
    await till.reserve("J1", "10")
    clock.time = end + timedelta(hours=hours, seconds=1)
    before = await till.fits("J2")
    await till.store.write(lambda tx: tx.limits.save_team(replace(tx.limits.team("T1"), tz=zone)))
    after = await till.fits("J3")
    await till.settle("J1", "9")

    periods = [row for row in await till.store.read(lambda tx: tx.ledger.periods()) if row.scope == USER]
    assert before is (hours >= 0)
    assert after is (hours >= 0 or before)
    assert [row.end for row in periods[:-1]] == [row.start for row in periods[1:]], "no gap and no overlap"
    assert (periods[0].period_key, periods[0].spent, periods[0].end) == ("2026-11", dollars("9"), end)
    assert all((row.spent + row.held).micros <= 10_000_000 for row in periods)
    await till.check()


async def test_a_new_zone_counts_from_the_next_period_on(till: Till, clock: SetClock) -> None:
    clock.time = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    await till.reserve("J1", "10")

    def tokyo(tx: Transaction) -> None:
        from dataclasses import replace

        tx.limits.save_team(replace(tx.limits.team("T1"), tz="Asia/Tokyo"))

    await till.store.write(tokyo)

    assert not await till.fits("J2"), "Tokyo is in December, the open month is not over"
    clock.time = datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)
    assert await till.fits("J3")
    periods = await till.store.read(lambda tx: tx.ledger.periods())
    ends = {row.period_key: (row.start, row.end, row.tz) for row in periods if row.scope == TEAM}
    assert ends["2026-11"][1] == ends["2026-12"][0], "no gap and no overlap"
    assert ends["2026-12"][2] == "Asia/Tokyo"
    await till.check()


@pytest.mark.parametrize("actual", ["0.5", "1", "1.5", "9"])
async def test_the_truth_is_spent_also_above_the_limit(till: Till, actual: str) -> None:
    await till.store.write(rule(CHANNEL, Window.MONTH, "1"))
    await till.reserve("J1")
    await till.settle("J1", actual)

    assert (await till.rows(CHANNEL))["2026-11"] == (Money.zero(), dollars(actual))
    assert await till.fits("J2", "0.01") is (actual == "0.5")
    await till.check()


async def test_a_price_that_comes_after_the_release_is_spent_once(till: Till) -> None:
    await till.reserve("J1")
    await till.release("J1")

    assert not await till.settle("J1", "0.4")
    assert not await till.settle("J1", "0.4")

    assert (await till.rows(USER))["2026-11"] == (Money.zero(), dollars("0.4"))
    entries = await till.store.read(lambda tx: tx.ledger.entries_of("J1"))
    assert [entry.kind for entry in entries if entry.scope == USER] == [
        EntryKind.RESERVE, EntryKind.RELEASE, EntryKind.LATE_CHARGE,
    ]  # fmt: skip
    await till.check()


async def test_settle_sweep_and_release_at_once_end_a_hold_once(till: Till) -> None:
    names = [f"J{number}" for number in range(15)]
    for name in names:
        await till.reserve(name, "0.10")

    ended = await asyncio.gather(
        *(till.settle(name, "0.05") for name in names),
        *(till.settle(name, "0.10", CostSource.ESTIMATE) for name in names),
        *(till.release(name) for name in names),
    )

    assert sum(ended) == len(names)
    await till.check()


@pytest.mark.parametrize(
    "holds", [pytest.param(60, id="60"), pytest.param(1000, id="1000", marks=pytest.mark.slow)]
)
async def test_three_processes_that_settle_sweep_and_release_end_each_hold_once(
    store: SqlStore, database_url: str, holds: int
) -> None:
    """Budgets reference T7. What was spent is what the winners say, to the micro-dollar."""
    till = Till(store, Limits(workspace=None, user=None))
    for number in range(holds):
        await till.reserve(f"J{number}", "0.41", user=f"U{number % 5}")

    ended = await race("end", database_url, 3, holds)

    assert sum(ended) == holds
    settled, swept, released = ended
    jobs: dict[EntryKind, list[str | None]] = defaultdict(list)
    for entry in await store.read(lambda tx: tx.ledger.entries()):
        if entry.scope == TEAM:
            jobs[entry.kind].append(entry.job_id)
    assert (len(jobs[EntryKind.SETTLE]), len(jobs[EntryKind.RELEASE])) == (settled + swept, released)
    assert len({*jobs[EntryKind.SETTLE], *jobs[EntryKind.RELEASE]}) == holds
    # A price that came after the release was spent all the same, once.
    late = jobs[EntryKind.LATE_CHARGE]
    assert len(set(late)) == len(late)
    assert set(late) <= set(jobs[EntryKind.RELEASE])
    spent = Money(350_000) * (settled + len(late)) + PRICE * swept
    assert await till.rows(TEAM) == {"2026-11": (Money.zero(), spent)}
    await till.check()


async def test_marks_are_told_once_each_and_again_only_after_a_raise(till: Till) -> None:
    await till.store.write(rule(CHANNEL, Window.MONTH, "10"))
    for number in range(10):
        await till.reserve(f"J{number}", "1")
        await till.settle(f"J{number}", "1")

    def alerts(tx: Transaction) -> list[str]:
        tasks = tx.tasks.claim(TaskKind.ALERT, owner="t", limit=99, lease_seconds=1)
        return sorted(task.subject for task in tasks if task.subject.startswith(str(CHANNEL)))

    told = await till.store.write(alerts)
    assert [subject.split("|")[2] for subject in told] == ["100", "50", "80"]

    await till.store.write(rule(CHANNEL, Window.MONTH, "12.5"))
    await till.reserve("K1", "0.5", user="U2")
    await till.release("K1")
    await till.reserve("K2", "2.5", user="U2")
    rows = await till.store.write(alerts)
    assert [s.split("|")[2:] for s in rows if "12500000" in s] == [["100", "12500000"]]


async def test_no_mark_is_told_of_a_limit_of_zero(till: Till) -> None:
    await till.store.write(rule(CHANNEL, Window.MONTH, "0"))
    assert not await till.fits("J1", "0.01")
    await till.store.write(rule(CHANNEL, Window.MONTH, "0", Mode.SOFT))
    await till.reserve("J2", "0.01")

    tasks = await till.store.write(
        lambda tx: tx.tasks.claim(TaskKind.ALERT, owner="t", limit=99, lease_seconds=1)
    )
    assert tasks == []


@pytest.mark.parametrize(
    ("processes", "attempts"),
    [pytest.param(3, 12, id="3x12"), pytest.param(16, 25, id="16x25", marks=pytest.mark.slow)],
)
async def test_processes_at_once_grant_exactly_what_the_tightest_window_has(
    till: Till, database_url: str, processes: int, attempts: int
) -> None:
    """Several windows of several scopes, none of whose rows exists when everybody starts."""
    await till.store.write(rule(CHANNEL, Window.DAY, "4"))
    await till.store.write(rule(CHANNEL, Window.WEEK, "20"))
    await till.store.write(rule(Scope(ScopeKind.DEFAULT, "T1"), Window.DAY, "1.9"))

    results = await race("admit", database_url, processes, attempts, 5)

    assert sum(result["granted"] for result in results) == dollars("4").micros // PRICE.micros
    assert sum(result["granted"] + result["refused"] for result in results) == processes * attempts
    await till.check()


async def test_a_glance_shows_what_an_ask_would_find_and_opens_nothing(till: Till, clock: SetClock) -> None:
    def glance(tx: Transaction) -> list[ScopePeriod]:
        return till.accounts.glance(tx, PLACE, "U1")

    def standings(tx: Transaction) -> list[ScopePeriod]:
        return till.accounts.standings(tx, PLACE, "U1")

    fresh = await till.store.read(glance)
    assert await till.store.read(lambda tx: tx.ledger.periods()) == []
    assert fresh == await till.store.write(standings)

    await till.reserve("J1")
    await till.store.write(rule(USER, Window.MONTH, "7"))
    seen = await till.store.read(glance)
    assert {row.limit for row in seen if row.scope == USER} == {dollars("7")}, "the limit of this moment"
    assert seen == await till.store.write(standings)

    await till.store.write(rule(USER, Window.DAY, "2"))
    assert len(await till.store.read(glance)) == 3, "what that day has seen is not counted yet"
    await till.store.write(standings)
    assert len(await till.store.read(glance)) == 4
    clock.move(24 * 3600)
    assert len(await till.store.read(glance)) == 3, "that day is over"


ODD = {
    Window.DAY: lambda first: f"day {first.toordinal()} of all",
    Window.WEEK: lambda first: f"{first:%Y-%m}w",
    Window.MONTH: lambda first: f"{first.year}-Q{(first.month + 2) // 3}",
}


async def test_no_key_is_ever_read(till: Till, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What kind of period it is says its window, so that another window, such as a quarter, needs a calendar
    and nothing else: under keys of any shape limits hold, late ones count what came before, and the books
    balance."""
    for window, key in ODD.items():
        monkeypatch.setitem(CALENDARS, window, replace(CALENDARS[window], key=key))
    await till.reserve("J1")
    await till.settle("J1", "0.7")
    await till.reserve("J2")
    for window, amount in ((Window.DAY, "3"), (Window.WEEK, "5"), (Window.MONTH, "20")):
        await till.store.write(rule(USER, window, amount))

    assert await till.fits("J3")
    with pytest.raises(BudgetExceeded) as refused:
        await till.reserve("J4")

    assert (refused.value.refusal.window, refused.value.refusal.left) == (Window.DAY, dollars("0.3"))
    keys = [f"day {clock.time.toordinal()} of all", "2026-11w", "2026-Q4"]
    assert await till.rows(USER) == dict.fromkeys(keys, (dollars("2"), dollars("0.7")))
    for window, key in zip(ODD, keys, strict=True):
        row = await till.store.read(lambda tx, window=window: tx.ledger.newest(USER, window))
        assert row is not None
        assert (row.period_key, row.window) == (key, window)
    week = await till.store.read(lambda tx: tx.ledger.week("T1", START, clock.time + timedelta(seconds=1)))
    assert week.spent == dict.fromkeys((CHANNEL, TEAM, USER), dollars("0.7")), "each once, by month"
    assert week.held == dollars("2")
    await till.check()
