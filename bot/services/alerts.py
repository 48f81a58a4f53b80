"""Says how full a budget is: a person's own to that person, everybody's to the admins."""

from __future__ import annotations

import json

import structlog

from bot.domain.alert import Alert
from bot.domain.budget import Scope, ScopePeriod
from bot.domain.task import Task
from bot.errors import CannotPost, GivenUp, OutcomeUnknown
from bot.ports import Store
from bot.ports.people import Office
from bot.services.admins import Admins
from bot.services.leases import Leased

log = structlog.get_logger(__name__)

PERSONAL_FROM = 80
"""Half of one's own money gone is no news to anybody."""


class Alerts:
    def __init__(self, *, store: Store, office: Office, admins: Admins) -> None:
        self._store = store
        self._office = office
        self._admins = admins

    async def run(self, task: Task) -> None:
        """Tell everybody whom it concerns, once each."""
        lease = Leased(self._store, task)
        scope_text, period, percent = task.subject.split("|")[:3]
        scope = Scope.parse(scope_text)
        alert, row, told = await lease.write(
            lambda tx: (
                tx.alerts.get(scope, period, int(percent)),
                tx.budget.period(scope, period),
                set(json.loads(tx.memos.get(_key(task)) or "[]")),
            )
        )
        if alert is not None and row is not None:
            for user in await self._concerned(task.team_id, alert):
                if user not in told:
                    await self._tell(lease, alert, row, user, told)
        await lease.finish()

    async def _concerned(self, team_id: str, alert: Alert) -> tuple[str, ...]:
        if alert.scope.type == "user":
            person = alert.scope.id.rpartition("/")[2]
            return (person,) if alert.percent >= PERSONAL_FROM else ()
        return self._admins.named or await self._office.admins(team_id)

    async def _tell(self, lease: Leased, alert: Alert, row: ScopePeriod, user: str, told: set[str]) -> None:
        try:
            await self._office.alert(alert, row, user)
        except (CannotPost, GivenUp, OutcomeUnknown) as refused:
            log.warning("alert_not_delivered", reason=str(refused))
        told.add(user)
        kept = json.dumps(sorted(told))
        await lease.write(lambda tx: tx.memos.put(_key(lease.task), kept))


def _key(task: Task) -> str:
    return f"alert:{task.subject}"
