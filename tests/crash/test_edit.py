"""kill -9 just before, and just after, every effect in the life of an edit job."""

from typing import Any

import pytest

from tests.scenario.edit_kit import photo
from tests.support.crash import Moment, Rest, kill_at
from tests.support.world import World, eventually

EFFECTS: list[tuple[str, dict[str, Any]]] = [
    ("event, first of the message", {"match": "events_api"}),
    ("event, second of the message", {"match": "events_api", "skip": 1}),
    ("source facts", {"match": "files.info"}),
    ("source download", {"match": "download"}),
    ("publish", {"side": "commit", "match": "publish"}),
    ("status message", {"match": "chat.postMessage"}),
    ("reaction, seen", {"match": "reactions.add"}),
    ("submit", {"side": "provider", "match": "submit", "expect": "unknown"}),
    ("poll", {"side": "provider", "match": "poll"}),
    ("settlement", {"side": "commit", "match": "settle"}),
    ("result download", {"side": "provider", "match": "download"}),
    ("upload address", {"match": "files.getUploadURLExternal"}),
    ("upload", {"match": "upload"}),
    ("completion", {"match": "files.completeUploadExternal"}),
    ("verification", {"match": "files.info", "skip": 1}),
    ("deletion of the working message", {"match": "chat.delete"}),
    ("reaction, done", {"match": "reactions.add", "skip": 1}),
]
MOMENTS = [Moment(effect, when, **more) for effect, more in EFFECTS for when in ("before", "after")]
ALWAYS = {"publish, before", "status message, after"}


async def ask(world: World) -> None:
    """With a picture; Slack sends it as two events, and again when they are not acknowledged."""
    await world.slack.options(speed=30.0)
    await world.slack.message("U0ALICE", "C0DESIGN", "@imagine make it night --q low", files=[photo()])


@pytest.mark.parametrize(
    "moment",
    [pytest.param(m, id=m.name, marks=() if m.name in ALWAYS else pytest.mark.slow) for m in MOMENTS],
)
async def test_nothing_is_lost_or_doubled(world: World, moment: Moment, record_property: Any) -> None:
    rest = await _kill(world, moment, record_property)

    if moment.expect == "unknown":
        assert (rest.status, rest.sent, rest.posts) == ("unknown", 1, [])
    else:
        assert (rest.status, rest.delivery) == ("succeeded", "delivered")
        assert (rest.sent, rest.paid, rest.posts) == (1, 1, [1])
    assert rest.roots == _left(moment, rest)


def _left(moment: Moment, rest: Rest) -> int:
    """How many working messages stay: the result stands in a message of its own, if that was shared as it was
    meant to be. The call that shares is repeated without buttons, and then the working message keeps them."""
    return int(rest.status == "unknown" or moment.name == "completion, before")


COMMITS = range(1, 41)
SAMPLE = {(9, "after")}


@pytest.mark.parametrize(
    ("number", "when"),
    [
        pytest.param(n, when, marks=() if (n, when) in SAMPLE else pytest.mark.slow)
        for n in COMMITS
        for when in ("before", "after")
    ],
)
async def test_at_every_commit(world: World, number: int, when: str, record_property: Any) -> None:
    moment = Moment(
        f"commit {number}", when, side="commit", match=str(number), options={"duration_seconds": 0.0}
    )

    rest = await _kill(world, moment, record_property)

    assert rest.roots <= 1
    if rest.status == "unknown":
        assert (rest.posts, rest.sent <= 1, rest.roots) == ([], True, 1)
    else:
        assert (rest.status, rest.sent, rest.paid, rest.posts) == ("succeeded", 1, 1, [1])


async def _kill(world: World, moment: Moment, record_property: Any) -> Rest:
    record_property("killed at", f"edit: {moment.name}")
    host = f"127.0.0.1:{world.env['IMAGINE_PORT']}"
    world.env["IMAGINE_PUBLIC_URL"] = f"http://{host}"
    world.env["IMAGINE_TRUSTED_HOSTS"] += f",{host}"

    async def asked_and_heard() -> bool:
        return bool(await world.jobs())

    rest = await kill_at(world, moment, ask, until=lambda: eventually(asked_and_heard))
    for column, value in rest.row().items():
        record_property(column, value)
    return rest
