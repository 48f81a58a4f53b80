"""Checks the ledger's invariants (budgets reference 1.14) by replaying it from empty. Pure.

A ledger is checked piece by piece, so that one of any length needs the same memory: what is kept is one set
of sums for each scope and period.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.budget.ledger import Entry, EntryKind, Hold, HoldLeg, HoldState, ScopePeriod
from bot.domain.budget.limits import Grant
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Submission, SubmissionState

MOST_DETAILS = 500
"""Violations of one rule in one workspace that are told one by one; those after them are only counted."""

_TERMINAL = frozenset({EntryKind.SETTLE, EntryKind.RELEASE})
_AFTER_THE_END = frozenset({EntryKind.CORRECTION, EntryKind.LATE_CHARGE})
_FREE = frozenset({SubmissionState.PLANNED, SubmissionState.FAILED, SubmissionState.CANCELLED})

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
class HoldWithEnds:
    """A hold, and how many ledger entries ended it in each of its legs."""

    hold: Hold
    ends: Mapping[HoldLeg, int]


@dataclass(frozen=True, slots=True)
class PaidCall:
    """A submission, and the state of its job's hold; None where there is no hold."""

    submission: Submission
    hold_state: HoldState | None


@dataclass(slots=True)
class _Sums:
    """What the holds, the ledger and the grants say of one scope's period, in micro-dollars."""

    live: int = 0
    settled: int = 0
    held: int = 0
    spent: int = 0
    granted: int = 0


class LedgerAudit:
    """Takes the pieces of one snapshot of the database: all ``entries`` in the order of the ledger, all
    ``holds``, ``paid_calls`` and ``grants``, then all ``periods``. Then ``violations`` tells what is wrong;
    nothing is, in every workspace, when it is empty."""

    def __init__(self) -> None:
        self._sums: defaultdict[Key, _Sums] = defaultdict(_Sums)
        self._months: defaultdict[tuple[str, str], dict[ScopeKind, tuple[int, int]]] = defaultdict(dict)
        self._found = _Findings()

    def entries(self, page: Iterable[Entry]) -> None:
        """I3: each reservation was granted only while spent and held stayed within what its row allowed (the
        entries of one row are in the order in which they were applied). I5: an entry that ends a hold never
        spends more than was held. Anything above that is an overrun, a new price, a late charge or a
        correction, each on a line of its own, so that nothing else can take a row over its limit."""
        for entry in page:
            sums = self._sums[entry.scope, entry.period_key]
            sums.held += entry.held.micros
            sums.spent += entry.spent.micros
            if entry.kind in _AFTER_THE_END:
                sums.settled += entry.spent.micros
            used, more = sums.held + sums.spent, entry.held.micros + entry.spent.micros
            if entry.ceiling is not None and used > entry.ceiling.micros:
                self._found_in(
                    entry, "I3", f"job {entry.job_id} was granted at {used} of {entry.ceiling.micros}"
                )
            if entry.kind in _TERMINAL and more > 0:
                took = f"{entry.kind} of job {entry.job_id} took {more} more than was set aside"
                self._found_in(entry, "I5", took)

    def holds(self, page: Iterable[HoldWithEnds]) -> None:
        """I6: a hold has one terminal entry per scope once it has ended, and none before."""
        for one in page:
            hold = one.hold
            want = int(hold.state.is_final)
            for leg in hold.legs:
                sums = self._sums[leg.scope, leg.period_key]
                if not hold.state.is_final:
                    sums.live += hold.estimate.micros
                elif hold.state is HoldState.SETTLED and hold.actual is not None:
                    sums.settled += hold.actual.micros
                ends = one.ends.get(leg, 0)
                if ends != want:
                    detail = f"job {hold.job_id} is {hold.state}, {ends} terminal entries in {leg.scope}"
                    self._found.add("I6", detail, leg.scope.team_id)

    def paid_calls(self, page: Iterable[PaidCall]) -> None:
        """I9: no paid call is made without a hold; a released hold has no submission that may be charged."""
        for call in page:
            submission = call.submission
            said = f"submission {submission.id} is {submission.state}"
            if call.hold_state is None and submission.state is not SubmissionState.PLANNED:
                self._found.add("I9", f"{said} without a hold")
            elif call.hold_state is HoldState.RELEASED and submission.state not in _FREE:
                self._found.add("I9", f"{said}, its hold released")

    def grants(self, page: Iterable[Grant]) -> None:
        for grant in page:
            self._sums[grant.scope, grant.period_key].granted += grant.amount.micros

    def periods(self, page: Iterable[ScopePeriod]) -> None:
        """Compare the counters with the sums of everything else, which must have been taken before."""
        for row in page:
            want = self._sums.pop((row.scope, row.period_key), _Sums())
            for rule, detail in _broken(row, want):
                self._found_in(row, rule, detail)
            if row.window is Window.MONTH:  # days and weeks are counted only where a limit asks for them
                by_kind = self._months[row.scope.team_id, row.period_key]
                held, spent = by_kind.get(row.scope.kind, (0, 0))
                by_kind[row.scope.kind] = held + row.held.micros, spent + row.spent.micros

    def violations(self) -> list[Violation]:
        """Every violation, by rule; of very many of one kind only the first, and how many more there are. To
        be called last, and once."""
        for (scope, period), sums in self._sums.items():
            if sums.live:
                detail = f"{scope} {period}: live holds {sums.live}, but no such period"
                self._found.add("I1", detail, scope.team_id)
        for (team_id, period), by_kind in self._months.items():
            if len(set(by_kind.values())) > 1:
                said = {str(kind): amounts for kind, amounts in by_kind.items()}
                detail = f"workspace {team_id} {period}: sums differ by kind of scope: {said}"
                self._found.add("I7", detail, team_id)
        return self._found.told()

    def _found_in(self, one: Entry | ScopePeriod, rule: str, detail: str) -> None:
        self._found.add(rule, f"{one.scope} {one.period_key}: {detail}", one.scope.team_id)


