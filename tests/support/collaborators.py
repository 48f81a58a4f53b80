"""Collaborators that stay out of a test's way: a clock that nobody doubts, people who are all members."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.budget.limits import Limits, Role
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.clock_guard import ClockGuard
from bot.services.operations.connections import Connections
from bot.services.operations.heartbeat import AloneOnItsFile
from bot.services.requests.admission import Terms
from bot.step_runner import Step, StepRunner
from bot.worker import Worker
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.client import SlackApi
from handlers.web_api.history import HistoryLimit, HistoryMode

NO_LIMIT = InFlight(user=None, workspace=None)

NO_TERMS = Terms()
"""No question is asked before an ask begins, and any number may begin."""


class _Unused:
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    async def sleep(self, _seconds: float) -> None:
        raise AssertionError("nobody waits here")


class TrustedClock(ClockGuard):
    """Nobody contradicts the clock, and somebody confirms it."""

    def __init__(self) -> None:
        super().__init__(clock=_Unused(), elapsed=lambda: 0.0, database_is_a_witness=True)

    def off_by(self, now: datetime) -> timedelta:
        return timedelta(0)


class Members:
    """The ``People`` port: everybody is a member, nobody rules."""

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        return Role.MEMBER

    async def admins(self, team_id: str) -> frozenset[str] | None:
        return frozenset()

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        return frozenset()


def accounts_with(workspace: str | None = "50", user: str | None = "10") -> Accounts:
    """Monthly limits in dollars; None: no limit."""
    limits = Limits(
        workspace=Money.parse(workspace) if workspace else None, user=Money.parse(user) if user else None
    )
    return Accounts(limits, TrustedClock())


def nothing_to_give_up(_tx: Transaction, task: Task) -> None:
    """No process dies in these tests."""
    raise AssertionError(task)


def no_connections() -> Connections:
    """Every workspace's token works."""
    return Connections(wake=lambda: None, now=lambda: 0.0)


class NoPace:
    """Slack's turns: it is everybody's at once."""

    async def turn(self, method: str, channel: str | None) -> None:
        pass

    def refused(self, method: str, after: float | None) -> None:
        pass


def slack_api(
    client: AsyncWebClient, bot_user_id: str, bot_id: str | None = None, *, history: HistoryMode = "auto"
) -> SlackApi:
    """A workspace's Web API, without waiting for turns."""
    return SlackApi(
        client,
        bot_user_id,
        bot_id,
        pacing=NoPace(),
        availability=SlackAvailability(no_connections(), "T0SANDBOX"),
        history=HistoryLimit(history, now=time.monotonic),
    )


def a_worker(
    store: Store,
    steps: Mapping[TaskKind, Step],
    *,
    jitter: float = 0.0,
    woken: asyncio.Event | None = None,
    connections: Connections | None = None,
    give_up: Callable[[Transaction, Task], None] = nothing_to_give_up,
) -> Worker:
    """The only worker of its database, called "me"."""
    connections = connections or no_connections()
    runner = StepRunner(
        store=store, steps=steps, jitter=lambda: jitter, connections=connections, give_up=give_up
    )
    return Worker(
        store=store,
        runner=runner,
        owner="me",
        woken=woken or asyncio.Event(),
        connections=connections,
        heartbeat=AloneOnItsFile(),
    )
