"""kill -9 just before, and just after, a picture that somebody picked is posted: it is there once."""

from typing import Any

import pytest

from tests.support.crash import Moment, kill_at
from tests.support.world import Json, World, eventually

EFFECTS: list[tuple[str, dict[str, Any]]] = [
    ("press", {"match": "interactive"}),
    ("posting", {"match": "chat.postMessage", "skip": 1}),
]
MOMENTS = [Moment(effect, when, **more) for effect, more in EFFECTS for when in ("before", "after")]
ALWAYS = {"posting, after"}


async def ask(world: World) -> None:
    """Two drafts; then the first is picked."""
    await world.imagine("a red fox --q low --n 2")
    job = await world.job(delivery="delivered")
    await world.slack.action("U0ALICE", job["channel_id"], job["thread_ts"], "use_1")


@pytest.mark.parametrize(
    "moment",
    [pytest.param(m, id=m.name, marks=() if m.name in ALWAYS else pytest.mark.slow) for m in MOMENTS],
)
async def test_a_picked_picture_is_posted_once(world: World, moment: Moment, record_property: Any) -> None:
    record_property("killed at", f"use: {moment.name}")

    async def picked() -> list[Json]:
        (job,) = await world.jobs()
        return [m for m in await world.thread(job) if _is_picked(m)]

    async def pick() -> None:
        """Once more where the bot died before it took the press: the person saw that nothing came."""
        if moment.name == "press, before":
            (job,) = await world.jobs()
            await world.slack.action("U0ALICE", job["channel_id"], job["thread_ts"], "use_1")
        await eventually(picked, what="the picture is posted")

    rest = await kill_at(world, moment, ask, until=pick)

    for column, value in rest.row().items():
        record_property(column, value)
    assert len(await picked()) == 1
    assert (rest.status, rest.delivery, rest.roots) == ("succeeded", "delivered", 1)
    assert (rest.sent, rest.paid, rest.posts) == (1, 1, [1, 1])


def _is_picked(message: Json) -> bool:
    return ((message.get("metadata") or {}).get("event_payload") or {}).get("posting_id") is not None
