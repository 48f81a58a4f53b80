"""A workspace that takes our token away waits alone: one worker and database, two real ways of posting."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.clock import SystemClock
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Delivery
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.operations.connections import GONE, TRIAL_SECONDS, Connections
from bot.services.pipeline.announce import Announce
from bot.services.pipeline.place_in_line import PlaceInLine
from bot.step_runner import Step
from bot.worker import Worker
from handlers.conversation.conversation import SlackConversation
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.messages.wording import BotNames
from handlers.web_api import errors as slack_errors
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.client import SlackApi
from handlers.web_api.history import HistoryLimit
from storage.engine import open_store
from storage.store import SqlStore
from tests.contract.samples import a_job
from tests.support.collaborators import NO_LIMIT, NoPace, TrustedClock, a_worker
from tests.support.databases import SetClock
from tests.support.world import eventually
from tests.unit.handlers.delivery_kit import BOT_ID, BOT_USER, PRICES, Kit, outgoing

TEAMS = ("T1", "T2")


class Plans:
    async def plan(self, _request: object) -> list[int]:
        return []


@dataclass
class ByTeam:
    """Each workspace's tasks go to its own step."""

    steps: dict[str, Step]

    async def run(self, task: Task) -> None:
        await self.steps[task.team_id].run(task)


@dataclass
class Notifier:
    """One process that serves two workspaces."""

    store: SqlStore
    worker: Worker
    connections: Connections
    slacks: dict[str, Kit]

    async def asks(self, team: str, *names: str) -> None:
        def unit(tx: Transaction) -> None:
            for name in names:
                job = a_job(name, place=Place(team, "C0DESIGN"), created_at=tx.now)
                tx.jobs.add(job)
                tx.tasks.add(TaskKind.ANNOUNCE, team_id=team, job_id=job.id)

        await self.store.write(unit)

    async def announced(self, team: str) -> int:
        jobs = await self.store.read(lambda tx: tx.jobs.newest(team_id=team))
        return sum(job.delivery is Delivery.ANNOUNCED for job in jobs)

    def calls(self, team: str) -> int:
        return len(self.slacks[team].slack.core.recorder.calls)


@asynccontextmanager
async def notifier(url: str) -> AsyncIterator[Notifier]:
    store = open_store(url, clock=SystemClock())
    woken = asyncio.Event()
    connections = Connections(wake=woken.set, now=asyncio.get_running_loop().time)
    async with outgoing() as first, outgoing() as second:
        slacks = dict(zip(TEAMS, (first, second), strict=True))
        talks: dict[str, Any] = {
            team: SlackConversation(
                api=SlackApi(
                    kit.api.client,
                    BOT_USER,
                    BOT_ID,
                    pacing=NoPace(),
                    availability=SlackAvailability(connections, team),
                    history=HistoryLimit("auto", now=time.monotonic),
                ),
                upload_client=kit.upload_client,
                clock=SystemClock(),
                names=BotNames(),
                files=None,  # type: ignore[arg-type]
                prices=PRICES,
                people=NamesOfPeople(kit.api),
            )
            for team, kit in slacks.items()
        }
        accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
        step = ByTeam(
            {
                team: Announce(
                    store=store,
                    conversation=talk,
                    provider=Plans(),  # type: ignore[arg-type]
                    accounts=accounts,
                    place_in_line=PlaceInLine(store, NO_LIMIT),
                )
                for team, talk in talks.items()
            }
        )
        worker = a_worker(
            store, steps={TaskKind.ANNOUNCE: step}, jitter=0.5, woken=woken,
            connections=connections,
        )  # fmt: skip
        running = asyncio.create_task(worker.run())
        try:
            yield Notifier(store, worker, connections, slacks)
        finally:
            worker.stop()
            await running
            await store.close()


async def test_a_revoked_token_stops_its_own_workspace_only(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_errors, "DISCONNECTED_SECONDS", 3.0)
    with capture_logs() as lines:
        async with notifier(sqlite_url) as bot:
            bot.slacks["T1"].slack.core.token_error = "token_revoked"
            await bot.asks("T1", "A1")
            await eventually(bot.connections.ready, what="it is noticed")
            before = bot.calls("T1")
            await bot.asks("T1", *(f"A{n}" for n in range(2, 13)))
            await bot.asks("T2", *(f"B{n}" for n in range(1, 4)))

            await eventually(lambda: _announced(bot, "T2", 3), what="the other workspace goes on")
            assert await bot.announced("T1") == 0
            assert bot.calls("T1") - before <= 3, "the others do not knock"
            reason = await bot.connections.ready()
            assert reason is not None
            assert "T1" in reason
            assert "T2" not in reason

            bot.slacks["T1"].slack.core.token_error = None
            await eventually(lambda: _announced(bot, "T1", 12), what="its work goes on by itself")
            assert await bot.connections.ready() is None

    told = [(line["event"], line["team"]) for line in lines if line["event"].startswith("workspace_")]
    assert told == [("workspace_disconnected", "T1"), ("workspace_connected", "T1")]


async def _announced(bot: Notifier, team: str, count: int) -> bool:
    return await bot.announced(team) == count


async def test_what_another_process_left_waiting_is_due_when_the_token_is_good_again(
    store: SqlStore, clock: SetClock
) -> None:
    for team, error in (("T1", GONE), ("T1", "busy"), ("T2", GONE)):
        job_id = f"{team}{error[:4]}"

        def leave(tx: Transaction, team: str = team, job_id: str = job_id, error: str = error) -> None:
            tx.jobs.add(a_job(job_id, place=Place(team, "C1")))
            tx.tasks.add(TaskKind.UPDATE_STATUS, team_id=team, job_id=job_id)
            (task,) = tx.tasks.claim(TaskKind.UPDATE_STATUS, owner="it", limit=1, lease_seconds=60)
            tx.tasks.reschedule(task, delay=3600, attempts=1, error=error)

        await store.write(leave)
    clock.move(1)

    assert await store.write(lambda tx: tx.tasks.hurry("T1", GONE)) == 1

    due = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.UPDATE_STATUS, owner="me", limit=9, lease_seconds=9)
    )
    assert [task.job_id for task in due] == ["T1the "]


def test_after_a_rest_one_step_goes_first() -> None:
    now = [datetime(2026, 11, 22, tzinfo=UTC).timestamp()]
    connections = Connections(wake=lambda: None, now=lambda: now[0])
    connections.gone("T1", reason="token_revoked", after=60.0)

    assert connections.wait(TaskKind.DELIVER, "T1") == 60.0
    assert connections.wait(TaskKind.POLL, "T1") == 0.0, "what is paid is asked about all the same"
    assert connections.wait(TaskKind.DELIVER, "T2") == 0.0
    now[0] += 61

    assert connections.wait(TaskKind.DELIVER, "T1") == 0.0
    assert connections.wait(TaskKind.DELIVER, "T1") == TRIAL_SECONDS
    connections.works("T1")
    assert connections.wait(TaskKind.DELIVER, "T1") == 0.0
