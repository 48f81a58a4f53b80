"""What people decide about money, as the services see it stored. Same rules as in ``storage``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.alert import Alert
from bot.domain.budget import Scope
from bot.domain.draft import Draft, DraftState
from bot.domain.limits import Change, Grant, Rule, TeamBudget


class BudgetLimits(Protocol):
    """What admins have set. Everything that changes or uses limits locks the workspace's row first."""

    def team(self, team_id: str, *, tz: str = "UTC") -> TeamBudget:
        """The workspace's row, made with ``tz`` on first use; in a write it is locked until the end."""
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

    def grants(self) -> list[Grant]: ...


class Drafts(Protocol):
    def add(self, draft: Draft) -> None: ...

    def get(self, draft_id: str) -> Draft | None: ...

    def by_request_key(self, key: str) -> Draft | None: ...

    def in_state(self, team_id: str, state: DraftState) -> list[Draft]:
        """Oldest first."""
        ...

    def move(self, draft: Draft, *, frm: frozenset[DraftState]) -> bool:
        """Compare-and-set: write ``draft`` if the stored state is in ``frm``. False when it is not."""
        ...


class Rates(Protocol):
    def full_at(self, key: str) -> datetime | None:
        """When the allowance is whole again; None when it was never used."""
        ...

    def put(self, key: str, full_at: datetime) -> None: ...


class Alerts(Protocol):
    def add(self, alert: Alert) -> bool:
        """Once a scope, period and mark: False when it is there already."""
        ...

    def get(self, scope: Scope, period_key: str, percent: int) -> Alert | None: ...

    def rearm(self, scope: Scope, period_key: str, *, above: int) -> None:
        """Forget the marks above ``above``: they may be reached again."""
        ...
