"""What an order costs is not always what was set aside: budgets reference 1.6, T8, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit import audit
from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import CostSource, EntryKind, HoldState
from bot.domain.budget.limits import Limits, Mode, Rule
from bot.domain.budget.periods import Window
from bot.domain.jobs.job import Job, Submission, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import BudgetExceeded
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.ports import Done, Receipt, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admin_notices import DOUBT_ALERT_SECONDS, note_doubt
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.provider_prices import note_price_at_end, note_price_at_submit
from storage.store import SqlStore
from tests.contract.samples import CHANNEL, TEAM, a_job, a_picture, a_submission, dollars
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

PRICE = dollars("1")
S = SubmissionState


class Shop:
    """Jobs of a known price through the real services, without a provider."""

    def __init__(self, store: SqlStore, limit: str = "50") -> None:
        self.store = store
        self.accounts = Accounts(Limits(workspace=dollars(limit), user=None), TrustedClock())
        self.outcome = Outcome(self.accounts)

    async def order(self, name: str = "J1", *, n: int = 1, orders: int = 1, price: Money = PRICE) -> None:
        def unit(tx: Transaction) -> None:
            request = PictureRequest(
                Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, n * orders
            )
            job = a_job(name, estimate=price * n * orders, request=request)
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            for ordinal in range(orders):
                tx.submissions.add(a_submission(f"S{name}{ordinal}", name, ordinal=ordinal, n=n))

        await self.store.write(unit)

    async def send(self, name: str = "J1", ordinal: int = 0) -> None:
        await self.move(name, ordinal, S.SUBMITTING)
        await self.store.write(lambda tx: self.accounts.dispatched(tx, name))

    async def taken(
        self, amount: Money | None, name: str = "J1", ordinal: int = 0, odd: str | None = None
    ) -> None:
        await self.send(name, ordinal)

        def unit(tx: Transaction) -> None:
            before = _order(tx, name, ordinal)
            tx.submissions.save(replace(before, state=S.RUNNING, amount=amount, provider_task_id="t"))
            note_price_at_submit(tx, self.accounts, before, Receipt("t", "jobs", amount, odd))
            self.outcome.conclude(tx, name)

        await self.store.write(unit)

    async def done(
        self, amount: Money | None, name: str = "J1", ordinal: int = 0, odd: str | None = None
    ) -> None:
        def unit(tx: Transaction) -> None:
            order = _order(tx, name, ordinal)
            said = Done(tuple(f"https://x/{i}" for i in range(order.n)), amount, odd)
            for index in range(order.n):
                tx.pictures.add(
                    a_picture(f"P{order.id}{index}", name, order.id, ordinal=ordinal * 16 + index)
                )
            note_price_at_end(tx, order, said)
            tx.submissions.save(replace(order, state=S.SUCCEEDED, amount=amount or order.amount))
            self.outcome.conclude(tx, name)

        await self.store.write(unit)

    async def again(self, name: str = "J1", ordinal: int = 0) -> None:
        """The provider could not fetch the sources of this order, and it is planned anew."""

        def unit(tx: Transaction) -> None:
            order = _order(tx, name, ordinal)
            again = replace(order, state=S.PLANNED, reorders=order.reorders + 1, provider_task_id=None)
            tx.submissions.save(again)
            self.outcome.conclude(tx, name)

        await self.store.write(unit)

    async def move(
        self, name: str, ordinal: int, state: SubmissionState, failure: Failure | None = None
    ) -> None:
        def unit(tx: Transaction) -> None:
            tx.submissions.save(replace(_order(tx, name, ordinal), state=state, failure=failure))
            self.outcome.conclude(tx, name)

        await self.store.write(unit)

    async def counted(self) -> tuple[Money, Money]:
        """Held and spent, the same in every scope; the books are right."""
        books = await self.store.read(ledger_snapshot)
        assert audit(books) == []
        (found,) = {(row.held, row.spent) for row in books.periods if row.window is Window.MONTH}
        return found

    async def job(self, name: str = "J1") -> Job:
        found = await self.store.read(lambda tx: tx.jobs.get(name))
        assert found is not None
        return found

    async def lines(self, kind: EntryKind, name: str = "J1") -> list[Money]:
        """What the workspace's lines of this kind move, held and spent together."""
        entries = await self.store.read(lambda tx: tx.ledger.entries_of(name))
        return [e.held + e.spent for e in entries if e.scope == TEAM and e.kind is kind]

    async def admin_notices(self) -> list[AdminNotice]:
        def unit(tx: Transaction) -> list[AdminNotice | None]:
            tasks = tx.tasks.claim(TaskKind.ALERT, owner="t", limit=99, lease_seconds=1)
            for task in tasks:
                tx.tasks.finish(task)
            subjects = [t.subject.split("|", 2)[2] for t in tasks if t.subject.startswith("concern|")]
            return [tx.admin_notices.get("T1", key) for key in subjects]

        return [admin_notice for admin_notice in await self.store.write(unit) if admin_notice]


