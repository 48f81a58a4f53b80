"""Limits as people set them: which limit applies to which scope, and the record of every change. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.budget.ledger import Entry, EntryKind, ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money


class Mode(StrEnum):
    """What a limit does to an ask that exceeds it."""

    HARD = "hard"  # refuses it
    SOFT = "soft"  # only warns


class GrantKind(StrEnum):
    TOPUP = "topup"
    APPROVAL = "approval"


class ChangeKind(StrEnum):
    SET = "set"
    TOPUP = "topup"
    PAUSE = "pause"
    RESUME = "resume"
    ZONE = "zone"
    WEEK = "week"
    APPROVE = "approve"
    DENY = "deny"
    EXPORT = "export"


class Role(StrEnum):
    """What a person is in the workspace. Guests and outsiders have no budget by default and are never budget
    admins."""

    MEMBER = "member"
    GUEST = "guest"
    ADMIN = "admin"
    OUTSIDER = "outsider"  # a bot, a deleted account, or somebody of another workspace

    @property
    def has_default_limits(self) -> bool:
        """Whether the default limits apply: not to guests and outsiders, who have $0 by default."""
        return self in {Role.MEMBER, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit that an admin has set. ``amount`` None means no limit, not even a default one."""

    scope: Scope
    window: Window
    amount: Money | None
    mode: Mode
    created_by: str
    at: datetime
    version: int = 1

    @property
    def team_id(self) -> str:
        return self.scope.team_id


@dataclass(frozen=True, slots=True)
class Grant:
    """More room in one period only. ``key`` makes a repeated grant the same one. A negative ``amount`` takes
    back what was granted before."""

    key: str
    scope: Scope
    period_key: str
    kind: GrantKind
    amount: Money
    actor: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the record of who changed what about money. ``before`` is the amount that ``amount``
    replaced."""

    team_id: str
    kind: ChangeKind
    actor: str
    at: datetime
    scope: Scope | None = None
    window: Window | None = None
    amount: Money | None = None
    before: Money | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TeamBudget:
    """What applies to a whole workspace: its time zone (an IANA name), the day on which weeks begin (0 is
    Monday), and by whom and since when new pictures are paused."""

    team_id: str
    tz: str = "UTC"
    week_start: int = 0
    paused_by: str | None = None
    paused_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The limit that applies in one window; ``amount`` None is no limit."""

    amount: Money | None
    mode: Mode = Mode.HARD

    @property
    def is_soft(self) -> bool:
        return self.mode is Mode.SOFT


@dataclass(frozen=True, slots=True)
class Limits:
    """Default limits per calendar month from the settings; None means no limit. ``tz`` is an IANA zone."""

    workspace: Money | None
    user: Money | None
    tz: str = "UTC"


def once_key(pending_id: str, scope: Scope, period_key: str) -> str:
    """The key of a grant that makes room for one approved pending request, and for nothing else."""
    return f"{pending_id}:once:{scope}:{period_key}"


def unused_room(grants: Sequence[Grant], entries: Sequence[Entry], row: ScopePeriod) -> Money:
    """How much of ``grants`` one job no longer needs and can be taken back; zero or less when nothing can.

    The first of ``grants`` was made for that job; the others are what was taken back and given again. The
    result is at most what is left in ``row``, so that taking it back does not push the row over its limit.
    """
    unused = _unneeded(grants[0].amount, entries) - _taken_back(grants)
    return unused if row.left is None else min(unused, row.left)


def needed_again(grants: Sequence[Grant], entries: Sequence[Entry]) -> Money:
    """How much of what was taken back of ``grants`` their job needs after all; zero or less when nothing."""
    return _taken_back(grants) - max(_unneeded(grants[0].amount, entries), Money.zero())


def _taken_back(grants: Sequence[Grant]) -> Money:
    return grants[0].amount - sum((grant.amount for grant in grants), Money.zero())


def _unneeded(made: Money, entries: Sequence[Entry]) -> Money:
    """How much of ``made`` the job does not need: the difference between what was reserved and what it holds
    and has spent now, by its ``entries`` in one row."""
    zero = Money.zero()
    reserved = sum((entry.held for entry in entries if entry.kind is EntryKind.RESERVE), zero)
    taken = sum((entry.held + entry.spent for entry in entries), zero)
    return min(made, reserved - taken)


Ceilings = Mapping[Window, Ceiling]
"""The limits of one scope, by window."""


def ceilings_of(scope: Scope, rules: Sequence[Rule], defaults: Limits, *, role: Role) -> Ceilings:
    """The limits that apply to ``scope``, by window. The month is always in it: every scope is counted by
    month.

    A person's own rule replaces the default of the same window. The defaults do not apply to guests and
    outsiders: they have $0 a month until they get a limit of their own, in any window.
    """
    own = _set(rules, scope)
    if scope.kind is ScopeKind.USER and not role.has_default_limits:
        is_given = any(ceiling.amount is not None for ceiling in own.values())
        return {Window.MONTH: Ceiling(None if is_given else Money.zero())} | own
    found = {Window.MONTH: Ceiling(_default(scope, defaults))}
    if scope.kind is ScopeKind.USER:
        found |= _set(rules, Scope(ScopeKind.DEFAULT, scope.team_id))
    return found | own


def _default(scope: Scope, defaults: Limits) -> Money | None:
    return {ScopeKind.WORKSPACE: defaults.workspace, ScopeKind.USER: defaults.user}.get(scope.kind)


def _set(rules: Sequence[Rule], scope: Scope) -> dict[Window, Ceiling]:
    return {rule.window: Ceiling(rule.amount, rule.mode) for rule in rules if rule.scope == scope}


def ineffective(ceilings: Ceilings) -> list[tuple[Window, Window]]:
    """Pairs of windows (shorter, longer) in which the shorter one allows more than the longer one, so that
    its limit has no effect. Admins are told of them, and they are not refused (budgets reference 1.10)."""
    set_ones = [(window, ceilings[window].amount) for window in Window if window in ceilings]
    return [
        (shorter, longer)
        for place, (shorter, less) in enumerate(set_ones)
        for longer, more in set_ones[place + 1 :]
        if less is not None and more is not None and less > more
    ]
