"""Sends budget alerts and admin notices.

An alert about a person's own budget goes to that person; one about a channel's or the workspace's budget goes
to the budget admins, as do all admin notices.
"""

from __future__ import annotations

import json
from functools import partial

import structlog

from bot.domain.budget.admin_notice import TASK_PREFIX
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.scope import ScopeKind
from bot.domain.budget.threshold import Alert, alert_named
from bot.domain.jobs.task import Task
from bot.errors import CannotPost, GivenUp, OutcomeUnknown
from bot.ports import Store, Transaction
from bot.ports.people import Notifier
from bot.services.budget.admin_notices import DOUBT_PREFIX, note_doubt
from bot.services.budget.admins import Admins
from bot.services.lease import Leased
from bot.services.outbox import Outbox, Post

log = structlog.get_logger(__name__)

PERSONAL_FROM = 80
"""In percent of the limit: nobody is alerted about their own budget below this threshold."""


class Alerts:
    """Runs the tasks that send budget alerts and admin notices."""

    def __init__(self, *, store: Store, notifier: Notifier, admins: Admins) -> None:
        self._store = store
        self._notifier = notifier
        self._outbox = Outbox(notifier)
        self._admins = admins

    async def run(self, task: Task) -> None:
        """Send what the task is about to each recipient, once each. Safe to repeat.

        Raises OutcomeUnknown after all others were told when it is not known whether a message arrived, and
        TryLater at once: then the task has to run again.
        """
        lease = Leased(self._store, task)
        if task.subject.startswith(DOUBT_PREFIX):
            job_id = task.subject.removeprefix(DOUBT_PREFIX)
            await lease.write(lambda tx: note_doubt(tx, job_id))
        elif task.subject.startswith(TASK_PREFIX):
            await self._admin_notice(lease)
        else:
            await self._mark(lease)
        await lease.finish()

    async def _admin_notice(self, lease: Leased) -> None:
        team_id, _, key = lease.task.subject.removeprefix(TASK_PREFIX).partition("|")
        admin_notice = await lease.write(lambda tx: tx.admin_notices.get(team_id, key))
        if admin_notice is not None:
            users = await self._audience(team_id)
            await self._tell(lease, users, lambda message: self._notifier.admin_notice(message, admin_notice))

    async def _mark(self, lease: Leased) -> None:
        scope, period, percent = alert_named(lease.task.subject)

        alert, row = await lease.write(
            lambda tx: (tx.alerts.get(scope, period, percent), tx.ledger.period(scope, period))
        )
        if alert is not None and row is not None:
            users = await self._concerned(lease.task.team_id, alert)
            await self._tell(lease, users, partial(self._notifier.alert, alert=alert, row=row))

    async def _concerned(self, team_id: str, alert: Alert) -> tuple[str, ...]:
        """Who receives this alert: the person themselves, or the budget admins."""
        if alert.scope.kind is ScopeKind.USER:
            return (alert.scope.id,) if alert.percent >= PERSONAL_FROM else ()
        return await self._audience(team_id)

    async def _audience(self, team_id: str) -> tuple[str, ...]:
        """The budget admins who were chosen; where none were, the workspace's owners and admins."""
        return await self._admins.to_ask(team_id) or await self._notifier.admins(team_id)

    async def _tell(self, lease: Leased, users: tuple[str, ...], post: Post) -> None:
        """Post to each of ``users`` who was not told yet. After each post the list of people who were told is
        committed, so that a repetition leaves them out; so is somebody who cannot be reached at all."""
        key = f"alert:{lease.task.subject}"
        known: str | None = await self._store.read(lambda tx: tx.key_values.get(key))
        told = set(json.loads(known or "[]"))
        if not users:
            log.warning("alert_without_admin", subject=lease.task.subject)
        unsure: OutcomeUnknown | None = None
        for user in users:
            if user in told:
                continue
            try:
                await self._outbox.send(
                    lease, OutboxMessage(lease.task.team_id, user, lease.task.subject), post
                )
            except OutcomeUnknown as lost:  # tell the others before this one is tried again
                unsure = lost
                continue
            except (CannotPost, GivenUp) as refused:
                log.warning("alert_not_delivered", reason=str(refused))
            told.add(user)
            await lease.write(partial(_keep, key=key, told=json.dumps(sorted(told))))
        if unsure is not None:
            raise unsure


def _keep(tx: Transaction, *, key: str, told: str) -> None:
    tx.key_values.put(key, told)
