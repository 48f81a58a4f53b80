"""Budgets: scopes, holds and the ledger entries that move money. Pure; storage applies what this computes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.job import Place
from bot.domain.money import Money


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a limit applies to. Ordered by text: reservations visit scopes in this one order, always."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Scope:
        kind, _, ident = text.partition(":")
        return cls(kind, ident)


def scopes_of(place: Place, user_id: str) -> tuple[Scope, ...]:
    """Workspace, channel and user, in the one order in which they are always locked.

    A direct message has no channel ceiling (budgets reference 1.10) but is still counted, so that the
    sums over channels equal the workspace's.
    """
    team = place.team_id
    return tuple(
        sorted(
            (
                Scope("workspace", team),
                Scope("channel", f"{team}/{place.channel_id}"),
                Scope("user", f"{team}/{user_id}"),
            )
        )
    )


class HoldState(StrEnum):
    HELD = "held"
    DISPATCHED = "dispatched"  # request bytes may have left: never expires into "free"
    UNKNOWN = "unknown"  # counts until reconciled
    SETTLED = "settled"
    RELEASED = "released"

    @property
    def is_final(self) -> bool:
        return self in {HoldState.SETTLED, HoldState.RELEASED}


class EntryKind(StrEnum):
    RESERVE = "reserve"
    REPRICE = "reprice"
    SETTLE = "settle"
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


@dataclass(frozen=True, slots=True)
class ScopePeriod:
    """A scope's counters in one period. ``limit`` None means no limit; a ``soft`` one never refuses."""

    scope: Scope
    period_key: str
    start: datetime
    end: datetime
    tz: str
    limit: Money | None
    granted: Money
    held: Money
    spent: Money
    soft: bool = False

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


def reserve_entries(hold: Hold) -> list[Entry]:
    return _entries(hold, EntryKind.RESERVE, held=hold.estimate, spent=Money.zero(), at=hold.created_at)


def settle_entries(hold: Hold, actual: Money, at: datetime) -> list[Entry]:
    """The hold ends and the truth is spent, even above the estimate (budgets reference 1.6)."""
    return _entries(hold, EntryKind.SETTLE, held=-hold.estimate, spent=actual, at=at)


def release_entries(hold: Hold, at: datetime, reason: str) -> list[Entry]:
    return _entries(hold, EntryKind.RELEASE, held=-hold.estimate, spent=Money.zero(), at=at, reason=reason)


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
