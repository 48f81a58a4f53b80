"""The ledger, stored limits, grants, pending requests and notices about money, as the services see them.

The rules of ``bot.ports.store`` hold here too: all methods are synchronous and run inside one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.audit import HoldWithEnds, PaidCall
from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.ledger import Entry, Hold, HoldState, ScopePeriod
from bot.domain.budget.limits import Change, Grant, Rule, TeamBudget
from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from bot.domain.budget.threshold import Alert
from bot.domain.budget.weekly_digest import Week
from bot.domain.jobs.fair_queue import Line, Turn
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingRequest, PendingState


class Ledger(Protocol):
    """The append-only ledger, the counters that follow from it, and the holds."""

    def open_period(
        self, scope: Scope, period: Period, limit: Money | None, *, soft: bool = False
    ) -> ScopePeriod:
        """The scope's row in this period, created with ``limit`` on first use (INSERT … ON CONFLICT DO
        NOTHING); an existing row keeps its own limit. Safe to repeat.

        The first row of a day or a week starts with what was admitted in it already: the month's ledger
        entries of that time are copied.
        """
        ...

    def newest(self, scope: Scope, window: Window) -> ScopePeriod | None:
        """The scope's row of this window that starts last."""
        ...

    def set_limit(self, scope: Scope, period_key: str, limit: Money | None, *, soft: bool = False) -> None:
        """Change an open period's limit. Holds that were granted before stay. Safe to repeat. Raises
        LookupError when the period has not been opened."""
        ...

    def period(self, scope: Scope, period_key: str) -> ScopePeriod | None: ...

    def periods(self) -> list[ScopePeriod]:
        """Every row of every workspace, by scope and period."""
        ...

    def reserve(self, entry: Entry) -> bool:
        """Apply ``entry`` to its counters only if spent + held stays within limit + grants, by one
        conditional UPDATE, and write it to the ledger. False (and nothing written) when it does not fit."""
        ...

    def post(self, entry: Entry) -> None:
        """Write ``entry`` to the ledger and apply it to its counters, unconditionally.

        Not safe to repeat: a second entry of the same (job, kind, scope, period, part) raises ValueError, so
        the caller moves the hold first. Raises ValueError, too, when the period has not been opened.
        """
        ...

    def add_hold(self, hold: Hold) -> None: ...

    def hold(self, job_id: str) -> Hold | None:
        """A job's hold. In a write its row is locked until the transaction ends."""
        ...

    def move_hold(self, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
        """Compare-and-set: write ``to`` if the stored state is in ``frm``. False when it is not."""
        ...

    def holds(self) -> list[Hold]: ...

    def week(self, team_id: str, since: datetime, until: datetime) -> Week:
        """What the workspace spent from ``since`` until before ``until`` by its ledger entries, how many of
        its jobs ended in that time, paid or failed, and what is held now."""
        ...

    def spent_by_job(self, scope: Scope, period_key: str, job_ids: Sequence[str]) -> dict[str, Money]:
        """What each of these jobs has spent of this row, by the ledger. Every one with an entry in the row is
        in it, also those that spent nothing."""
        ...

    def drifted(self) -> list[tuple[Scope, str]]:
        """The scopes and periods whose counters differ from the sums of their ledger entries."""
        ...

    def entries(self) -> list[Entry]:
        """The whole ledger, in the order in which it was written."""
        ...

    def entries_of(self, job_id: str) -> list[Entry]:
        """One job's ledger entries, in the order in which they were written."""
        ...

    def spending(self, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
        """What jobs spent of this row over time, oldest first: (start, sum) of each quarter of an hour in
        which anything was spent. Days begin on a quarter of an hour in every time zone, so that these sums
        can be added up by day."""
        ...


class Books(Protocol):
    """All money of all workspaces, page by page, for the audit.

    Each page is read when it is asked for: no more than one is in memory, and between two of them everything
    else in the process gets its turn. To be used in a ``Store.read``, so that all pages show one moment.
    """

    def entries(self) -> Iterator[list[Entry]]:
        """The ledger, in the order in which it was written."""
        ...

    def holds(self) -> Iterator[list[HoldWithEnds]]: ...

    def paid_calls(self) -> Iterator[list[PaidCall]]: ...

    def grants(self) -> Iterator[list[Grant]]: ...

    def periods(self) -> Iterator[list[ScopePeriod]]: ...


class BudgetLimits(Protocol):
    """The limits that admins have set, and the record of changes and grants.

    Everything that changes or uses limits locks the workspace's row first, by calling ``team``.
    """

    def team(self, team_id: str, *, tz: str = "UTC") -> TeamBudget:
        """The workspace's row. A write creates it with ``tz`` (an IANA zone) on first use and keeps it locked
        until the transaction ends; a read returns it without creating it."""
        ...

    def teams(self) -> list[TeamBudget]:
        """Every workspace that has asked for a picture."""
        ...

    def save_team(self, team: TeamBudget) -> None:
        """Overwrite the workspace's existing row."""
        ...

    def rules(self, scopes: Collection[Scope]) -> list[Rule]:
        """The limits set for exactly these scopes, in no particular order."""
        ...

    def rules_of(self, team_id: str) -> list[Rule]:
        """Every limit set in a workspace, by scope and window."""
        ...

    def put(self, rule: Rule) -> None:
        """Set the limit of a scope and window; if one is set already, replace it and raise its version by
        one."""
        ...

    def note(self, change: Change) -> None:
        """Append one line to the record of changes. Not safe to repeat: it would be recorded twice."""
        ...

    def changes(self, team_id: str, limit: int = 20) -> list[Change]:
        """Newest first."""
        ...

    def grant(self, grant: Grant) -> bool:
        """Record a grant and add its amount to its period, once for each key.

        Safe to repeat: False, and nothing changes, when a grant with this key is recorded already. Raises
        LookupError when the period has not been opened.
        """
        ...

    def granted(self, key: str) -> Grant | None:
        """The grant with this key."""
        ...

    def grants(self) -> list[Grant]:
        """Every grant of every workspace, oldest first, for the audit."""
        ...


class PendingRequests(Protocol):
    """Asks that wait for their asker to confirm them or for an admin to approve them."""

    def add(self, pending: PendingRequest) -> None:
        """Insert. The caller has looked the request key up in the same transaction."""
        ...

    def get(self, pending_id: str) -> PendingRequest | None:
        """In a write the row is locked until the transaction ends."""
        ...

    def by_request_key(self, key: str) -> PendingRequest | None:
        """In a write the row is locked until the transaction ends."""
        ...

    def of_job(self, job_id: str) -> PendingRequest | None:
        """The pending request that became this job. Its row is not locked: only read it."""
        ...

    def in_state(self, team_id: str, state: PendingState) -> list[PendingRequest]:
        """A workspace's pending requests in this stored state, oldest first. Expiry is not considered."""
        ...

    def move(self, pending: PendingRequest, *, frm: frozenset[PendingState]) -> bool:
        """Compare-and-set: write ``pending`` if the stored state is in ``frm``. False when it is not."""
        ...


class Queue(Protocol):
    """The order in which waiting jobs are submitted."""

    def line(self, team_id: str, *, lease_seconds: float) -> Line:
        """The jobs that run and the jobs that wait in a workspace.

        A write locks the workspace's queue until the transaction ends, so that no two units see the same free
        place. A waiting job whose step failed and is not due yet, or whose step was claimed some time ago
        (leases last ``lease_seconds``), is left out, so that nobody waits for it.
        """
        ...

    def serve(self, team_id: str, user_id: str) -> Turn:
        """Record that this person's job begins now. No two turns of a workspace have the same time."""
        ...

    def give_back(self, turn: Turn) -> None:
        """Undo ``serve``, because the job was not taken after all: the person's last turn is again the one
        before ``turn``. Nothing changes when they have been served again since. Safe to repeat."""
        ...


class RateLimits(Protocol):
    """Allowances that are used up and come back with time. ``key`` names whose allowance it is."""

    def full_at(self, key: str) -> datetime | None:
        """When the allowance is whole again; None when it was never used. In a write the row is locked until
        the transaction ends."""
        ...

    def put(self, key: str, full_at: datetime) -> None:
        """Store when the allowance is whole again. Safe to repeat."""
        ...

    def take(self, key: str, *, seconds: float, ahead: float = 0.0) -> datetime:
        """Use up ``seconds`` of the allowance, and return when it is whole again after that.

        The seconds are added to the time at which it was to be whole again, or to ``ahead`` seconds from now
        if that is later. No two units take the same seconds.
        """
        ...


class Alerts(Protocol):
    """The budget thresholds (percentages) that have been reached and told."""

    def add(self, alert: Alert) -> bool:
        """Record it, once for each scope, period and percentage. False when it is recorded already."""
        ...

    def get(self, scope: Scope, period_key: str, percent: int) -> Alert | None: ...

    def rearm(self, scope: Scope, period_key: str, *, above: int, ceiling: Money) -> None:
        """Forget the alerts above ``above`` percent whose ``limit`` is less than ``ceiling``: they can then
        be recorded again. Those whose ``limit`` is more get ``ceiling`` as theirs, so that a raise after a
        cut is one. Safe to repeat."""
        ...


class AdminNotices(Protocol):
    """What budget admins have been told, or are about to be told, without having asked."""

    def add(self, admin_notice: AdminNotice) -> bool:
        """Record it, once for each workspace and key. False when it is recorded already."""
        ...

    def get(self, team_id: str, key: str) -> AdminNotice | None: ...