def _order(tx: Transaction, name: str, ordinal: int) -> Submission:
    return tx.submissions.of_job(name)[ordinal]


@pytest.fixture
def shop(store: SqlStore) -> Shop:
    return Shop(store)


async def test_an_order_that_is_placed_again_may_state_another_price(shop: Shop) -> None:
    await shop.order(orders=2)

    for times, (stated, held) in enumerate((("1.5", "2.5"), ("1.5", "2.5"), ("0.5", "1.5"))):
        await shop.taken(dollars(stated), ordinal=1)
        assert await shop.counted() == (dollars(held), Money.zero()), times
        await shop.again(ordinal=1)

    await shop.taken(None, ordinal=1)
    await shop.done(None, ordinal=1)
    await shop.taken(None)
    await shop.done(None)
    assert await shop.counted() == (Money.zero(), dollars("2"))


@pytest.mark.parametrize("stated", ["0.5", "1", "1.5", "5"])
async def test_a_price_stated_at_submit_resizes_the_hold_at_once_and_is_settled_once(
    shop: Shop, stated: str
) -> None:
    await shop.order()
    await shop.taken(dollars(stated))

    assert await shop.counted() == (dollars(stated), Money.zero())
    assert await shop.lines(EntryKind.REPRICE) == ([] if stated == "1" else [dollars(stated) - PRICE])

    await shop.done(None)

    assert await shop.counted() == (Money.zero(), dollars(stated))
    assert await shop.lines(EntryKind.SETTLE) == [Money.zero()]
    assert await shop.admin_notices() == []
    job = await shop.job()
    assert (job.cost, job.cost_is_estimate) == (dollars(stated), False)


async def test_orders_of_one_job_are_repriced_each_once(shop: Shop) -> None:
    await shop.order(n=2, orders=2)
    await shop.taken(dollars("1.8"), ordinal=0)
    await shop.taken(dollars("2.5"), ordinal=1)

    assert await shop.counted() == (dollars("4.3"), Money.zero())
    with pytest.raises(ValueError, match="already"):
        await shop.store.write(
            lambda tx: shop.accounts.reprice(tx, "J1", 1, expected=dollars("2"), stated=dollars("2.5"))
        )
    await shop.done(dollars("1.8"), ordinal=0)
    await shop.done(dollars("2.4"), ordinal=1)
    assert await shop.counted() == (Money.zero(), dollars("4.2"))


async def test_a_price_above_the_limit_is_committed_all_the_same_and_said_once(store: SqlStore) -> None:
    shop = Shop(store, limit="1.2")
    await shop.order()
    await shop.taken(dollars("1.5"))

    assert await shop.counted() == (dollars("1.5"), Money.zero())
    with pytest.raises(BudgetExceeded):
        await shop.order("J2", price=Money(1))
    await shop.done(dollars("1.5"))
    (told,) = await shop.admin_notices()
    assert (told.kind, told.facts["job"]) == ("overrun", "J1")
    assert told.facts["scopes"] == [["workspace:T1", "2026-11", 300_000]]


@pytest.mark.parametrize("dearer", [0, 1])
async def test_a_dearer_order_is_no_overrun_if_a_cheaper_one_makes_up_for_it(
    store: SqlStore, dearer: int
) -> None:
    shop = Shop(store, limit="2")
    await shop.order(orders=2)

    for ordinal in range(2):
        await shop.taken(dollars("1.4" if ordinal == dearer else "0.6"), ordinal=ordinal)
    for ordinal in range(2):
        await shop.done(None, ordinal=ordinal)

    assert await shop.counted() == (Money.zero(), dollars("2"))
    assert await shop.admin_notices() == []


@pytest.mark.parametrize(("end", "over"), [("0.6", 0), ("0.5", 0), ("1", 400_000), (None, 400_000)])
async def test_where_one_order_states_no_price_the_settlement_tells_whether_it_was_an_overrun(
    store: SqlStore, end: str | None, over: int
) -> None:
    shop = Shop(store, limit="2")
    await shop.order(orders=2)
    await shop.taken(dollars("1.4"), ordinal=0)
    await shop.taken(None, ordinal=1)
    await shop.done(None, ordinal=0)
    assert await shop.admin_notices() == [], "the other order may be cheaper"

    await shop.done(dollars(end) if end else None, ordinal=1)

    told = [notice.facts["scopes"] for notice in await shop.admin_notices()]
    assert told == ([[["workspace:T1", "2026-11", over]]] if over else [])


