"""T12: a clock that is wrong opens no second allowance; what is open and what is held go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import ClockOff
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BudgetExceeded
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.services.budget.accounts import Accounts
from bot.services.budget.clock_guard import ClockGuard
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import TEAM, Place, a_job, dollars
from tests.support.collaborators import NO_TERMS, Members
from tests.support.databases import SetClock

HOUR, DAY = 3600.0, 86_400.0
LATE = datetime(2026, 11, 30, 23, 57, tzinfo=UTC)
FOX = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, 1)


class Bench:
    """A bot whose computer's clock is ``clock``; the time that passes is ``passed`` on."""

    def __init__(self, store: SqlStore, clock: SetClock, *, database_apart: bool = False) -> None:
        self.store, self.clock = store, clock
        self.host = SetClock() if database_apart else clock
        self.seconds = 0.0
        self.guard = ClockGuard(
            clock=self.host, elapsed=lambda: self.seconds, database_is_a_witness=database_apart
        )
        self.accounts = Accounts(Limits(workspace=dollars("5"), user=dollars("10")), self.guard)
        self.names = iter(f"J{number}" for number in range(1000))
        self.start_job = StartJob(
            store=store, prices=PriceTable.load(), accounts=self.accounts, wake=lambda: None,
            new_id=lambda: next(self.names), new_source_id=lambda: "", terms=NO_TERMS, people=Members(),
        )  # fmt: skip

    def receive(self, source: str = "slack", *, off: float = 0.0) -> None:
        self.guard.note_date(source, format_datetime(self.host.now() + timedelta(seconds=off), usegmt=True))

    def passed(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.move(seconds)
        if self.host is not self.clock:
            self.host.move(seconds)

    async def ask(self, price: str = "1") -> str:
        name = next(self.names)

        def unit(tx: object) -> None:
            job = a_job(name, estimate=dollars(price))
            tx.jobs.add(job)  # type: ignore[attr-defined]
            self.accounts.reserve(tx, job)  # type: ignore[arg-type]

        await self.store.write(unit)
        return name

    async def settle(self, name: str) -> None:
        from bot.domain.budget.ledger import CostSource

        assert await self.store.write(
            lambda tx: self.accounts.settle(tx, name, dollars("1"), CostSource.PROVIDER)
        )

    async def rows(self) -> dict[str, tuple[Money, Money]]:
        periods = await self.store.read(lambda tx: tx.ledger.periods())
        return {row.period_key: (row.held, row.spent) for row in periods if row.scope == TEAM}

    async def alerts(self) -> list[str]:
        tasks = await self.store.write(
            lambda tx: tx.tasks.claim(TaskKind.ALERT, owner="t", limit=99, lease_seconds=1)
        )
        return [task.subject for task in tasks if task.subject.startswith("concern|")]


@pytest.fixture
def bench(store: SqlStore, clock: SetClock) -> Bench:
    return Bench(store, clock)


@pytest.mark.parametrize("jump", [-HOUR, -40 * DAY])
async def test_a_clock_that_goes_back_opens_nothing_and_holds_end_as_ever(bench: Bench, jump: float) -> None:
    bench.receive()
    held = await bench.ask()
    bench.clock.move(jump)

    await bench.ask()
    await bench.settle(held)

    assert await bench.rows() == {"2026-11": (dollars("1"), dollars("1"))}
    assert audit(await bench.store.read(ledger_snapshot)) == []


@pytest.mark.parametrize("jump", [6 * 60.0, 40 * DAY])
async def test_a_clock_that_jumps_ahead_opens_no_new_month_and_admins_hear_of_it_once(
    bench: Bench, clock: SetClock, jump: float
) -> None:
    clock.time = LATE
    bench.receive()
    for _ in range(5):
        held = await bench.ask()
    clock.move(jump)

    for number in range(3):
        with pytest.raises(AskRefused) as refused:
            await bench.start_job(Ask(f"k{number}", Place("T1", "C1"), "U1", FOX))
        assert not isinstance(refused.value, BudgetExceeded)
        assert (refused.value.problem, refused.value.refusal.seconds) == (Problem.CLOCK_OFF, int(jump))
    await bench.settle(held)

    assert set(await bench.rows()) == {"2026-11"}, "no second allowance"
    assert len(await bench.alerts()) == 1
    clock.move(-jump)
    with pytest.raises(BudgetExceeded):
        await bench.ask()
    assert audit(await bench.store.read(ledger_snapshot)) == []


async def test_the_month_that_really_begins_is_opened(bench: Bench, clock: SetClock) -> None:
    clock.time = LATE
    bench.receive()
    await bench.ask()
    bench.passed(6 * 60)

    await bench.ask()

    assert set(await bench.rows()) == {"2026-11", "2026-12"}
    bench.passed(100 * DAY)
    await bench.ask()
    assert "2027-03" in await bench.rows(), "nobody asked for months; what was heard confirms the clock"


async def test_five_minutes_are_forgiven_and_one_wrong_witness_of_two(bench: Bench) -> None:
    bench.receive(off=-299)
    await bench.ask()
    bench.receive(off=-900)
    bench.receive("provider", off=0)
    bench.clock.move(8 * DAY)
    bench.seconds += 8 * DAY
    await bench.ask()


async def test_unconfirmed_it_goes_on_to_the_next_month_and_no_further(bench: Bench, clock: SetClock) -> None:
    await bench.ask()
    clock.move(20 * DAY)
    await bench.ask()
    clock.move(40 * DAY)

    await bench.ask()
    clock.move(70 * DAY)
    with pytest.raises(AskRefused) as refused:
        await bench.ask()

    assert refused.value.refusal == ClockOff(months=3)
    assert set(await bench.rows()) == {"2026-11", "2026-12", "2027-01"}
    bench.receive()
    await bench.ask()
    assert "2027-04" in await bench.rows()


async def test_a_host_whose_clock_is_not_its_databases_opens_nothing(
    store: SqlStore, clock: SetClock
) -> None:
    bench = Bench(store, clock, database_apart=True)
    await bench.ask()
    bench.host.move(301)
    await bench.ask()
    clock.time = LATE + timedelta(days=2)
    bench.host.time = clock.time - timedelta(seconds=301)

    with pytest.raises(AskRefused) as refused:
        await bench.ask()

    assert refused.value.refusal.seconds == -301
    bench.host.time = clock.time - timedelta(seconds=299)
    await bench.ask()


async def test_what_is_no_date_is_no_witness(bench: Bench) -> None:
    for text in (None, "", "yesterday", "Mon, 99 Nov 2026 99:99:99 GMT", "0"):
        bench.guard.note_date("slack", text)

    assert not bench.guard.has_witness
    bench.guard.note_date("slack", "Sun, 22 Nov 2026 12:00:00 GMT")
    assert bench.guard.has_witness
    assert abs(bench.guard.off_by(bench.clock.now())) < timedelta(seconds=1)
