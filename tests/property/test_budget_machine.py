"""The money rules as a state machine: any order of asks, ends, repeats, crashes, raises and clock moves."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.domain import budget as domain
from bot.domain.audit import audit
from bot.domain.budget import CostSource, Hold, HoldState, Scope
from bot.domain.job import Place
from bot.domain.limits import Grant, GrantKind, Limits, Mode, Rule
from bot.domain.money import Money
from bot.domain.periods import Window
from bot.errors import BudgetExceeded
from bot.ports import Transaction
from bot.services import budgets as service
from bot.services.budgets import Budgets
from bot.services.records import books_of
from storage import budget as storage
from storage.engine import open_store
from storage.migrate import migrate
from tests.contract.samples import a_job
from tests.support.databases import SetClock

PRICES = (40_000, 170_000, 410_000)
SCOPES = (Scope("workspace", "T1"), Scope("channel", "T1/C1"), Scope("user", "T1/U1"))
SEEN: Counter[str] = Counter()
CRASHES = st.sampled_from([0, 0, 0, 0, 0, 0, 0, 16])


class Crash(Exception):
    """The process ends in the middle of a unit of work."""


class Money4(RuleBasedStateMachine):
    """One database file per example; ``allowed`` is what each period may hold at most, by invariant I5."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "x.db"
        path.write_bytes(self.template.read_bytes())
        self.clock = SetClock()
        self.store = open_store(f"sqlite:///{path}", clock=self.clock, database_time=False)
        self.budgets = Budgets(Limits(workspace=Money(3_000_000), user=Money(1_500_000)))
        self.jobs: list[str] = []
        self.over: Counter[tuple[str, str]] = Counter()
        self.ends: Counter[str] = Counter()
        self.went_back = False

    def run(self, unit: Callable[[Transaction], Any], crash_at: int = 0) -> Any:
        """Run a unit; with ``crash_at`` it dies after that many of its statements."""

        def fragile(tx: Transaction) -> Any:
            left, execute = crash_at, tx.execute  # type: ignore[attr-defined]

            def counted(*args: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise Crash
                return execute(*args)

            if crash_at:
                tx.execute = counted  # type: ignore[attr-defined]
            return unit(tx)

        try:
            return self.loop.run_until_complete(self.store.write(fragile))
        except Crash:
            SEEN["crash"] += 1
            return None

    @initialize(days=st.booleans())
    def limits(self, days: bool) -> None:
        if days:
            self.run(_rule(SCOPES[2], Window.DAY, 900_000))

    @rule(
        prices=st.lists(st.sampled_from(PRICES), min_size=1, max_size=6),
        user=st.sampled_from("12"),
        crash=CRASHES,
    )
    def ask(self, prices: list[int], user: str, crash: int) -> None:
        for price in prices:
            self.ask_once(price, user, crash)
            crash = 0

    def ask_once(self, price: int, user: str, crash: int) -> None:
        name = f"J{len(self.jobs) + SEEN['tried']}"
        SEEN["tried"] += 1

        def unit(tx: Transaction) -> bool:
            job = a_job(name, estimate=Money(price), user_id=f"U{user}", place=Place("T1", "C1"))
            tx.jobs.add(job)
            self.budgets.reserve(tx, job)
            return True

        try:
            if self.run(unit, crash):
                self.jobs.append(name)
                SEEN["grant"] += 1
        except BudgetExceeded:
            SEEN["refusal"] += 1

    @rule(
        data=st.data(),
        parts=st.lists(st.sampled_from([150, 100, 50, 0]), min_size=1, max_size=4),
        crash=CRASHES,
    )
    def settle(self, data: st.DataObject, parts: list[int], crash: int) -> None:
        for part in parts if self.jobs else ():
            # Mostly the newest, so that it is still open; any other is a repetition.
            self.settle_once(self.jobs[-1 - data.draw(st.integers(0, len(self.jobs) - 1))], part, crash)

    def settle_once(self, name: str, part: int, crash: int) -> None:
        hold = self.hold(name)
        actual = Money(hold.estimate.micros * part // 100)
        source = CostSource.PROVIDER
        done = self.run(lambda tx: self.budgets.settle(tx, name, actual, source), crash)
        if done:
            self.ends[name] += 1
            SEEN["settle"] += 1
            SEEN["overrun"] += part > 100
        extra = actual - hold.estimate if done else actual
        if (done or hold.state is HoldState.RELEASED) and extra.micros > 0:
            for leg in hold.legs:
                self.over[str(leg.scope), leg.period_key] += extra.micros

    @rule(data=st.data(), crash=CRASHES)
    def release(self, data: st.DataObject, crash: int) -> None:
        if not self.jobs:
            return
        name = data.draw(st.sampled_from(self.jobs))
        if self.run(lambda tx: self.budgets.release(tx, name, "test"), crash):
            self.ends[name] += 1
            SEEN["release"] += 1

    @rule(data=st.data())
    def dispatch_or_doubt(self, data: st.DataObject) -> None:
        if not self.jobs:
            return
        name = data.draw(st.sampled_from(self.jobs))
        move = data.draw(st.sampled_from([self.budgets.dispatched, self.budgets.doubt]))
        self.run(lambda tx: move(tx, name))

    @rule(amount=st.integers(1, 12), key=st.integers(0, 5))
    def top_up_twice(self, amount: int, key: int) -> None:
        def unit(tx: Transaction) -> bool:
            row = tx.budget.newest(SCOPES[0], Window.MONTH)
            if row is None:
                return False
            grant = Grant(
                f"k{key}", SCOPES[0], row.period_key, GrantKind.TOPUP, Money(amount * 10_000), "U9", tx.now
            )
            tx.limits.grant(grant)
            return tx.limits.grant(grant)

        assert not self.run(unit), "the same key twice is one grant"

    @rule(scope=st.sampled_from(SCOPES), window=st.sampled_from(list(Window)), limit=st.integers(1, 40))
    def change_limit(self, scope: Scope, window: Window, limit: int) -> None:
        self.run(_rule(scope, window, limit * 100_000))
        self.ask_once(PRICES[0], "1", 0)

    @rule(hours=st.sampled_from([1, 13, 26, -1, -30]))
    def move_clock(self, hours: int) -> None:
        self.went_back |= hours < 0
        self.clock.move(hours * 3600)

    @invariant()
    def a_late_limit_counts_what_came_before(self) -> None:
        """T24: what a day or week counts is what the month's ledger says was admitted in it."""
        if self.went_back:
            return
        books = self.loop.run_until_complete(self.store.read(books_of))
        born = {hold.job_id: hold.created_at for hold in books.holds}
        for row in books.periods:
            if len(row.period_key) > 7:
                want = sum(
                    (entry.held + entry.spent).micros
                    for entry in books.entries
                    if entry.scope == row.scope
                    and len(entry.period_key) == 7
                    and row.start <= born[entry.job_id or ""] < row.end
                )
                assert (row.held + row.spent).micros == want, row

    @invariant()
    def the_books_are_right(self) -> None:
        books = self.loop.run_until_complete(self.store.read(books_of))
        assert audit(books) == []
        assert max(self.ends.values(), default=0) <= 1
        settled = sum(self.ends.values())
        assert settled == sum(hold.state.is_final for hold in books.holds)

    @invariant()
    def nothing_was_granted_over_a_limit(self) -> None:
        """I5, against what each period has allowed at most so far."""
        for row in self.loop.run_until_complete(self.store.read(lambda tx: tx.budget.periods())):
            if row.limit is None:
                continue
            key = str(row.scope), row.period_key
            used = (row.held + row.spent).micros
            most = max(self.most.get(key, 0), (row.limit + row.granted).micros)
            self.most[key] = most
            backfilled = self.first.setdefault(key, used)
            assert used <= max(most, backfilled) + self.over[key], key

    @property
    def most(self) -> dict[tuple[str, str], int]:
        return self.__dict__.setdefault("_most", {})

    @property
    def first(self) -> dict[tuple[str, str], int]:
        return self.__dict__.setdefault("_first", {})

    def hold(self, name: str) -> Hold:
        found = self.loop.run_until_complete(self.store.read(lambda tx: tx.budget.hold(name)))
        assert found is not None
        return found

    def teardown(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        self.folder.cleanup()


def _rule(scope: Scope, window: Window, micros: int) -> Callable[[Transaction], None]:
    return lambda tx: tx.limits.put(Rule(scope, window, Money(micros), Mode.HARD, "U9", tx.now))


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Money4,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def template(tmp_path: Path) -> None:
    path = tmp_path / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    Money4.template = path
    SEEN.clear()


def test_the_rules_of_money_hold_in_any_order() -> None:
    _run(40, 40)

    assert SEEN["grant"] >= 60, SEEN
    assert SEEN["refusal"] >= 20, SEEN
    assert SEEN["settle"] >= 30, SEEN
    assert SEEN["overrun"] >= 5, SEEN
    assert SEEN["crash"] >= 20, SEEN


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_rules_of_money_hold_in_any_order_at_length() -> None:
    _run(500, 50)

    wanted = {"grant": 1000, "refusal": 1000, "settle": 1000, "overrun": 300, "crash": 300}
    assert {name: SEEN[name] for name, count in wanted.items() if SEEN[name] < count} == {}, SEEN


@contextmanager
def _mutant(name: str) -> Iterator[None]:
    """The program with one classic mistake in it."""
    reserve_entries, post, move = domain.reserve_entries, storage.SqlBudget.post, storage.SqlBudget.move_hold
    settle_entries = domain.settle_entries

    def always(self: Any, entry: Any) -> bool:
        post(self, entry)
        return True

    def again(self: Any, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
        return move(self, job_id, frm=frozenset(HoldState), to=to)

    changes: dict[str, tuple[Any, str, Any]] = {
        "no admission check": (storage.SqlBudget, "reserve", always),
        "double settle": (storage.SqlBudget, "move_hold", again),
        "hold not freed": (
            service, "settle_entries",
            lambda h, a, t: [replace(e, held=Money.zero()) for e in settle_entries(h, a, t)],
        ),
        "settle at most the estimate": (
            service, "settle_entries", lambda h, a, t: settle_entries(h, min(a, h.estimate), t)
        ),
        "one scope forgotten": (service, "reserve_entries", lambda h: reserve_entries(h)[:-1]),
        "release spends": (
            service, "release_entries",
            lambda h, t, r: [replace(e, spent=h.estimate) for e in domain.release_entries(h, t, r)],
        ),
        "late limit starts empty": (storage, "backfill", lambda tx, scope, period: None),
        "grant not counted once": (
            __import__("storage.limits").limits, "_GRANT", _EveryGrant()
        ),
    }  # fmt: skip
    target, attribute, changed = changes[name]
    with patch.object(target, attribute, changed):
        yield


class _EveryGrant:
    """INSERT OR REPLACE: a repeated key is granted again."""

    def on(self, *, postgres: bool) -> Any:
        from sqlalchemy import insert

        from storage.budget_tables import grants

        return insert(grants).prefix_with("OR REPLACE").returning(grants.c.key)


@pytest.mark.parametrize(
    "name",
    [
        "no admission check",
        "double settle",
        "hold not freed",
        "settle at most the estimate",
        "one scope forgotten",
        "release spends",
        "late limit starts empty",
        "grant not counted once",
    ],
)
def test_each_classic_mistake_is_noticed(name: str) -> None:
    with _mutant(name), pytest.raises(BaseException):  # noqa: B017, PT011 - whichever guard speaks first
        _run(40, 40)
