"""Budgets: holds, and the ledger entries that change counters. Pure; storage applies what this computes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from bot.domain.money import Money


class HoldState(StrEnum):
    """Where a hold stands. It counts as held until it is settled or released."""

    HELD = "held"
    DISPATCHED = "dispatched"  # the paid call may have left, so time alone never releases it
    UNKNOWN = "unknown"  # the call's answer was lost: held until reconciled, or settled after a day
    SETTLED = "settled"
    RELEASED = "released"

    @property
    def is_final(self) -> bool:
        return self in {HoldState.SETTLED, HoldState.RELEASED}

    @property
    def is_doubtful(self) -> bool:
        return self is HoldState.UNKNOWN


class EntryKind(StrEnum):
    """Why a ledger entry changes its counters."""

    RESERVE = "reserve"
    REPRICE = "reprice"  # the provider stated the price when it took the order
    SETTLE = "settle"
    OVERRUN = "overrun"  # what was spent above the hold: always an entry of its own
    RELEASE = "release"
    LATE_CHARGE = "late_charge"  # spent after the hold was released
    CORRECTION = "correction"  # the real price, known after the hold was settled at an estimate


class CostSource(StrEnum):
    """Where a settled amount comes from."""

    PROVIDER = "provider"
    ESTIMATE = "estimate"
    NOT_CHARGED = "not_charged"


@dataclass(frozen=True, slots=True)
class HoldLeg:
    """The part of a hold in one scope. It keeps the period in which it was reserved, also when it ends in a
    later one."""

    scope: Scope
    period_key: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside for one job in all its scopes at once: each leg holds the whole ``estimate``. It ends
    once, settled at ``actual`` or released."""

    job_id: str
    state: HoldState
    estimate: Money
    legs: tuple[HoldLeg, ...]
    price_version: str
    created_at: datetime
    actual: Money | None = None
    cost_source: CostSource | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the append-only ledger. ``held`` and ``spent`` are added to those counters of one scope's
    period; they may be negative."""

    job_id: str | None
    kind: EntryKind
    scope: Scope
    period_key: str
    held: Money
    spent: Money
    at: datetime
    actor: str | None = None
    reason: str | None = None
    part: int = 0
    ceiling: Money | None = None
    """``part`` tells apart several entries of one kind for one job in one period: by the order's number for
    new prices, by a count for corrections. ``ceiling`` is what storage found the row to allow in all
    (limit and grants) when it granted a reservation; None where no limit refuses, and for other kinds."""


@dataclass(frozen=True, slots=True)
class ScopePeriod:
    """A scope's counters in one period. ``limit`` None means no limit; a ``soft`` one never refuses."""

    scope: Scope
    period_key: str
    window: Window
    start: datetime
    end: datetime
    tz: str
    limit: Money | None
    granted: Money
    held: Money
    spent: Money
    soft: bool = False

    @property
    def period(self) -> Period:
        return Period(self.period_key, self.window, self.start, self.end, self.tz)

    @property
    def refuses(self) -> bool:
        """Whether there is a limit that can refuse a reservation: one that is not soft."""
        return self.limit is not None and not self.soft

    @property
    def left(self) -> Money | None:
        """The limit and grants less what is held and spent; negative when they are exceeded; None without a
        limit."""
        if self.limit is None:
            return None
        return self.limit + self.granted - self.held - self.spent

    @property
    def is_soft_limit_exceeded(self) -> bool:
        """Whether a soft limit is exceeded. It refuses nothing, so people have to be told."""
        return self.soft and bool(self.over)

    @property
    def over(self) -> Money:
        """By how much spent and held money exceed the limit and grants, hard or soft; zero within them, and
        without a limit."""
        return max(-self.left, Money.zero()) if self.left is not None else Money.zero()


def unused(scope: Scope, period: Period) -> ScopePeriod:
    """The counters of a period in which nothing has been counted: all zero, without a limit."""
    return ScopePeriod(
        scope=scope,
        period_key=period.key,
        window=period.window,
        start=period.start,
        end=period.end,
        tz=period.tz,
        limit=None,
        granted=Money.zero(),
        held=Money.zero(),
        spent=Money.zero(),
    )


def reserve_entries(hold: Hold) -> list[Entry]:
    """The hold begins: its estimate is held in each of its scopes."""
    return _entries(hold, EntryKind.RESERVE, held=hold.estimate, spent=Money.zero(), at=hold.created_at)


def settle_entries(hold: Hold, actual: Money, at: datetime) -> list[Entry]:
    """The hold ends and ``actual`` is spent. The part of it above the hold is an overrun, on a line of its
    own, however much is left (budgets reference 1.2, 1.6)."""
    lines = _entries(hold, EntryKind.SETTLE, held=-hold.estimate, spent=min(actual, hold.estimate), at=at)
    if actual > hold.estimate:
        extra = actual - hold.estimate
        lines += _entries(hold, EntryKind.OVERRUN, held=Money.zero(), spent=extra, at=at)
    return lines


def reprice_entries(hold: Hold, by: Money, part: int, at: datetime) -> list[Entry]:
    """The hold grows or, where ``by`` is negative, shrinks: the provider has stated the price of order
    number ``part`` when it took it."""
    lines = _entries(hold, EntryKind.REPRICE, held=by, spent=Money.zero(), at=at)
    return [replace(line, part=part) for line in lines]


def release_entries(hold: Hold, at: datetime, reason: str) -> list[Entry]:
    """The hold ends and nothing is spent."""
    return _entries(hold, EntryKind.RELEASE, held=-hold.estimate, spent=Money.zero(), at=at, reason=reason)


def correction_entries(hold: Hold, by: Money, part: int, at: datetime) -> list[Entry]:
    """The hold was settled at an estimate; now the real price is known and differs from it by ``by``."""
    lines = _entries(hold, EntryKind.CORRECTION, held=Money.zero(), spent=by, at=at)
    return [replace(line, part=part) for line in lines]


def lowest_held(entries: Iterable[Entry]) -> Money:
    """The least that a job's hold has held before it ended, by the ``entries`` of one of its legs, in their
    order: when the hold grows above that, others may have taken the room in between."""
    sized = (entry.held for entry in entries if entry.kind in {EntryKind.RESERVE, EntryKind.REPRICE})
    return min(accumulate(sized), default=Money.zero())


def late_entries(hold: Hold, actual: Money, at: datetime) -> list[Entry]:
    """``actual`` was spent after all, although the hold had been released."""
    return _entries(hold, EntryKind.LATE_CHARGE, held=Money.zero(), spent=actual, at=at)


def _entries(
    hold: Hold, kind: EntryKind, *, held: Money, spent: Money, at: datetime, reason: str | None = None
) -> list[Entry]:
    return [
        Entry(hold.job_id, kind, leg.scope, leg.period_key, held, spent, at, reason=reason)
        for leg in hold.legs
    ]
