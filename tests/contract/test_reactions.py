"""What the bot puts on a message it takes off again, and nothing else: a crash or a refusal changes nothing
of it; on both engines."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage
from bot.ports import MessageReaction
from bot.services.reactions import show_reaction
from storage.store import SqlStore

SEEN, DONE, FAILED, NONE = (
    MessageReaction.SEEN,
    MessageReaction.DONE,
    MessageReaction.FAILED,
    MessageReaction.NONE,
)
ASKED = IncomingMessage(Place("T1", "C1", "1.0"), "2.0", "U1", "a fox", is_mention=True, is_direct=False)


class Slack:
    """The message as people see it; ``deaf`` takes nothing, ``dead`` ends the process after the call."""

    def __init__(self) -> None:
        self.shown: set[MessageReaction] = set()
        self.taken_off: list[MessageReaction] = []
        self.deaf = False
        self.dead = False

    async def react(
        self, _place: Place, _ts: str, reaction: MessageReaction, *, instead_of: Collection[MessageReaction]
    ) -> frozenset[MessageReaction]:
        if self.deaf:
            return frozenset(instead_of)
        for earlier in instead_of:
            self.taken_off.append(earlier)
            self.shown.remove(earlier)
        self.shown |= {reaction} - {NONE}
        if self.dead:
            raise ConnectionError("killed")
        return frozenset({reaction} - {NONE})


class Room:
    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.slack: Any = Slack()

    async def show(self, *reactions: MessageReaction) -> None:
        for reaction in reactions:
            await show_reaction(self.store, self.slack, ASKED.place, ASKED.ts, reaction)

    async def kept(self) -> frozenset[MessageReaction]:
        return await self.store.read(lambda tx: tx.inbox.reactions(ASKED.key))


@pytest.fixture
async def room(store: SqlStore) -> Room:
    await store.write(lambda tx: tx.inbox.receive(ASKED))
    return Room(store)


async def test_only_what_was_added_is_taken_off(room: Room) -> None:
    await room.show(DONE)
    assert room.slack.taken_off == []

    await room.show(SEEN, SEEN, FAILED, DONE, NONE, NONE)
    assert room.slack.taken_off == [DONE, SEEN, FAILED, DONE]
    assert room.slack.shown == set()
    assert await room.kept() == frozenset()


async def test_a_refused_reaction_is_not_taken_off_and_one_that_stayed_is_tried_again(room: Room) -> None:
    room.slack.deaf = True
    await room.show(SEEN)
    assert await room.kept() == frozenset()

    room.slack.deaf = False
    await room.show(SEEN)
    room.slack.deaf = True
    await room.show(DONE)
    room.slack.deaf = False
    await room.show(DONE)
    assert room.slack.taken_off == [SEEN]
    assert room.slack.shown == {DONE}


async def test_what_was_added_just_before_a_crash_is_known_after_it(room: Room) -> None:
    room.slack.dead = True
    with pytest.raises(ConnectionError):
        await room.show(SEEN)
    room.slack.dead = False

    await room.show(DONE)
    assert room.slack.shown == {DONE}


async def test_a_message_that_nobody_recorded_is_no_error(store: SqlStore) -> None:
    room = Room(store)
    await room.show(SEEN, DONE)

    assert room.slack.taken_off == []


async def test_a_merged_delivery_changes_no_reaction(room: Room) -> None:
    await room.show(SEEN)
    await room.store.write(lambda tx: tx.inbox.receive(ASKED))

    assert await room.kept() == {SEEN}


async def test_the_messages_of_a_thread_come_oldest_first(store: SqlStore) -> None:
    for ts, thread in (("10.0", "1.0"), ("9.0", "1.0"), ("11.0", None), ("12.0", "2.0")):
        message = IncomingMessage(Place("T1", "C1", thread), ts, "U1", "a", is_mention=True, is_direct=False)
        await store.write(lambda tx, told=message: tx.inbox.receive(told))

    def found(tx: Any, thread: str | None) -> list[str]:
        return [message.ts for message in tx.inbox.in_thread(Place("T1", "C1", thread))]

    assert await store.read(lambda tx: found(tx, "1.0")) == ["9.0", "10.0"]
    assert await store.read(lambda tx: found(tx, None)) == []
