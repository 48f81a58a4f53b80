"""kill -9 just before, and just after, every effect in the life of a generate job."""

from typing import Any

import pytest

from tests.support.crash import Moment, kill_at
from tests.support.world import World

SLOW = {"duration_seconds": 1.5}
AT_ONCE = {"duration_seconds": 0.0}

EFFECTS: list[tuple[str, dict[str, Any]]] = [
    ("ack", {"match": "slash_commands"}),
    ("root message", {"match": "chat.postMessage"}),
    ("submit", {"side": "provider", "match": "submit", "expect": "unknown"}),
    ("poll, pending", {"side": "provider", "match": "poll", "options": SLOW}),
    ("poll, done", {"side": "provider", "match": "poll", "options": AT_ONCE}),
    ("settlement", {"side": "commit", "match": "settle"}),
    ("result download", {"side": "provider", "match": "download"}),
    ("second download", {"side": "provider", "match": "download", "skip": 1}),
    ("upload address of the sheet", {"match": "files.getUploadURLExternal"}),
    ("upload address", {"match": "files.getUploadURLExternal", "skip": 1}),
    ("upload of the sheet", {"match": "upload"}),
    ("upload", {"match": "upload", "skip": 1}),
    ("second upload", {"match": "upload", "skip": 2}),
    ("completion", {"match": "files.completeUploadExternal"}),
    ("verification", {"match": "files.info"}),
    ("final update", {"match": "chat.update"}),
]
MOMENTS = [Moment(effect, when, **more) for effect, more in EFFECTS for when in ("before", "after")]
ALWAYS = {
    "root message, before", "root message, after", "submit, before", "submit, after",
    "settlement, before", "completion, before", "completion, after",
}  # fmt: skip
"""Run every time; the others belong to ``make test-crash``."""


async def ask(world: World) -> None:
    await world.imagine("a red fox --q low --n 2")


@pytest.mark.parametrize(
    "moment",
    [pytest.param(m, id=m.name, marks=() if m.name in ALWAYS else pytest.mark.slow) for m in MOMENTS],
)
async def test_nothing_is_lost_or_doubled(world: World, moment: Moment, record_property: Any) -> None:
    record_property("killed at", moment.name)

    rest = await kill_at(world, moment, ask)

    for column, value in rest.row().items():
        record_property(column, value)
    if moment.name == "ack, before":
        assert (rest.status, rest.sent) == ("-", 0), "the person saw Slack's error; nothing was taken"
        return
    if moment.expect == "unknown":
        assert (rest.status, rest.sent, rest.posts) == ("unknown", 1, [])
    else:
        assert (rest.status, rest.delivery) == ("succeeded", "delivered")
        assert (rest.paid, rest.posts) == (1, [1, 1])
    assert rest.roots == 1


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 35))
async def test_at_every_commit(world: World, number: int, when: str, record_property: Any) -> None:
    moment = Moment(f"commit {number}", when, side="commit", match=str(number), options=AT_ONCE)
    record_property("killed at", moment.name)

    rest = await kill_at(world, moment, ask)

    for column, value in rest.row().items():
        record_property(column, value)
    if rest.status == "-":
        assert (number, when) == (1, "before"), "only an ask that was never committed may be missing"
        return
    assert rest.roots == 1
    if rest.status == "unknown":
        assert (rest.posts, rest.sent <= 1) == ([], True)
    else:
        assert (rest.status, rest.sent, rest.paid, rest.posts) == ("succeeded", 1, 1, [1, 1])