async def test_room_that_a_cheaper_order_freed_and_others_took_is_missing_for_a_dearer_one(
    store: SqlStore,
) -> None:
    shop = Shop(store, limit="2")
    await shop.order(orders=2)
    await shop.taken(dollars("0.6"), ordinal=0)
    await shop.order("J2", price=dollars("0.4"))

    await shop.taken(dollars("1.3"), ordinal=1)

    (told,) = await shop.admin_notices()
    assert (told.facts["job"], told.facts["price"]) == ("J1", 1_900_000)
    assert told.facts["scopes"] == [["workspace:T1", "2026-11", 300_000]]


async def test_reprice_of_what_has_ended_changes_nothing(shop: Shop) -> None:
    await shop.order()
    await shop.send()
    await shop.store.write(lambda tx: shop.accounts.release(tx, "J1", "test"))
    await shop.move("J1", 0, S.FAILED, Failure(Problem.MODERATED))

    moved = await shop.store.write(
        lambda tx: shop.accounts.reprice(tx, "J1", 0, expected=PRICE, stated=dollars("3"))
    )

    assert not moved
    assert await shop.counted() == (Money.zero(), Money.zero())


@pytest.mark.parametrize(
    ("actual", "odd", "spent", "told"),
    [
        (None, None, "1", 0),  # missing: unknown, not free
        (None, "0", "1", 1),
        (dollars("0.5"), None, "0.5", 0),
        (dollars("1"), None, "1", 0),
        (dollars("1.5"), None, "1.5", 0),
        (dollars("10"), None, "1", 1),
        (None, "-1", "1", 1),
        (None, "NaN", "1", 1),
    ],
    ids=["missing", "0", "half", "same", "half more", "tenfold", "negative", "NaN"],
)
async def test_the_final_price_is_believed_or_the_estimate_counts_and_admins_hear_of_it(
    shop: Shop, actual: Money | None, odd: str | None, spent: str, told: int
) -> None:
    await shop.order()
    await shop.taken(None)
    await shop.done(actual, odd=odd)

    assert await shop.counted() == (Money.zero(), dollars(spent))
    admin_notices = await shop.admin_notices()
    assert [admin_notice.kind for admin_notice in admin_notices] == ["odd_price"] * told
    job = await shop.job()
    hold = await shop.store.read(lambda tx: tx.ledger.hold("J1"))
    assert hold is not None
    believed = actual is not None and not told
    assert job.cost_is_estimate is not believed
    assert hold.cost_source is (CostSource.PROVIDER if believed else CostSource.ESTIMATE)


async def test_an_odd_price_said_twice_of_one_order_is_told_once(shop: Shop) -> None:
    await shop.order()
    await shop.taken(dollars("9"))
    assert await shop.counted() == (PRICE, Money.zero()), "nobody believes it"
    await shop.done(dollars("9"))

    assert len(await shop.admin_notices()) == 1
    assert await shop.counted() == (Money.zero(), PRICE)


async def test_a_provider_that_states_odd_prices_all_day_is_told_once_a_day_and_kind(
    shop: Shop, clock: SetClock
) -> None:
    oddities = ["-1", "-2", "0", "0.00", "NaN", "[]", "1E+300"]
    for number, odd in enumerate([*oddities, *oddities]):
        await shop.order(f"J{number}")
        await shop.taken(None, f"J{number}")
        await shop.done(None, f"J{number}", odd=odd)
    await shop.order("K1")
    await shop.taken(dollars("9"), "K1")

    assert sorted(str(told.facts["stated"]) for told in await shop.admin_notices()) == [
        "-1",
        "0",
        "1E+300",
        "NaN",
    ]
    clock.move(24 * 3600)
    await shop.done(dollars("9"), "K1")
    assert [told.facts["stated"] for told in await shop.admin_notices()] == ["$9.00"]


