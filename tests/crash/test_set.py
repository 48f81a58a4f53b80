"""kill -9 just before, and just after, every effect in the life of a set: one message, each order once."""

from typing import Any

import pytest

from tests.scenario.budget_kit import press
from tests.support.crash import Moment, die_and_rest
from tests.support.world import Json, World, eventually

EFFECTS: list[tuple[str, dict[str, Any]]] = [
    ("press", {"match": "interactive"}),
    ("root message", {"match": "chat.postMessage"}),
    ("first submit", {"side": "provider", "match": "submit", "expect": "unknown"}),
    ("second submit", {"side": "provider", "match": "submit", "skip": 1, "expect": "unknown"}),
    ("settlement", {"side": "commit", "match": "settle"}),
    ("second download", {"side": "provider", "match": "download", "skip": 1}),
    ("upload of the sheet", {"match": "upload"}),
    ("completion", {"match": "files.completeUploadExternal"}),
    ("verification", {"match": "files.info"}),
    ("an update", {"match": "chat.update", "expect": "either"}),  # a call may be under way beside it
]
MOMENTS = [Moment(effect, when, **more) for effect, more in EFFECTS for when in ("before", "after")]
ALWAYS = {"root message, after", "second submit, after", "completion, after"}


async def ask(world: World) -> None:
    await world.imagine("a {red,blue} fox --q low")
    await _draw(world)


async def _draw(world: World) -> None:
    await press(world, "U0ALICE", "C0DESIGN", "draft_run")


@pytest.mark.parametrize(
    "moment",
    [pytest.param(m, id=m.name, marks=() if m.name in ALWAYS else pytest.mark.slow) for m in MOMENTS],
)
async def test_a_set_is_neither_lost_nor_doubled(world: World, moment: Moment, record_property: Any) -> None:
    record_property("killed at", f"set: {moment.name}")

    async def there() -> list[Json]:
        """The person presses once more where the bot died before it took the press."""
        jobs = await world.jobs()
        if not jobs and moment.name == "press, before":
            await _draw(world)
        return jobs

    await die_and_rest(world, moment, ask, until=lambda: eventually(there, what="the set is taken"))

    jobs = await world.jobs()
    await world.audit()
    assert sorted(job["prompt"] for job in jobs) == ["a blue fox", "a red fox"]
    assert len({job["set_id"] for job in jobs}) == 1
    assert len(world.provider.tasks()) <= 2, "each order is paid once at most"
    messages = await world.slack.messages("C0DESIGN")
    (root,) = [m for m in messages if (m.get("metadata") or {}).get("event_payload", {}).get("job_id")]
    files = [file["name"] for m in messages if m.get("user") != "U0ALICE" for file in m.get("files", [])]
    assert len(files) == len(set(files)), "each file is posted once"
    ended = sorted(job["status"] for job in jobs)
    if moment.expect == "unknown" or (moment.expect == "either" and "unknown" in ended):
        assert ended == ["succeeded", "unknown"]
        assert "No answer from the image service" in str(root["blocks"]) or "1 of 2" in str(root["blocks"])
    else:
        assert ended == ["succeeded", "succeeded"]
        assert {job["delivery"] for job in jobs} == {"delivered"}
        assert len(files) == 3
        assert "2 drafts" in str(root["blocks"])
