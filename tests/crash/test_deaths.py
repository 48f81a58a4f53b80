"""A picture that takes the process down with it is given up after three deaths, and nobody pays for it."""

from sandbox.faults import Fault
from tests.scenario.edit_kit import ALICE, DESIGN, edited, photo, reachable_bot, whispers
from tests.support.world import World, eventually


async def test_after_three_deaths_the_asker_is_told_and_others_go_on(world: World) -> None:
    await reachable_bot(world)
    for number in range(3):
        bot = world.bots[-1]
        await world.slack.fault(Fault("files.info", "kill_before", count=-1, pid=bot.pid))
        if number == 0:
            asked = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo()])
        assert bot.process is not None
        assert await bot.process.wait() == -9
        await world.slack.clear_faults()
        await reachable_bot(world)
        if number < 2:
            continue
    await world.slack.settle()

    await whispers(world, ALICE, "made me stop three times", "not charged", "smaller")
    job = await world.job(status="failed")
    assert job["error"]["code"] == "process_died"
    assert (job["cost_micros"], world.provider.tasks()) == (0, [])
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])

    await world.slack.message(ALICE, DESIGN, "@imagine make it green --q low", files=[photo()])
    await edited(world, prompt="make it green")
    assert asked["ts"]
    await eventually(lambda: _alive(world))


async def _alive(world: World) -> bool:
    return world.bots[-1].is_running
