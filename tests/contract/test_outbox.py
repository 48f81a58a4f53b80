"""A letter whose answers are lost again and again is there once; on both engines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.jobs.task import TaskKind
from bot.errors import OutcomeUnknown, TryLater
from bot.ports.people import Card
from bot.services.lease import Leased
from bot.services.outbox import SETTLE_IN_SECONDS, Outbox
from storage.store import SqlStore
from tests.support.databases import SetClock

LETTER = OutboxMessage("T1", "UBOSS", "d1")


class Notifier:
    """Where a post can be found only a while after it was made; ``fates``: whether a post whose answer is
    lost was made."""

    def __init__(self, clock: SetClock, fates: list[bool]) -> None:
        self.clock, self.fates = clock, fates
        self.posted: list[datetime] = []
        self.looks = 0

    async def post(self, _message: OutboxMessage) -> Card:
        made = self.fates.pop(0)
        if made:
            self.posted.append(self.clock.now())
        raise OutcomeUnknown("http_503")

    async def find(self, _message: OutboxMessage, *, since: datetime) -> Card | None:
        self.looks += 1
        now = self.clock.now()
        found = [at for at in self.posted if since <= at and (now - at).total_seconds() >= SETTLE_IN_SECONDS]
        return ("D1", "1.1") if found else None


async def test_a_second_lost_answer_is_waited_for_as_the_first(store: SqlStore, clock: SetClock) -> None:
    notifier: Any = Notifier(clock, [False, True])
    await store.write(
        lambda tx: tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id="T1", job_id="", subject="d1")
    )
    (task,) = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.APPROVAL_REQUEST, owner="t", limit=1, lease_seconds=600)
    )
    outbox, lease = Outbox(notifier), Leased(store, task)

    async def send() -> Card:
        return await outbox.send(lease, LETTER, notifier.post)

    with pytest.raises(OutcomeUnknown):
        await send()
    clock.move(SETTLE_IN_SECONDS + 1)
    with pytest.raises(OutcomeUnknown):
        await send()
    clock.move(1)
    with pytest.raises(TryLater) as later:
        await send()
    assert later.value.after == SETTLE_IN_SECONDS - 1
    assert notifier.looks == 1, "too early to look a second time"
    clock.move(SETTLE_IN_SECONDS)

    assert await send() == ("D1", "1.1")
    assert len(notifier.posted) == 1
