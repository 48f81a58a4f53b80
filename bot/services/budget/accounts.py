"""Every movement of money, such as reserve, settle and release, each in the caller's transaction."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.budget.ledger import (
    CostSource,
    EntryKind,
    Hold,
    HoldLeg,
    HoldState,
    ScopePeriod,
    correction_entries,
    late_entries,
    lowest_held,
    release_entries,
    reprice_entries,
    reserve_entries,
    settle_entries,
)
from bot.domain.budget.limits import Limits, Role
from bot.domain.budget.periods import zone_of
from bot.domain.budget.scope import ScopeKind
from bot.domain.jobs.job import Job
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.budget_refusals import OverBudget
from bot.domain.requests.pricing import usable_amount
from bot.domain.requests.refusals import BudgetExceeded
from bot.ports import Transaction
from bot.services.budget.admin_notices import expect_doubt_to_end, note_overrun
from bot.services.budget.clock_guard import ClockGuard
from bot.services.budget.periods import Periods
from bot.services.budget.thresholds import watch
from bot.services.budget.unused_grants import give_again, take_back

_LIVE = frozenset({HoldState.HELD, HoldState.DISPATCHED, HoldState.UNKNOWN})
_SPECIFIC = (ScopeKind.USER, ScopeKind.CHANNEL, ScopeKind.WORKSPACE)


class Accounts:
    """The only writer of holds. Counters change only by posting ledger entries."""

    def __init__(self, limits: Limits, guard: ClockGuard) -> None:
        self._periods = Periods(limits, guard)

    @property
    def periods(self) -> Periods:
        """Finds and opens the periods of scopes."""
        return self._periods

    def reserve(self, tx: Transaction, job: Job, role: Role = Role.MEMBER) -> None:
        """Hold ``job.estimate`` in every scope at once. To be called once a job.

        Raises BudgetExceeded, naming the scope with the least room, or AskRefused ClockOff when a period
        would have to be opened by a clock that cannot be trusted. The caller must let the error end its
        transaction, which undoes the scopes already reserved.
        """
        rows = self.standings(tx, job.place, job.user_id, role)
        hold = Hold(
            job_id=job.id,
            state=HoldState.HELD,
            estimate=job.estimate,
            legs=tuple(HoldLeg(row.scope, row.period_key) for row in rows),
            price_version=job.price_version,
            created_at=tx.now,
        )
        tx.ledger.add_hold(hold)
        for entry in reserve_entries(hold):
            if not tx.ledger.reserve(entry):
                raise self._exceeded(tx, hold, role)
        watch(tx, hold)

    def dispatched(self, tx: Transaction, job_id: str) -> None:
        """Record that bytes of the paid call may have left from here on, so the hold must never be given back
        merely because time has passed. Safe to repeat."""
        self._move(tx, job_id, frozenset({HoldState.HELD}), HoldState.DISPATCHED)

    def recalled(self, tx: Transaction, job_id: str) -> None:
        """Undo ``dispatched``: the call certainly was not taken, so the hold is as if nothing had been sent.
        Safe to repeat."""
        self._move(tx, job_id, frozenset({HoldState.DISPATCHED}), HoldState.HELD)

    def doubt(self, tx: Transaction, job_id: str) -> None:
        """Record that it is unknown whether the job was charged: the hold goes on counting. The admins are
        told if it stays so for DOUBT_ALERT_SECONDS. Safe to repeat."""
        hold = self._move(tx, job_id, frozenset({HoldState.HELD, HoldState.DISPATCHED}), HoldState.UNKNOWN)
        if hold is not None:
            expect_doubt_to_end(tx, hold)

    def reprice(self, tx: Transaction, job_id: str, part: int, *, expected: Money, stated: Money) -> bool:
        """Change the hold by the difference between ``stated`` and ``expected``.

        To be called once per order, when the provider has taken order number ``part`` of the job and stated
        its price; ``expected`` is what the hold has for this order. The hold grows also beyond a limit, as
        that money is committed (budgets reference 1.6); the admins are told of that once every order has its
        price, as a cheaper one may make up for a dearer one, or else at the settlement. Returns False when
        the hold has ended, or the price is the same or not to be believed: then the hold stays as it is.
        """
        price, source = usable_amount(stated, expected)
        hold = tx.ledger.hold(job_id)
        if hold is None or source is CostSource.ESTIMATE:
            return False
        by = price - expected
        changed = replace(hold, estimate=hold.estimate + by)
        if not tx.ledger.move_hold(job_id, frm=_LIVE & {hold.state}, to=changed):
            return False
        if by:
            for entry in reprice_entries(hold, by, part, tx.now):
                tx.ledger.post(entry)
            watch(tx, changed)
        if by > Money.zero():
            give_again(tx, changed)
        elif by:
            take_back(tx, hold)
        if _all_priced(tx, job_id):
            _note_if_grown(tx, changed, changed.estimate)
        return bool(by)

    def settle(self, tx: Transaction, job_id: str, actual: Money, source: CostSource) -> bool:
        """End the hold at ``actual``. Safe to repeat: False when it had ended already or there is none.

        If the hold was released before and ``source`` is the provider, the price is still recorded as spent,
        once; the result is False then too.
        """
        hold = tx.ledger.hold(job_id)
        if hold is None:
            return False
        ended = replace(hold, state=HoldState.SETTLED, actual=actual, cost_source=source)
        if not tx.ledger.move_hold(job_id, frm=_LIVE, to=ended):
            if hold.state is HoldState.RELEASED and source is CostSource.PROVIDER:
                self._charge_late(tx, hold, actual)
            return False
        for entry in settle_entries(hold, actual, tx.now):
            tx.ledger.post(entry)
        watch(tx, hold)
        if actual < hold.estimate:
            take_back(tx, hold)
        _note_if_grown(tx, hold, actual)
        return True

    def correct(self, tx: Transaction, job_id: str, *, by: Money) -> bool:
        """Change what a settled job has cost by ``by``, which may be negative.

        ``by`` is the difference to the cost that the caller has on record, and the caller saves the new cost
        in the same transaction. Not safe to repeat: each call is a correction of its own. Returns False when
        ``by`` is zero or the hold is not settled: then nothing is changed.
        """
        hold = tx.ledger.hold(job_id)
        if not by or hold is None or hold.state is not HoldState.SETTLED:
            return False
        earlier = {e.part for e in tx.ledger.entries_of(job_id) if e.kind is EntryKind.CORRECTION}
        for entry in correction_entries(hold, by, len(earlier), tx.now):
            tx.ledger.post(entry)
        watch(tx, hold)
        if by > Money.zero():
            note_overrun(tx, hold, (hold.actual or hold.estimate) + by)
        else:
            take_back(tx, hold)
        return True

    def release(self, tx: Transaction, job_id: str, reason: str) -> bool:
        """End the hold without cost. Safe to repeat: False when it had ended already or there is none."""
        hold = tx.ledger.hold(job_id)
        if hold is None:
            return False
        ended = replace(
            hold, state=HoldState.RELEASED, actual=Money.zero(), cost_source=CostSource.NOT_CHARGED
        )
        if not tx.ledger.move_hold(job_id, frm=_LIVE, to=ended):
            return False
        for entry in release_entries(hold, tx.now, reason):
            tx.ledger.post(entry)
        take_back(tx, hold)
        return True

    def standings(
        self, tx: Transaction, place: Place, user_id: str, role: Role = Role.MEMBER
    ) -> list[ScopePeriod]:
        """The period rows that an ask by this person in ``place`` counts in, opened if they are new. Raises
        AskRefused ClockOff when one would have to be opened by a clock that cannot be trusted."""
        return self._periods.rows(tx, place, user_id, role)

    def glance(
        self, tx: Transaction, place: Place, user_id: str, role: Role = Role.MEMBER
    ) -> list[ScopePeriod]:
        """As ``standings``, but only to be shown: no row is opened, so a reading transaction is enough."""
        return self._periods.glance(tx, place, user_id, role)

    def _charge_late(self, tx: Transaction, hold: Hold, actual: Money) -> None:
        if any(entry.kind is EntryKind.LATE_CHARGE for entry in tx.ledger.entries_of(hold.job_id)):
            return
        for entry in late_entries(hold, actual, tx.now):
            tx.ledger.post(entry)
        watch(tx, hold)
        note_overrun(tx, hold, actual)

    def _move(self, tx: Transaction, job_id: str, frm: frozenset[HoldState], to: HoldState) -> Hold | None:
        """The hold in its new state; None when it was in none of the states ``frm``, and then it stays as it
        is."""
        hold = tx.ledger.hold(job_id)
        if hold is None or hold.state not in frm:
            return None
        moved = replace(hold, state=to)
        return moved if tx.ledger.move_hold(job_id, frm=frm, to=moved) else None

    def _exceeded(self, tx: Transaction, hold: Hold, role: Role) -> BudgetExceeded:
        """The refusal, which names the scope with the least room; of equal ones the most specific (budgets
        reference 1.10).

        This transaction has already reserved ``hold`` in some of the scopes: there it is not counted.
        """
        reserved = {(e.scope, e.period_key) for e in tx.ledger.entries_of(hold.job_id)}
        rows = [tx.ledger.period(leg.scope, leg.period_key) for leg in hold.legs]
        room: list[tuple[Money, int, ScopePeriod]] = []
        for row in rows:
            if row is None or row.left is None or not row.refuses:
                continue
            mine = hold.estimate if (row.scope, row.period_key) in reserved else Money.zero()
            room.append((row.left + mine, _SPECIFIC.index(row.scope.kind), row))
        left, _, tightest = min(room, key=lambda item: item[:2])
        assert tightest.limit is not None
        limit = tightest.limit + tightest.granted
        return BudgetExceeded(
            OverBudget(
                scope=tightest.scope,
                limit=limit,
                left=left,
                price=hold.estimate,
                resets_at=tightest.end.astimezone(zone_of(tightest.tz)),
                window=tightest.window,
                needs_budget=role is Role.GUEST and tightest.scope.kind is ScopeKind.USER and not limit,
            )
        )


def _all_priced(tx: Transaction, job_id: str) -> bool:
    """Whether the provider has stated a price for each of the job's orders."""
    orders = tx.submissions.of_job(job_id)
    return bool(orders) and all(order.amount is not None for order in orders)


def _note_if_grown(tx: Transaction, hold: Hold, price: Money) -> None:
    """Tell the admins of an overrun if ``price`` is more than was held for the job at some time, and a scope
    is over its limit now."""
    leg = hold.legs[0]  # the others hold as much
    entries = tx.ledger.entries_of(hold.job_id)
    mine = [entry for entry in entries if (entry.scope, entry.period_key) == (leg.scope, leg.period_key)]
    if price > lowest_held(mine):
        note_overrun(tx, hold, price)


def tightest(rows: list[ScopePeriod], count: int = 2) -> tuple[ScopePeriod, ...]:
    """The ``count`` limited rows with the least left, hard limits before soft ones; after them every other
    row whose soft limit is exceeded, as its asker should know."""
    limited = [row for row in rows if row.left is not None]
    limited.sort(key=lambda row: (row.soft, row.left or Money.zero()))
    return (*limited[:count], *(row for row in limited[count:] if row.is_soft_limit_exceeded))
