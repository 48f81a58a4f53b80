"""Checks the ledger's invariants (budgets reference 1.14) by replaying it from empty. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.budget.ledger import Entry, EntryKind, Hold, HoldState, ScopePeriod
from bot.domain.budget.limits import Grant
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Submission, SubmissionState

_TERMINAL = frozenset({EntryKind.SETTLE, EntryKind.RELEASE})

Key = tuple[Scope, str]
"""A scope and its period's key."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant. ``team_id`` is the workspace whose ledger or counters break it; None when that
    cannot be told."""

    rule: str
    detail: str
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """Everything that the audit reads, from one snapshot of the database. ``grants`` None: not read, so what
    follows from them is not checked."""

    periods: Sequence[ScopePeriod]
    holds: Sequence[Hold]
    entries: Sequence[Entry]
    submissions: Sequence[Submission]
    grants: Sequence[Grant] | None = None


def audit(snapshot: LedgerSnapshot) -> list[Violation]:
    """All violations, of every workspace; an empty list when every invariant holds."""
    checks = (
        _held, _spent, _within_limits, _granted, _not_negative, _not_above_the_hold, _one_end, _conserved,
        _replayed, _submitted,
    )  # fmt: skip
    return [violation for check in checks for violation in check(snapshot)]


def _held(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I1: held is the sum of the estimates of the holds that have not ended."""
    expected: Counter[Key] = Counter()
    for hold in snapshot.holds:
        if not hold.state.is_final:
            for leg in hold.legs:
                expected[leg.scope, leg.period_key] += hold.estimate.micros
    for row in snapshot.periods:
        want = expected.pop(_key(row), 0)
        if row.held.micros != want:
            yield Violation(
                "I1", f"{_name(row)}: held {row.held.micros}, live holds {want}", row.scope.team_id
            )
    for key, want in expected.items():
        yield Violation("I1", f"{key[0]} {key[1]}: live holds {want}, but no such period", key[0].team_id)


