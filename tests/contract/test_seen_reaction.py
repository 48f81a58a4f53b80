"""The mark of a message that was seen, when no job comes of it: it goes, whoever or whatever ends the ask; on
both engines."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.domain.budget.limits import Limits
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import BudgetExceeded, Unconfirmed
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.ports import MessageReaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.pipeline.notify_asker import NotifyAsker
from bot.services.requests.admission import CONFIRM_FOR, Terms
from bot.services.requests.approval_requests import ApprovalRequests
from bot.services.requests.approvals import Approvals, Verdict
from bot.services.requests.confirm import Confirm
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import dollars
from tests.support.collaborators import Members, TrustedClock, a_worker
from tests.support.databases import SetClock

FOX = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.HIGH, Format.PNG, 2)
PLACE = Place("T1", "C1", "2.0")
HOUR = CONFIRM_FOR.total_seconds()
_IDS = itertools.count()


class Talk:
    """Notes the moods that people saw, and lets every other word through unheard."""

    def __init__(self) -> None:
        self.moods: list[tuple[Place, str, MessageReaction]] = []

    async def react(self, place: Place, ts: str, mood: MessageReaction, *, instead_of: Any) -> Any:
        self.moods.append((place, ts, mood))
        return frozenset({mood} - {MessageReaction.NONE})

    async def approval_request(self, *_what: Any, **_how: Any) -> tuple[str, str]:
        return "C9", "9.0"

    async def update_approval_request(self, *_what: Any, **_how: Any) -> None: ...

    async def decided(self, *_what: Any) -> None: ...


class Room:
    def __init__(self, store: SqlStore, *, user: str = "10") -> None:
        self.store = store
        self.talk: Any = Talk()
        accounts = Accounts(Limits(workspace=dollars("50"), user=dollars(user)), TrustedClock())
        self.start_job = StartJob(
            store=store,
            prices=PriceTable.load(),
            accounts=accounts,
            new_id=lambda: f"id{next(_IDS):08}",
            new_source_id=lambda: f"source{next(_IDS)}",
            wake=lambda: None,
            terms=Terms(confirm_above=dollars("0.01")),
            people=Members(),
        )
        admins = Admins(named=["UADMIN"], people=Members())
        self.decide = Confirm(store=store, start_job=self.start_job, wake=lambda: None)
        self.approvals = Approvals(
            store=store,
            start_job=self.start_job,
            accounts=accounts,
            admins=admins,
            wake=lambda: None,
            self_approval=False,
        )
        self.worker = a_worker(
            store,
            steps={
                TaskKind.NOTIFY_ASKER: NotifyAsker(store=store, conversation=self.talk),
                TaskKind.APPROVAL_REQUEST: ApprovalRequests(store=store, notifier=self.talk, admins=admins),
            },
        )

    async def ask(self, *, ask_ts: str | None = "2.0") -> str:
        """An ask that waits for its asker's word, or for an admin's."""
        with pytest.raises((Unconfirmed, BudgetExceeded)) as waiting:
            await self.start_job(Ask(f"T1:C1:{next(_IDS)}", PLACE, "U1", FOX, ask_ts=ask_ts))
        found = waiting.value
        return found.refusal.pending.ref if isinstance(found, Unconfirmed) else str(found.refusal.ref)

    async def tend(self) -> list[MessageReaction]:
        """Run what is due; the moods that were shown since."""
        for _ in range(3):
            await self.worker.run_once()
        moods = [mood for place, ts, mood in self.talk.moods if (place, ts) == (PLACE, "2.0")]
        assert len(moods) == len(self.talk.moods)
        self.talk.moods.clear()
        return moods


async def test_cancelling_takes_the_mark_away_once(store: SqlStore) -> None:
    room = Room(store)
    ref = await room.ask()
    assert await room.tend() == []

    await room.decide.cancel("T1", ref, "U1")
    await room.decide.cancel("T1", ref, "U1")

    assert await room.tend() == [MessageReaction.NONE]
    assert await room.tend() == []


async def test_an_ask_that_nobody_answers_loses_its_mark_when_its_time_is_over(
    store: SqlStore, clock: SetClock
) -> None:
    room = Room(store)
    await room.ask()

    clock.move(HOUR - 1)
    assert await room.tend() == []
    clock.move(1)
    assert await room.tend() == [MessageReaction.NONE]
    clock.move(HOUR)
    assert await room.tend() == []


async def test_an_ask_that_came_again_keeps_its_mark_for_the_longer_time(
    store: SqlStore, clock: SetClock
) -> None:
    room = Room(store)
    ref = await room.ask()
    clock.move(HOUR / 2)
    pending = await store.read(lambda tx: tx.pending_requests.get(ref))
    assert pending is not None
    with pytest.raises(Unconfirmed):
        await room.start_job(pending.ask)

    clock.move(HOUR / 2)
    assert await room.tend() == []
    clock.move(HOUR / 2)
    assert await room.tend() == [MessageReaction.NONE]


async def test_a_job_takes_the_mark_by_itself(store: SqlStore, clock: SetClock) -> None:
    room = Room(store)
    await room.decide.run("T1", await room.ask(), "U1")

    clock.move(HOUR)

    assert await room.tend() == []


async def test_denied_and_lapsed_requests_lose_their_marks(store: SqlStore, clock: SetClock) -> None:
    room = Room(store, user="0.10")
    denied, lapsed = await room.ask(), await room.ask()
    for ref in (denied, lapsed):
        await room.decide.ask_for_approval("T1", ref, "U1")
    assert await room.tend() == []

    await room.approvals("T1", denied, "UADMIN", Verdict.DENY)
    assert await room.tend() == [MessageReaction.NONE]
    clock.move(24 * HOUR)
    assert await room.tend() == [MessageReaction.NONE]

    pending = await store.read(lambda tx: tx.pending_requests.get(lapsed))
    assert pending is not None
    assert pending.state is PendingState.EXPIRED


async def test_an_approved_request_keeps_its_mark_for_its_job(store: SqlStore) -> None:
    room = Room(store, user="0.10")
    ref = await room.ask()
    await room.decide.ask_for_approval("T1", ref, "U1")

    await room.approvals("T1", ref, "UADMIN", Verdict.ONCE)

    assert await room.tend() == []


async def test_what_no_message_asked_for_has_no_mark(store: SqlStore, clock: SetClock) -> None:
    room = Room(store)
    await room.decide.cancel("T1", await room.ask(ask_ts=None), "U1")
    await room.ask(ask_ts=None)

    clock.move(HOUR)

    assert await room.tend() == []
