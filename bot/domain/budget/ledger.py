"""Budgets: holds and the ledger entries that move money. Pure; storage applies what this computes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from bot.domain.money import Money


class HoldState(StrEnum):
    HELD = "held"
    DISPATCHED = "dispatched"  # request bytes may have left: never expires into "free"
    UNKNOWN = "unknown"  # counts until reconciled
    SETTLED = "settled"
    RELEASED = "released"

    @property
    def is_final(self) -> bool:
        return self in {HoldState.SETTLED, HoldState.RELEASED}

    @property
    def is_doubtful(self) -> bool:
        return self is HoldState.UNKNOWN


class EntryKind(StrEnum):
    RESERVE = "reserve"
    REPRICE = "reprice"  # the provider said what it costs when it took the order
    SETTLE = "settle"
    OVERRUN = "overrun"  # what was spent above what was set aside: always its own line
    RELEASE = "release"
    LATE_CHARGE = "late_charge"
    CORRECTION = "correction"


class CostSource(StrEnum):
    """Where a settled amount comes from."""

    PROVIDER = "provider"
    ESTIMATE = "estimate"
    NOT_CHARGED = "not_charged"


@dataclass(frozen=True, slots=True)
class HoldLeg:
    """The part of a hold in one scope; it remembers its own period for ever."""

    scope: Scope
    period_key: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside for one job over all its scopes. Terminal states are reached once."""

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
    """One line of the append-only ledger: what it does to ``held`` and ``spent`` of one scope's period."""

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
    """``part`` tells the lines of a job's several orders apart. ``ceiling`` is what storage found the row to
    allow, in all, when it granted a reservation; None where nothing refuses."""


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
        """Whether the limit, if there is one, is more than a wish."""
        return self.limit is not None and not self.soft

    @property
    def left(self) -> Money | None:
        """What may still be reserved; negative after an overrun; None without a limit."""
        if self.limit is None:
            return None
        return self.limit + self.granted - self.held - self.spent

    @property
    def is_wish_exceeded(self) -> bool:
        """Whether a soft limit is behind it: nothing is refused, and everybody should know."""
        return self.soft and bool(self.over)

    @property
    def over(self) -> Money:
        """By how much more is spent and set aside than the limit, hard or soft, allows; zero within it."""
        return max(-self.left, Money.zero()) if self.left is not None else Money.zero()


def unused(scope: Scope, period: Period) -> ScopePeriod:
    """A period in which nothing has been counted, without a limit."""
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
    return _entries(hold, EntryKind.RESERVE, held=hold.estimate, spent=Money.zero(), at=hold.created_at)


def settle_entries(hold: Hold, actual: Money, at: datetime) -> list[Entry]:
    """The hold ends and the truth is spent. What goes above it is an overrun on a line of its own, however
    much is left (budgets reference 1.2, 1.6)."""
    lines = _entries(hold, EntryKind.SETTLE, held=-hold.estimate, spent=min(actual, hold.estimate), at=at)
    if actual > hold.estimate:
        extra = actual - hold.estimate
        lines += _entries(hold, EntryKind.OVERRUN, held=Money.zero(), spent=extra, at=at)
    return lines


def reprice_entries(hold: Hold, by: Money, part: int, at: datetime) -> list[Entry]:
    """The hold grows or shrinks by ``by``: its price is known now, and the money is committed."""
    lines = _entries(hold, EntryKind.REPRICE, held=by, spent=Money.zero(), at=at)
    return [replace(line, part=part) for line in lines]


def release_entries(hold: Hold, at: datetime, reason: str) -> list[Entry]:
    return _entries(hold, EntryKind.RELEASE, held=-hold.estimate, spent=Money.zero(), at=at, reason=reason)


def correction_entries(hold: Hold, by: Money, part: int, at: datetime) -> list[Entry]:
    """The hold was settled at an estimate; now the truth is known, and it differs by ``by``."""
    lines = _entries(hold, EntryKind.CORRECTION, held=Money.zero(), spent=by, at=at)
    return [replace(line, part=part) for line in lines]


def late_entries(hold: Hold, actual: Money, at: datetime) -> list[Entry]:
    """Spent after all, although the hold had been given back."""
    return _entries(hold, EntryKind.LATE_CHARGE, held=Money.zero(), spent=actual, at=at)


def _entries(
    hold: Hold, kind: EntryKind, *, held: Money, spent: Money, at: datetime, reason: str | None = None
) -> list[Entry]:
    return [
        Entry(hold.job_id, kind, leg.scope, leg.period_key, held, spent, at, reason=reason)
        for leg in hold.legs
    ]
