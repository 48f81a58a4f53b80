"""Counters follow the ledger, limits hold at every grant, holds end once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.budget.ledger import (
    CostSource,
    EntryKind,
    HoldState,
    ScopePeriod,
    reserve_entries,
    settle_entries,
    unused,
)
from bot.domain.budget.periods import Window
from bot.domain.money import Money
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.samples import (
    CHANNEL,
    DECEMBER,
    NOVEMBER,
    START,
    TEAM,
    USER,
    a_hold,
    an_entry,
    dollars,
)

NOTHING = Money.zero()


async def open_team(store: SqlStore, limit: str | None = "1") -> ScopePeriod:
    money = None if limit is None else dollars(limit)
    return await store.write(lambda tx: tx.ledger.open_period(TEAM, NOVEMBER, money))


async def counters(store: SqlStore) -> tuple[Money, Money]:
    row = await store.read(lambda tx: tx.ledger.period(TEAM, NOVEMBER.key))
    assert row is not None
    return row.held, row.spent


async def test_period_opens_empty_with_its_bounds_and_limit(store: SqlStore) -> None:
    row = await open_team(store, "50")

    assert row == replace(unused(TEAM, NOVEMBER), limit=dollars("50"))
    assert (row.period_key, row.window) == ("2026-11", Window.MONTH)
    assert await store.read(lambda tx: tx.ledger.period(TEAM, "2026-11")) == row
    assert await store.read(lambda tx: tx.ledger.period(TEAM, "2026-12")) is None


async def test_period_opened_again_stays_as_it_is(store: SqlStore) -> None:
    await open_team(store, "1")
    await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    row = await open_team(store, "99")

    assert (row.limit, row.held) == (dollars("1"), dollars("0.41"))


async def test_periods_come_by_scope_and_period(store: SqlStore) -> None:
    def fill(tx: Transaction) -> None:
        for scope, period in [(USER, NOVEMBER), (TEAM, DECEMBER), (TEAM, NOVEMBER), (CHANNEL, NOVEMBER)]:
            tx.ledger.open_period(scope, period, None)

    await store.write(fill)

    rows = await store.read(lambda tx: tx.ledger.periods())
    assert [(row.scope, row.period_key) for row in rows] == [
        (CHANNEL, "2026-11"),
        (USER, "2026-11"),
        (TEAM, "2026-11"),
        (TEAM, "2026-12"),
    ]


async def test_set_limit_counts_from_the_next_reservation(store: SqlStore) -> None:
    await open_team(store, "0.40")
    refused = await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    await store.write(lambda tx: tx.ledger.set_limit(TEAM, NOVEMBER.key, dollars("0.41")))
    granted = await store.write(lambda tx: tx.ledger.reserve(an_entry()))
    await store.write(lambda tx: tx.ledger.set_limit(TEAM, NOVEMBER.key, None))
    unlimited = await store.write(lambda tx: tx.ledger.reserve(an_entry("J2")))

    assert (refused, granted, unlimited) == (False, True, True)


async def test_set_limit_of_a_period_that_is_not_open_fails_loudly(store: SqlStore) -> None:
    with pytest.raises(LookupError):
        await store.write(lambda tx: tx.ledger.set_limit(TEAM, NOVEMBER.key, None))


async def test_reserve_fills_the_limit_exactly_and_not_a_micro_more(store: SqlStore) -> None:
    await open_team(store, "1")

    granted = [
        await store.write(lambda tx, name=name: tx.ledger.reserve(an_entry(name, held=dollars("0.5"))))
        for name in ("J1", "J2")
    ]
    over = await store.write(lambda tx: tx.ledger.reserve(an_entry("J3", held=Money(1))))

    assert (granted, over) == ([True, True], False)
    assert await counters(store) == (dollars("1"), NOTHING)


async def test_reserve_counts_what_is_spent(store: SqlStore) -> None:
    await open_team(store, "1")
    await store.write(
        lambda tx: tx.ledger.post(an_entry(None, EntryKind.CORRECTION, held=NOTHING, spent=dollars("0.6")))
    )

    assert not await store.write(lambda tx: tx.ledger.reserve(an_entry()))
    assert await store.write(lambda tx: tx.ledger.reserve(an_entry(held=dollars("0.40"))))


async def test_refused_reserve_writes_nothing(store: SqlStore) -> None:
    await open_team(store, "0.40")

    refused = await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    assert refused is False
    assert await counters(store) == (NOTHING, NOTHING)
    assert await store.read(lambda tx: tx.ledger.entries()) == []


async def test_reserve_without_a_limit_always_fits(store: SqlStore) -> None:
    await open_team(store, None)

    assert await store.write(lambda tx: tx.ledger.reserve(an_entry(held=Money(10**15))))
    assert await counters(store) == (Money(10**15), NOTHING)


async def test_reserve_in_a_period_that_is_not_open_does_not_fit(store: SqlStore) -> None:
    assert not await store.write(lambda tx: tx.ledger.reserve(an_entry()))


async def test_reserve_repeated_is_refused_and_counts_once(store: SqlStore) -> None:
    await open_team(store, "10")
    await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    with pytest.raises(ValueError, match="already"):
        await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    assert await counters(store) == (dollars("0.41"), NOTHING)


async def test_post_repeated_is_refused_and_counts_once(store: SqlStore) -> None:
    await open_team(store)
    entry = an_entry(kind=EntryKind.LATE_CHARGE, held=NOTHING, spent=dollars("0.2"))
    await store.write(lambda tx: tx.ledger.post(entry))

    with pytest.raises(ValueError, match="already"):
        await store.write(lambda tx: tx.ledger.post(entry))

    assert await counters(store) == (NOTHING, dollars("0.2"))


async def test_refusal_that_the_unit_swallows_still_undoes_the_unit(store: SqlStore) -> None:
    await open_team(store, "10")
    await store.write(lambda tx: tx.ledger.reserve(an_entry()))

    def careless(tx: Transaction) -> None:
        tx.key_values.put("trace", "left")
        try:
            tx.ledger.reserve(an_entry())
        except ValueError:
            tx.key_values.put("trace", "swallowed")

    with pytest.raises(ValueError, match="already"):
        await store.write(careless)

    assert await counters(store) == (dollars("0.41"), NOTHING)
    assert await store.read(lambda tx: tx.key_values.get("trace")) is None


async def test_constraint_that_the_unit_swallows_still_undoes_the_unit(store: SqlStore) -> None:
    await open_team(store)

    def careless(tx: Transaction) -> None:
        tx.key_values.put("trace", "left")
        try:
            tx.ledger.post(an_entry(kind=EntryKind.RELEASE, held=Money(-1)))
        except ValueError:
            return

    with pytest.raises(ValueError, match="held_micros"):
        await store.write(careless)

    assert await store.read(lambda tx: tx.key_values.get("trace")) is None


async def test_corrections_without_a_job_may_repeat(store: SqlStore) -> None:
    await open_team(store)
    entry = an_entry(
        None, EntryKind.CORRECTION, held=NOTHING, spent=dollars("0.1"), actor="U7", reason="invoice"
    )

    await store.write(lambda tx: tx.ledger.post(entry))
    await store.write(lambda tx: tx.ledger.post(entry))

    assert await counters(store) == (NOTHING, dollars("0.2"))
    assert await store.read(lambda tx: tx.ledger.entries()) == [entry, entry]


async def test_post_may_go_over_the_limit(store: SqlStore) -> None:
    await open_team(store, "0.10")

    await store.write(
        lambda tx: tx.ledger.post(an_entry(kind=EntryKind.SETTLE, held=NOTHING, spent=dollars("3")))
    )

    row = await store.read(lambda tx: tx.ledger.period(TEAM, NOVEMBER.key))
    assert row is not None
    assert row.left == dollars("2.90") * -1


@pytest.mark.parametrize("part", ["held", "spent"])
async def test_negative_counter_fails_loudly_and_leaves_no_entry(store: SqlStore, part: str) -> None:
    await open_team(store)
    await store.write(lambda tx: tx.ledger.reserve(an_entry()))
    entry = replace(an_entry(kind=EntryKind.RELEASE, held=NOTHING), **{part: Money(-410_001)})

    with pytest.raises(ValueError, match=f"{part}_micros"):
        await store.write(lambda tx: tx.ledger.post(entry))

    assert await counters(store) == (dollars("0.41"), NOTHING)
    assert len(await store.read(lambda tx: tx.ledger.entries())) == 1


async def test_post_to_a_period_that_is_not_open_fails_loudly(store: SqlStore) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which guard speaks first differs by engine
        await store.write(lambda tx: tx.ledger.post(an_entry()))

    assert await store.read(lambda tx: tx.ledger.entries()) == []


async def test_entries_come_in_the_order_written(store: SqlStore) -> None:
    await open_team(store, None)
    written = [an_entry(f"J{number}") for number in (3, 1, 2)]
    for entry in written:
        await store.write(lambda tx, entry=entry: tx.ledger.reserve(entry))

    assert await store.read(lambda tx: tx.ledger.entries()) == written
    assert await store.read(lambda tx: tx.ledger.entries_of("J1")) == [written[1]]
    assert await store.read(lambda tx: tx.ledger.entries_of("J9")) == []


async def test_one_job_may_move_each_of_its_scopes(store: SqlStore) -> None:
    hold = a_hold()

    def submit(tx: Transaction) -> list[bool]:
        for leg in hold.legs:
            tx.ledger.open_period(leg.scope, NOVEMBER, dollars("1"))
        granted = [tx.ledger.reserve(entry) for entry in reserve_entries(hold)]
        tx.ledger.add_hold(hold)
        return granted

    def settle(tx: Transaction) -> None:
        done = replace(hold, state=HoldState.SETTLED, actual=dollars("0.30"), cost_source=CostSource.PROVIDER)
        assert tx.ledger.move_hold("J1", frm=frozenset({HoldState.HELD}), to=done)
        for entry in settle_entries(hold, dollars("0.30"), START):
            tx.ledger.post(entry)

    assert await store.write(submit) == [True, True, True]
    await store.write(settle)

    rows = await store.read(lambda tx: tx.ledger.periods())
    assert [(row.held, row.spent) for row in rows] == [(NOTHING, dollars("0.30"))] * 3


async def test_hold_comes_back_equal(store: SqlStore) -> None:
    hold = a_hold()

    def add(tx: Transaction) -> None:
        for leg in hold.legs:
            tx.ledger.open_period(leg.scope, NOVEMBER, None)
        tx.ledger.add_hold(hold)

    await store.write(add)

    assert await store.read(lambda tx: tx.ledger.hold("J1")) == hold
    assert await store.read(lambda tx: tx.ledger.hold("J9")) is None


async def test_holds_are_listed_each_with_its_own_legs(store: SqlStore) -> None:
    await open_team(store)
    holds = [a_hold("J1", TEAM), a_hold("J2", TEAM)]
    for hold in holds:
        await store.write(lambda tx, hold=hold: tx.ledger.add_hold(hold))

    assert await store.read(lambda tx: tx.ledger.holds()) == holds


async def test_hold_is_added_once(store: SqlStore) -> None:
    await open_team(store)
    await store.write(lambda tx: tx.ledger.add_hold(a_hold("J1", TEAM)))

    with pytest.raises(ValueError, match="hold"):
        await store.write(lambda tx: tx.ledger.add_hold(a_hold("J1", TEAM)))


async def test_hold_moves_only_from_a_named_state(store: SqlStore) -> None:
    await open_team(store)
    hold = a_hold("J1", TEAM)
    await store.write(lambda tx: tx.ledger.add_hold(hold))
    sent = replace(hold, state=HoldState.DISPATCHED)
    settled = replace(
        hold,
        state=HoldState.SETTLED,
        actual=dollars("0.5"),
        cost_source=CostSource.ESTIMATE,
        price_version="v2",
    )
    held = frozenset({HoldState.HELD})

    first = await store.write(lambda tx: tx.ledger.move_hold("J1", frm=held, to=sent))
    again = await store.write(lambda tx: tx.ledger.move_hold("J1", frm=held, to=sent))
    ended = await store.write(
        lambda tx: tx.ledger.move_hold(
            "J1", frm=frozenset({HoldState.DISPATCHED, HoldState.UNKNOWN}), to=settled
        )
    )
    unknown = await store.write(lambda tx: tx.ledger.move_hold("J9", frm=held, to=sent))

    assert (first, again, ended, unknown) == (True, False, True, False)
    assert await store.read(lambda tx: tx.ledger.hold("J1")) == settled


async def test_settled_hold_without_an_amount_is_refused(store: SqlStore) -> None:
    await open_team(store)
    hold = a_hold("J1", TEAM)
    await store.write(lambda tx: tx.ledger.add_hold(hold))

    with pytest.raises(ValueError, match="settled"):
        await store.write(
            lambda tx: tx.ledger.move_hold(
                "J1", frm=frozenset({HoldState.HELD}), to=replace(hold, state=HoldState.SETTLED)
            )
        )
