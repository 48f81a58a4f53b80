"""An edit while our own server cannot be reached from outside: ordered again by itself, paid for once."""

import json

import pytest

from tests.scenario.budget_kit import all_of
from tests.scenario.edit_kit import ALICE, DESIGN, edited, normal, photo, picture, sources, whispers
from tests.support.crash import at_rest
from tests.support.gate import gate
from tests.support.world import World, eventually


async def _bot_behind(world: World, address: str, **env: str) -> None:
    trusted = f"{world.env['IMAGINE_TRUSTED_HOSTS']},{address.removeprefix('http://')}"
    await world.start_bot(IMAGINE_PUBLIC_URL=address, IMAGINE_TRUSTED_HOSTS=trusted, **env)


@pytest.mark.parametrize("closed", [1, 2])
async def test_a_server_that_was_away_is_asked_again(world: World, closed: int) -> None:
    async with gate(f"http://127.0.0.1:{world.env['IMAGINE_PORT']}", closed=closed) as address:
        await _bot_behind(world, address)
        data = picture()

        await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo(data=data)])

        job = await edited(world)
        await at_rest(world)
    assert [task["status"] for task in world.provider.tasks()] == ["failed"] * closed + ["done"]
    assert sources(world)[0]["sha256"] == normal(data)
    assert len(await world.results(job)) == 2
    assert await world.scope("workspace") == (0, job["cost_micros"])


SOONER = {
    "bot.services.pipeline.order_again.PAUSES_SECONDS": (10.0, 10.0),
    "bot.services.pipeline.announce.REPORT_SECONDS": 0.5,
    "bot.services.delivery.status_message.REPORT_SECONDS": 0.5,
}
"""The pauses are half as long with this floor."""


@pytest.mark.parametrize("how", ["command", "deletion"])
async def test_while_it_waits_it_says_so_and_can_be_called_off(world: World, how: str) -> None:
    async with gate("http://127.0.0.1:1", closed=1000) as address:
        await _bot_behind(world, address, IMAGINE_POLL_FLOOR_SECONDS="1", BOT_PATCH=json.dumps(SOONER))
        asked = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo()])

        async def is_said() -> bool:
            thread = [m for m in await world.slack.messages(DESIGN) if m.get("thread_ts") == asked["ts"]]
            return "Trying again by itself within two minutes" in all_of(thread)

        await eventually(is_said, what="the status message says that it is tried again")
        orders = len(world.provider.tasks())
        if how == "command":
            waiting = await world.job(kind="edit", status="running")
            said = all_of((await world.imagine(f"cancel {waiting['id']}"))["ack"])
            assert "Cancelled. Nothing was charged." in said
        else:
            await world.slack.delete_message(ALICE, DESIGN, asked["ts"])

        job = await world.job(kind="edit", status="cancelled")
        await at_rest(world)
    assert job["cost_micros"] == 0
    assert len(world.provider.tasks()) == orders < 3
    assert await world.scope("workspace") == (0, 0)


async def test_a_server_that_stays_away_is_told_and_free(world: World) -> None:
    async with gate("http://127.0.0.1:1", closed=1000) as address:
        await _bot_behind(world, address)

        await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo()])

        job = await world.job(kind="edit", status="failed")
        await at_rest(world)
    assert len(world.provider.tasks()) == 3
    await whispers(world, ALICE, "could not fetch the picture to change")
    assert not any(message["bot_id"] for message in await world.thread(job)), "nobody's trouble is public"
    assert await world.scope("workspace") == (0, 0)
