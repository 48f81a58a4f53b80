"""Which reactions are handed on: a person's cross on one of our own messages, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.place import Place
from bot.errors import StoreUnavailable
from handlers.listeners.belonging import Belonging
from handlers.listeners.reactions import ReactionListener
from handlers.listeners.unhandled import Unhandled
from tests.support.collaborators import Members

ADDED: dict[str, Any] = {
    "type": "reaction_added",
    "user": "U0ALICE",
    "reaction": "x",
    "item_user": "U0IMAGINE",
    "item": {"type": "message", "channel": "C0DESIGN", "ts": "1.000001"},
}


class Context:
    team_id, bot_user_id, enterprise_id = "T1", "U0IMAGINE", None


async def heard(fails: bool = False, **changes: Any) -> tuple[list[Any], int]:
    """What was handed on of the event with ``changes``, and how often it was acknowledged."""
    calls: list[Any] = []
    acks: list[None] = []

    async def handle(place: Place, ts: str, user_id: str, reaction: str) -> None:
        if fails:
            raise StoreUnavailable("away")
        calls.append((place, ts, user_id, reaction))

    async def ack() -> None:
        acks.append(None)

    listener = ReactionListener(
        handle=handle, belonging=Belonging(Members()), unhandled=Unhandled(command="/imagine")
    )
    context: Any = Context()
    await listener.added(ack, {**ADDED, **changes}, context)  # type: ignore[arg-type]
    return calls, len(acks)


@pytest.mark.parametrize("reaction", ["x", "x::skin-tone-2"])
async def test_a_cross_on_our_message_is_handed_on(reaction: str) -> None:
    calls, acks = await heard(reaction=reaction)

    assert calls == [(Place("T1", "C0DESIGN"), "1.000001", "U0ALICE", "x")]
    assert acks == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"reaction": "tada"},
        {"reaction": "star"},
        {"item_user": "U0BOB"},
        {"user": "U0IMAGINE"},
        {"user": None},
        {"item": {"type": "file", "file": "F1"}},
        {"item": None},
        {"team": "T0OTHER"},
    ],
    ids=repr,
)
async def test_any_other_is_acknowledged_and_no_more(changes: dict[str, Any]) -> None:
    assert await heard(**changes) == ([], 1)


async def test_one_that_could_not_be_taken_is_not_acknowledged() -> None:
    with pytest.raises(StoreUnavailable):
        await heard(fails=True)
