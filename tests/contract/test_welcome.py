"""A welcome is said once ever, whatever is repeated, lost or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.errors import CannotPost, OutcomeUnknown
from bot.ports.greeter import Crowd, Greeting
from bot.ports.people import Card
from bot.services.outbox import SETTLE_IN_SECONDS
from bot.services.welcome import MOST_MEMBERS, Welcome
from storage.store import SqlStore
from tests.support.collaborators import a_worker
from tests.support.databases import SetClock

SMALL = Crowd(MOST_MEMBERS, is_general=False)
CHANNEL, INVITER = "C1", "U9"


class Slack:
    """What is posted, and to whom. ``answers`` are raised one by one in place of an answer."""

    def __init__(self, crowd: Crowd | Exception = SMALL) -> None:
        self.seen = crowd
        self.posted: list[str] = []
        self.errors: list[Exception] = []

    async def crowd(self, _channel_id: str) -> Crowd:
        if isinstance(self.seen, Exception):
            raise self.seen
        return self.seen

    async def greet(self, message: OutboxMessage, greeting: Greeting) -> Card:
        assert greeting.price == Money(40_000)
        error = self.errors.pop(0) if self.errors else None
        if error is None or isinstance(error, OutcomeUnknown):
            self.posted.append(message.to)
        if error is not None:
            raise error
        return message.to, "1.1"

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        return (message.to, "1.1") if message.to in self.posted else None


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock, slack: Slack) -> None:
        self.store, self.clock, self.slack = store, clock, slack
        notifier: Any = slack
        self.welcome = Welcome(
            store=store, greeter=slack, notifier=notifier, price=Money(40_000), wake=lambda: None
        )

    async def joined(self, inviter: str | None = INVITER) -> None:
        await self.welcome.joined("T1", CHANNEL, inviter)

    async def work(self) -> None:
        """Everything that is due, until nothing is."""
        for _ in range(6):
            await a_worker(self.store, {TaskKind.WELCOME: self.welcome}).run_once()
            self.clock.move(SETTLE_IN_SECONDS + 60)


@pytest.fixture
def bench(store: SqlStore, clock: SetClock) -> Callable[..., Bench]:
    return lambda *crowd: Bench(store, clock, Slack(*crowd))


async def test_a_channel_is_welcomed_once_ever(bench: Callable[..., Bench]) -> None:
    room = bench()

    for _ in range(3):
        await room.joined()
        await room.work()

    assert room.slack.posted == [CHANNEL]


@pytest.mark.parametrize(
    ("crowd", "inviter", "told"),
    [
        (SMALL, INVITER, [CHANNEL]),
        (SMALL, None, [CHANNEL]),
        (Crowd(MOST_MEMBERS + 1, is_general=False), INVITER, [INVITER]),
        (Crowd(3, is_general=True), INVITER, [INVITER]),
        (Crowd(3, is_general=True), None, []),
        (CannotPost("missing_scope"), INVITER, [INVITER]),
    ],
    ids=repr,
)
async def test_who_is_told(
    bench: Callable[..., Bench], crowd: Crowd | Exception, inviter: str | None, told: list[str]
) -> None:
    room = bench(crowd)

    await room.joined(inviter)
    await room.work()

    assert room.slack.posted == told


async def test_a_lost_answer_is_looked_for_also_when_the_channel_has_grown(
    bench: Callable[..., Bench],
) -> None:
    room = bench()
    room.slack.errors = [OutcomeUnknown("lost")]
    await room.joined()
    await a_worker(room.store, {TaskKind.WELCOME: room.welcome}).run_once()
    room.slack.seen = Crowd(5_000, is_general=False)

    await room.work()

    assert room.slack.posted == [CHANNEL]


async def test_a_channel_that_takes_no_posts_is_left_in_peace(bench: Callable[..., Bench]) -> None:
    room = bench()
    room.slack.errors = [CannotPost("restricted_action")]

    await room.joined()
    await room.work()
    await room.joined()
    await room.work()

    assert room.slack.posted == []
    assert await room.store.read(lambda tx: tx.tasks.parked()) == []


async def test_a_person_is_welcomed_once(bench: Callable[..., Bench]) -> None:
    room = bench()

    for _ in range(2):
        await room.welcome.came("T1", "U1")
        await room.work()

    assert room.slack.posted == ["U1"]