async def test_what_is_over_the_limit_is_the_sum_of_the_surprises(store: SqlStore) -> None:
    shop = Shop(store, limit="3")
    await store.write(
        lambda tx: tx.limits.put(Rule(CHANNEL, Window.DAY, dollars("3"), Mode.HARD, "UADMIN", tx.now))
    )
    surprises = [Money(1_500_001), Money(1_000_000), Money(2_345_678)]
    for number in range(3):
        await shop.order(f"J{number}")
        await shop.taken(None, f"J{number}")
    for number, actual in enumerate(surprises):
        await shop.done(actual, f"J{number}")

    extra = Money(500_001 + 1_345_678)
    for scope, key in ((TEAM, "2026-11"), (CHANNEL, "2026-11-22")):
        row = await store.read(lambda tx, s=scope, k=key: tx.ledger.period(s, k))
        assert row is not None
        assert (row.left, row.over) == (-extra, extra)
    overrun = [await shop.lines(EntryKind.OVERRUN, f"J{number}") for number in range(3)]
    assert overrun[0][0] == Money(500_001)
    assert overrun[1] == []
    with pytest.raises(BudgetExceeded):
        await shop.order("J9", price=Money(1))
    # Every overrun of a job, which went over in several scopes at once, is one message.
    assert sorted(admin_notice.facts["job"] for admin_notice in await shop.admin_notices()) == ["J0", "J2"]


async def test_a_surprise_within_the_limit_is_no_concern(shop: Shop) -> None:
    await shop.order()
    await shop.taken(None)
    await shop.done(dollars("1.5"))

    assert await shop.lines(EntryKind.OVERRUN) == [dollars("0.5")]
    assert await shop.admin_notices() == []


async def test_failed_is_released_and_unclear_counts_on(shop: Shop) -> None:
    await shop.order("J1")
    await shop.order("J2")
    await shop.send("J1")
    await shop.send("J2")
    await shop.move("J1", 0, S.FAILED, Failure(Problem.MODERATED))
    await shop.move("J2", 0, S.FAILED, Failure(Problem.NO_PICTURE))

    holds = {hold.job_id: hold.state for hold in await shop.store.read(lambda tx: tx.ledger.holds())}
    assert holds == {"J1": HoldState.RELEASED, "J2": HoldState.UNKNOWN}
    assert await shop.counted() == (PRICE, Money.zero())


async def test_a_late_price_is_spent_once_and_over_the_limit_it_is_said(store: SqlStore) -> None:
    shop = Shop(store, limit="1")
    await shop.order("J1")
    await shop.send("J1")
    await shop.move("J1", 0, S.FAILED, Failure(Problem.MODERATED))
    await shop.order("J2")

    for _ in range(2):
        await store.write(lambda tx: shop.accounts.settle(tx, "J1", PRICE, CostSource.PROVIDER))

    assert await shop.lines(EntryKind.LATE_CHARGE) == [PRICE]
    assert await shop.counted() == (PRICE, PRICE)
    assert [admin_notice.kind for admin_notice in await shop.admin_notices()] == ["overrun"]


async def test_a_correction_that_goes_over_the_limit_is_said(store: SqlStore) -> None:
    shop = Shop(store, limit="1.2")
    await shop.order()
    await store.write(lambda tx: shop.accounts.settle(tx, "J1", PRICE, CostSource.ESTIMATE))

    assert await store.write(lambda tx: shop.accounts.correct(tx, "J1", by=dollars("0.10")))
    assert await shop.admin_notices() == []
    assert await store.write(lambda tx: shop.accounts.correct(tx, "J1", by=dollars("0.40")))

    (told,) = await shop.admin_notices()
    assert told.facts["scopes"] == [["workspace:T1", "2026-11", 300_000]]
    assert await shop.counted() == (Money.zero(), dollars("1.5"))


async def test_an_unknown_outcome_is_told_after_a_quarter_of_an_hour_unless_it_became_known(
    shop: Shop, clock: SetClock
) -> None:
    for name in ("J1", "J2", "J3"):
        await shop.order(name)
        await shop.send(name)
        await shop.move(name, 0, S.UNKNOWN)
    await shop.move("J2", 0, S.FAILED, Failure(Problem.MODERATED))
    await shop.move("J3", 0, S.RUNNING)

    def due(tx: Transaction) -> list[str]:
        tasks = tx.tasks.claim(TaskKind.ALERT, owner="t", limit=9, lease_seconds=1)
        for task in tasks:
            tx.tasks.finish(task)
        return sorted(task.subject for task in tasks)

    clock.move(DOUBT_ALERT_SECONDS - 1)
    assert await shop.store.write(due) == []
    clock.move(2)
    assert await shop.store.write(due) == ["doubt|J1", "doubt|J2", "doubt|J3"]
    for name in ("J1", "J2", "J3", "J1"):
        await shop.store.write(lambda tx, name=name: note_doubt(tx, name))

    (told,) = await shop.admin_notices()
    assert (told.kind, told.facts["job"], told.facts["user"]) == ("doubt", "J1", "U1")