def _broken(row: ScopePeriod, want: _Sums) -> Iterator[tuple[str, str]]:
    """I1: held is the sum of the estimates of the holds that have not ended. I2: spent is what settled holds
    cost, plus corrections and late charges. I3: what a period may spend above its limit is exactly the sum of
    the recorded grants. I4: neither counter is ever below zero. I8: the ledger replayed from empty gives the
    counters. (I7, in ``LedgerAudit``: in every month the sum over users, and the sum over channels, equals
    their workspace's counters.)"""
    held, spent = row.held.micros, row.spent.micros
    if held != want.live:
        yield "I1", f"held {held}, live holds {want.live}"
    if spent != want.settled:
        yield "I2", f"spent {spent}, settled {want.settled}"
    if row.granted.micros != want.granted:
        yield "I3", f"raised by {row.granted.micros}, granted {want.granted}"
    if held < 0 or spent < 0:
        yield "I4", f"held {held}, spent {spent}"
    if (held, spent) != (want.held, want.spent):
        yield "I8", f"counters held {held} spent {spent}, ledger held {want.held} spent {want.spent}"


class _Findings:
    """The violations found so far; no more of a kind are kept than are told."""

    def __init__(self) -> None:
        self._kept: list[Violation] = []
        self._counts: Counter[tuple[str, str | None]] = Counter()

    def add(self, rule: str, detail: str, team_id: str | None = None) -> None:
        self._counts[rule, team_id] += 1
        if self._counts[rule, team_id] <= MOST_DETAILS:
            self._kept.append(Violation(rule, detail, team_id))

    def told(self) -> list[Violation]:
        more = [
            Violation(rule, f"{count - MOST_DETAILS} more of this kind", team_id)
            for (rule, team_id), count in self._counts.items()
            if count > MOST_DETAILS
        ]
        return sorted([*self._kept, *more], key=lambda violation: violation.rule)


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """All that the audit takes, at once: for a small ledger."""

    periods: Sequence[ScopePeriod]
    holds: Sequence[Hold]
    entries: Sequence[Entry]
    submissions: Sequence[Submission]
    grants: Sequence[Grant] = ()


def audit(snapshot: LedgerSnapshot) -> list[Violation]:
    """As ``LedgerAudit``, in one go."""
    ends: defaultdict[str | None, Counter[HoldLeg]] = defaultdict(Counter)
    for entry in snapshot.entries:
        if entry.kind in _TERMINAL:
            ends[entry.job_id][HoldLeg(entry.scope, entry.period_key)] += 1
    states = {hold.job_id: hold.state for hold in snapshot.holds}
    checks = LedgerAudit()
    checks.entries(snapshot.entries)
    checks.holds(HoldWithEnds(hold, ends[hold.job_id]) for hold in snapshot.holds)
    checks.paid_calls(PaidCall(one, states.get(one.job_id)) for one in snapshot.submissions)
    checks.grants(snapshot.grants)
    checks.periods(snapshot.periods)
    return checks.violations()


def replay(entries: Iterable[Entry]) -> tuple[Counter[Key], Counter[Key]]:
    """Held and spent by scope and period, from the ledger alone, in micro-dollars."""
    held: Counter[Key] = Counter()
    spent: Counter[Key] = Counter()
    for entry in entries:
        held[entry.scope, entry.period_key] += entry.held.micros
        spent[entry.scope, entry.period_key] += entry.spent.micros
    return held, spent