def _spent(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I2: spent is what settled holds cost, plus corrections and late charges."""
    expected: Counter[Key] = Counter()
    for hold in snapshot.holds:
        if hold.state is HoldState.SETTLED and hold.actual is not None:
            for leg in hold.legs:
                expected[leg.scope, leg.period_key] += hold.actual.micros
    for entry in snapshot.entries:
        if entry.kind in {EntryKind.CORRECTION, EntryKind.LATE_CHARGE}:
            expected[entry.scope, entry.period_key] += entry.spent.micros
    for row in snapshot.periods:
        want = expected[_key(row)]
        if row.spent.micros != want:
            yield Violation(
                "I2", f"{_name(row)}: spent {row.spent.micros}, settled {want}", row.scope.team_id
            )


def _not_negative(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I4: neither counter is ever below zero."""
    for row in snapshot.periods:
        if row.held.micros < 0 or row.spent.micros < 0:
            detail = f"{_name(row)}: held {row.held.micros}, spent {row.spent.micros}"
            yield Violation("I4", detail, row.scope.team_id)


def _one_end(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I6: a hold has one terminal entry per scope once it has ended, and none before."""
    ends = Counter((e.job_id, e.scope, e.period_key) for e in snapshot.entries if e.kind in _TERMINAL)
    for hold in snapshot.holds:
        for leg in hold.legs:
            found = ends[hold.job_id, leg.scope, leg.period_key]
            want = int(hold.state.is_final)
            if found != want:
                detail = f"job {hold.job_id} is {hold.state}, {found} terminal entries in {leg.scope}"
                yield Violation("I6", detail, leg.scope.team_id)


def _conserved(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I7: in every month the sum over users, and the sum over channels, equals their workspace's counters.

    Days and weeks are counted only where a limit asks for them, so they need not add up.
    """
    sums: dict[tuple[str, str], dict[ScopeKind, tuple[int, int]]] = defaultdict(dict)
    for row in snapshot.periods:
        if row.window is not Window.MONTH:
            continue
        by_kind = sums[row.scope.team_id, row.period_key]
        held, spent = by_kind.get(row.scope.kind, (0, 0))
        by_kind[row.scope.kind] = held + row.held.micros, spent + row.spent.micros
    for (team_id, period), by_kind in sums.items():
        if len(set(by_kind.values())) > 1:
            said = {str(kind): amounts for kind, amounts in by_kind.items()}
            detail = f"workspace {team_id} {period}: sums differ by kind of scope: {said}"
            yield Violation("I7", detail, team_id)


def _replayed(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I8: the ledger replayed from empty gives the counters."""
    held, spent = replay(snapshot.entries)
    for row in snapshot.periods:
        key = _key(row)
        if (held[key], spent[key]) != (row.held.micros, row.spent.micros):
            detail = (
                f"{_name(row)}: counters held {row.held.micros} spent {row.spent.micros}, "
                f"ledger held {held[key]} spent {spent[key]}"
            )
            yield Violation("I8", detail, row.scope.team_id)


def _within_limits(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I3: each reservation was granted only while spent and held stayed within what its row allowed.

    The entries of one row are in the order in which they were applied.
    """
    used: Counter[Key] = Counter()
    for entry in snapshot.entries:
        key = entry.scope, entry.period_key
        used[key] += entry.held.micros + entry.spent.micros
        if entry.ceiling is not None and used[key] > entry.ceiling.micros:
            allowed = entry.ceiling.micros
            detail = f"{key[0]} {key[1]}: job {entry.job_id} was granted at {used[key]} of {allowed}"
            yield Violation("I3", detail, entry.scope.team_id)


def _not_above_the_hold(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I5: an entry that ends a hold never spends more than was held. Anything above that is an overrun, a new
    price, a late charge or a correction, each on a line of its own, so that nothing else can take a row over
    its limit."""
    for entry in snapshot.entries:
        if entry.kind in _TERMINAL and entry.held.micros + entry.spent.micros > 0:
            detail = (
                f"{entry.scope} {entry.period_key}: {entry.kind} of job {entry.job_id} took "
                f"{entry.held.micros + entry.spent.micros} more than was set aside"
            )
            yield Violation("I5", detail, entry.scope.team_id)


def _granted(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I3: what a period may spend above its limit is exactly the sum of the recorded grants."""
    if snapshot.grants is None:
        return
    expected: Counter[Key] = Counter()
    for grant in snapshot.grants:
        expected[grant.scope, grant.period_key] += grant.amount.micros
    for row in snapshot.periods:
        if row.granted.micros != expected[_key(row)]:
            detail = f"{_name(row)}: raised by {row.granted.micros}, granted {expected[_key(row)]}"
            yield Violation("I3", detail, row.scope.team_id)


def replay(entries: Iterable[Entry]) -> tuple[Counter[Key], Counter[Key]]:
    """Held and spent by scope and period, from the ledger alone, in micro-dollars."""
    held: Counter[Key] = Counter()
    spent: Counter[Key] = Counter()
    for entry in entries:
        held[entry.scope, entry.period_key] += entry.held.micros
        spent[entry.scope, entry.period_key] += entry.spent.micros
    return held, spent


def _submitted(snapshot: LedgerSnapshot) -> Iterator[Violation]:
    """I9: no paid call is made without a hold; a released hold has no submission that may be charged."""
    holds = {hold.job_id: hold for hold in snapshot.holds}
    free = {SubmissionState.PLANNED, SubmissionState.FAILED, SubmissionState.CANCELLED}
    for submission in snapshot.submissions:
        hold = holds.get(submission.job_id)
        if hold is None:
            if submission.state is not SubmissionState.PLANNED:
                yield Violation("I9", f"submission {submission.id} is {submission.state} without a hold")
        elif hold.state is HoldState.RELEASED and submission.state not in free:
            yield Violation("I9", f"submission {submission.id} is {submission.state}, its hold released")


def _key(row: ScopePeriod) -> Key:
    return row.scope, row.period_key


def _name(row: ScopePeriod) -> str:
    return f"{row.scope} {row.period_key}"
