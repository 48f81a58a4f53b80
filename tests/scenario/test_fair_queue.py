"""One heavy and some light people through the real bot, on one process and on two: places go round."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.scenario.loop_kit import shown_text
from tests.support.ports import free_port
from tests.support.world import World, eventually

LIGHT = [f"U0LIGHT{number}" for number in range(4)]
HEAVY_JOBS = 9


@pytest.mark.parametrize("replicas", [1, pytest.param(2, marks=pytest.mark.postgres)])
@pytest.mark.timeout(400)
async def test_nobody_waits_for_more_than_one_job_of_each_other(
    world: World, replicas: int, request: pytest.FixtureRequest
) -> None:
    """T20: while places are short, before one's first job starts each other person starts one at most."""
    if replicas > 1:
        world.env["IMAGINE_DATABASE_URL"] = request.getfixturevalue("empty_postgres_url")
        world.env["IMAGINE_SECRET_KEY"] = "a secret that all replicas share"
    world.provider.set_options(duration_seconds=600.0)  # nothing ends before everybody has asked
    for number, user in enumerate(LIGHT):
        await world.slack.add_user(user, f"light{number}", channels=["C0GENERAL"])
    env = {"IMAGINE_USER_IN_FLIGHT": "2", "IMAGINE_WORKSPACE_IN_FLIGHT": "3"}
    for number in range(replicas):
        await world.start_bot(f"bot{number}", **env, IMAGINE_PORT=str(free_port()))
    for number in range(HEAVY_JOBS):
        await world.imagine(f"heavy {number} --q low", user="U0ALICE")

    async def two_run() -> bool:
        return len(world.provider.tasks()) >= 2

    await eventually(two_run, what="the heavy person's first two")
    before = len(world.provider.tasks())
    for user in LIGHT:
        await world.imagine(f"light {user} --q low", user=user, channel="im")
    world.provider.set_options(duration_seconds=1.0)
    world.provider.advance(600)

    async def all_done() -> bool:
        jobs = await world.jobs()
        return len(jobs) == HEAVY_JOBS + len(LIGHT) and all(job["status"] == "succeeded" for job in jobs)

    await eventually(all_done, within=120, every=0.5, what="everything is drawn")
    tasks = sorted(world.provider.gateway.book.tasks.values(), key=lambda task: task.submitted_at)
    order = [task.order.prompt for task in tasks]
    for user in LIGHT:
        waited = order[before : order.index(f"light {user}")]
        assert sum(prompt.startswith("heavy") for prompt in waited) <= 1, order
    heavy = [task for task in tasks if task.order.prompt.startswith("heavy")]
    for task in heavy:
        beside = [one for one in heavy if one.submitted_at <= task.submitted_at < one.due_at]
        assert len(beside) <= 2, "no more of one person at once than allowed"
    await world.audit()


async def test_a_channels_places_and_minute(world: World) -> None:
    world.provider.set_options(duration_seconds=2.0)
    await world.start_bot(IMAGINE_CHANNEL_IN_FLIGHT="1", IMAGINE_CHANNEL_PER_MINUTE="3")
    for user in ("U0ALICE", "U0BOB", "U0CAROL"):
        await world.imagine("a fox --q low", user=user)

    refused = await world.imagine("one more fox --q low", user="U0BOB")

    told = re.search(r"Try again in (\d+) s", refused["ack"]["text"])
    assert told is not None
    assert 0 < int(told[1]) <= 20, "three a minute, and some time has passed since"
    assert '"channel_id": "C0DESIGN"' in str(refused["ack"]["blocks"]).replace("'", '"')

    async def all_done() -> bool:
        return [job["status"] for job in await world.jobs()] == ["succeeded"] * 3

    await eventually(all_done, within=60, every=0.2, what="all three, one after the other")
    tasks = sorted(world.provider.gateway.book.tasks.values(), key=lambda task: task.submitted_at)
    assert all(earlier.due_at <= later.submitted_at for earlier, later in itertools.pairwise(tasks))


async def test_the_place_in_line_counts_only_who_really_begins_before(world: World) -> None:
    world.provider.set_options(duration_seconds=600.0)
    await world.start_bot(IMAGINE_WORKSPACE_IN_FLIGHT="1")
    await world.imagine("heavy 0 --q low")
    await world.job(status="running")
    for number in range(1, 4):
        await world.imagine(f"heavy {number} --q low")
    await world.imagine("light --q low", user="U0BOB")

    async def told() -> str | None:
        messages = await world.slack.messages("C0DESIGN")
        return next((shown_text(m) for m in messages if m["bot_id"] and "light" in m["text"]), None)

    async def last() -> bool:
        messages = await world.slack.messages("C0DESIGN")
        return any("heavy 3" in m["text"] and "4th in line" in shown_text(m) for m in messages)

    assert "Starting" in str(await eventually(told, what="the light person's message")), "never served: next"
    await eventually(last, what="two of their own and the light one are before the last heavy one")
