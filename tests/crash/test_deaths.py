"""A picture that takes the process down with it is given up after three deaths, and nobody pays for it."""

from sandbox.faults import Fault
from tests.scenario.edit_kit import ALICE, DESIGN, edited, photo, reachable_bot, whispers
from tests.support.world import World, eventually


async def _asks_for_the_file(world: World, after: int) -> bool:
    return len(await world.slack.calls("files.info")) > after


async def test_after_three_deaths_the_asker_is_told_and_others_go_on(world: World) -> None:
    """Each process dies while it looks at the picture."""
    await reachable_bot(world)
    await world.slack.fault(Fault("files.info", "delay", count=-1, seconds=3.0))
    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo()])
    for deaths in range(3):
        await eventually(lambda deaths=deaths: _asks_for_the_file(world, deaths), what="it looks once more")
        await world.bots[-1].kill()
        if deaths == 2:
            await world.slack.clear_faults()
        await reachable_bot(world)

    await whispers(world, ALICE, "too much to work with", "nothing was charged")
    job = await world.job(status="failed")
    assert job["error"]["code"] == "process_died"
    assert (job["cost_micros"], world.provider.tasks()) == (0, [])
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])

    await world.slack.message(ALICE, DESIGN, "@imagine make it green --q low", files=[photo()])
    await edited(world, prompt="make it green")
