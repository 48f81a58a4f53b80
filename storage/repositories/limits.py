"""Stores the limits that admins set, each workspace's time zone and pause, and the record of changes and
grants."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.budget.limits import Change, Grant, Rule, TeamBudget
from bot.domain.budget.scope import Scope
from storage.schema.budget_tables import budget_changes, budget_limits, budget_teams, grants
from storage.schema.columns import Micros, ScopeName
from storage.schema.ledger_tables import scope_periods
from storage.schema.upsert import PerEngine
from storage.session import Session

_TEAM = select(budget_teams).where(budget_teams.c.team_id == bindparam("of_team"))
_TEAMS = select(budget_teams).order_by(budget_teams.c.team_id)
_NEW_TEAM = PerEngine.build(budget_teams, lambda insert: insert.on_conflict_do_nothing())
_SAVE_TEAM = update(budget_teams).where(budget_teams.c.team_id == bindparam("of_team"))
_RULES = select(budget_limits).where(
    budget_limits.c.scope.in_(bindparam("scopes", expanding=True, type_=ScopeName))
)
_RULES_OF_TEAM = (
    select(budget_limits)
    .where(budget_limits.c.team_id == bindparam("of_team"))
    .order_by(budget_limits.c.scope, budget_limits.c.per)
)
_PUT = PerEngine.build(
    budget_limits,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["scope", "per"],
        set_={
            "limit_micros": insert.excluded.limit_micros,
            "mode": insert.excluded.mode,
            "created_by": insert.excluded.created_by,
            "at": insert.excluded.at,
            "version": budget_limits.c.version + 1,
        },
    ),
)
_NOTE = insert(budget_changes)
_CHANGES = (
    select(budget_changes)
    .where(budget_changes.c.team_id == bindparam("of_team"))
    .order_by(budget_changes.c.id.desc())
    .limit(bindparam("most"))
)
_GRANT = PerEngine.build(grants, lambda insert: insert.on_conflict_do_nothing().returning(grants.c.key))
_GRANTED = select(grants).where(grants.c.key == bindparam("of_key"))
_GRANTS = select(grants).order_by(grants.c.at, grants.c.key)
_RAISE = (
    update(scope_periods)
    .where(
        scope_periods.c.scope == bindparam("of_scope", type_=ScopeName),
        scope_periods.c.period_key == bindparam("of_period"),
    )
    .values(grant_micros=scope_periods.c.grant_micros + bindparam("more", type_=Micros))
)


class SqlLimits:
    """The port ``BudgetLimits``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def team(self, team_id: str, *, tz: str = "UTC") -> TeamBudget:
        found = self._tx.select(_TEAM, {"of_team": team_id}).first()
        if found is None:
            if not self._tx.writable:
                return TeamBudget(team_id, tz)
            self._tx.execute(
                _NEW_TEAM.on(postgres=self._tx.is_postgres),
                {"team_id": team_id, "tz": tz, "week_start": 0, "paused_by": None, "paused_at": None},
            )
            found = self._tx.select(_TEAM, {"of_team": team_id}).one()
        return _team(found)

    def teams(self) -> list[TeamBudget]:
        return [_team(row) for row in self._tx.execute(_TEAMS)]

    def save_team(self, team: TeamBudget) -> None:
        values = {
            "tz": team.tz,
            "week_start": team.week_start,
            "paused_by": team.paused_by,
            "paused_at": team.paused_at,
        }
        self._tx.execute(_SAVE_TEAM, values | {"of_team": team.team_id})

    def rules(self, scopes: Collection[Scope]) -> list[Rule]:
        return [_rule(row) for row in self._tx.execute(_RULES, {"scopes": list(scopes)})]

    def rules_of(self, team_id: str) -> list[Rule]:
        return [_rule(row) for row in self._tx.execute(_RULES_OF_TEAM, {"of_team": team_id})]

    def put(self, rule: Rule) -> None:
        values = {
            "scope": rule.scope,
            "per": rule.window,
            "team_id": rule.team_id,
            "limit_micros": rule.amount,
            "mode": rule.mode,
            "created_by": rule.created_by,
            "at": rule.at,
            "version": rule.version,
        }
        self._tx.execute(_PUT.on(postgres=self._tx.is_postgres), values)

    def note(self, change: Change) -> None:
        self._tx.execute(
            _NOTE,
            {
                "team_id": change.team_id,
                "kind": change.kind,
                "scope": change.scope,
                "per": change.window,
                "amount_micros": change.amount,
                "before_micros": change.before,
                "actor": change.actor,
                "reason": change.reason,
                "at": change.at,
            },
        )

    def changes(self, team_id: str, limit: int = 20) -> list[Change]:
        return [_change(row) for row in self._tx.execute(_CHANGES, {"of_team": team_id, "most": limit})]

    def grant(self, grant: Grant) -> bool:
        values = {
            "key": grant.key,
            "scope": grant.scope,
            "period_key": grant.period_key,
            "kind": grant.kind,
            "micros": grant.amount,
            "actor": grant.actor,
            "reason": grant.reason,
            "at": grant.at,
        }
        if self._tx.execute(_GRANT.on(postgres=self._tx.is_postgres), values).first() is None:
            return False
        raised = {"of_scope": grant.scope, "of_period": grant.period_key, "more": grant.amount}
        if self._tx.execute(_RAISE, raised).rowcount != 1:
            raise self._tx.fail(LookupError(f"{grant.scope} has no period {grant.period_key}"))
        return True

    def granted(self, key: str) -> Grant | None:
        row = self._tx.execute(_GRANTED, {"of_key": key}).first()
        return None if row is None else grant_of(row)

    def grants(self) -> list[Grant]:
        return [grant_of(row) for row in self._tx.execute(_GRANTS)]


def _team(row: Row[Any]) -> TeamBudget:
    return TeamBudget(row.team_id, row.tz, row.week_start, row.paused_by, row.paused_at)


def _rule(row: Row[Any]) -> Rule:
    return Rule(row.scope, row.per, row.limit_micros, row.mode, row.created_by, row.at, row.version)


def grant_of(row: Row[Any]) -> Grant:
    return Grant(row.key, row.scope, row.period_key, row.kind, row.micros, row.actor, row.at, row.reason)


def _change(row: Row[Any]) -> Change:
    return Change(
        team_id=row.team_id,
        kind=row.kind,
        actor=row.actor,
        at=row.at,
        scope=row.scope,
        window=row.per,
        amount=row.amount_micros,
        before=row.before_micros,
        reason=row.reason,
    )
