"""What people decide about money, as the services see it stored. Same rules as in ``storage``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.budget.admin_notice import AdminNotice
from bot.domain.budget.limits import Change, Grant, Rule, TeamBudget
from bot.domain.budget.scope import Scope
from bot.domain.budget.threshold import Alert
from bot.domain.jobs.fair_queue import Line, Turn
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingRequest, PendingState


class BudgetLimits(Protocol):
    """What admins have set. Everything that changes or uses limits locks the workspace's row first."""

    def team(self, team_id: str, *, tz: str = "UTC") -> TeamBudget:
        """The workspace's row, made with ``tz`` on first use; in a write it is locked until the end."""
        ...

    def teams(self) -> list[TeamBudget]:
        """Every workspace that has asked for a picture."""
        ...

    def save_team(self, team: TeamBudget) -> None: ...

    def rules(self, scopes: Collection[Scope]) -> list[Rule]: ...

    def rules_of(self, team_id: str) -> list[Rule]: ...

    def put(self, rule: Rule) -> None:
        """Set the limit of a scope and window; its version goes up by one."""
        ...

    def note(self, change: Change) -> None: ...

    def changes(self, team_id: str, limit: int = 20) -> list[Change]:
        """Newest first."""
        ...

    def grant(self, grant: Grant) -> bool:
        """Record a grant and raise its period by it, once a key. False when the key is known."""
        ...

    def granted(self, key: str) -> Grant | None: ...

    def grants(self) -> list[Grant]: ...


class PendingRequests(Protocol):
    def add(self, pending: PendingRequest) -> None: ...

    def get(self, pending_id: str) -> PendingRequest | None: ...

    def by_request_key(self, key: str) -> PendingRequest | None: ...

    def of_job(self, job_id: str) -> PendingRequest | None:
        """The ask that waited for a word before it became this job. To be looked at only: not locked."""
        ...

    def in_state(self, team_id: str, state: PendingState) -> list[PendingRequest]:
        """Oldest first."""
        ...

    def move(self, pending: PendingRequest, *, frm: frozenset[PendingState]) -> bool:
        """Compare-and-set: write ``draft`` if the stored state is in ``frm``. False when it is not."""
        ...


class Queue(Protocol):
    """The order in which waiting jobs are sent."""

    def line(self, team_id: str, *, lease_seconds: float) -> Line:
        """Who runs and who waits in a workspace. In a write, alone in it until the end: no two units see
        the same free place. A waiting job whose step failed, or was claimed some time ago (leases last
        ``lease_seconds``), is left out until it comes forward."""
        ...

    def serve(self, team_id: str, user_id: str) -> Turn:
        """Note that this person's job begins now. No two turns of a workspace have the same time."""
        ...

    def give_back(self, turn: Turn) -> None:
        """The job was not taken after all: as if that turn had not been. Safe to repeat."""
        ...


class RateLimits(Protocol):
    def full_at(self, key: str) -> datetime | None:
        """When the allowance is whole again; None when it was never used."""
        ...

    def put(self, key: str, full_at: datetime) -> None: ...

    def take(self, key: str, *, seconds: float, ahead: float = 0.0) -> datetime:
        """Use up so many seconds of the allowance, counted from when it is whole again, at the earliest from
        ``ahead`` seconds from now; when it is whole then. Two units never take the same."""
        ...


class Alerts(Protocol):
    def add(self, alert: Alert) -> bool:
        """Once a scope, period and mark: False when it is there already."""
        ...

    def get(self, scope: Scope, period_key: str, percent: int) -> Alert | None: ...

    def rearm(self, scope: Scope, period_key: str, *, above: int, ceiling: Money) -> None:
        """Forget the marks above ``above`` that were reached of less than ``ceiling``: they may be again."""
        ...


class AdminNotices(Protocol):
    def add(self, admin_notice: AdminNotice) -> bool:
        """Once a workspace and key: False when it is there already."""
        ...

    def get(self, team_id: str, key: str) -> AdminNotice | None: ...
