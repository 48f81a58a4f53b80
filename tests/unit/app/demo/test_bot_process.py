"""The demo's child process: its log, its end, and that it can be ended and started at any time."""

from app.demo.bot_process import BotProcess
from tests.support.processes import clean_environment
from tests.support.world import eventually


async def _ended(bot: BotProcess) -> bool:
    return bot.returncode is not None


async def test_a_bot_that_cannot_start_says_why_and_can_be_started_again() -> None:
    changes: list[str] = []
    bot = BotProcess(clean_environment(), changed=lambda: changes.append("changed"))

    await bot.start()
    await eventually(lambda: _ended(bot), what="the bot has refused to run without settings")
    await bot.stop()

    assert bot.state() == {"running": False, "pid": None, "exit_code": 2, "starts": 1}
    assert any("SLACK_BOT_TOKEN" in line for line in bot.log())
    assert bot.log()[-1] == "(the bot has ended with exit code 2)"
    await bot.start()
    await bot.kill()
    assert bot.state()["starts"] == 2
    assert len(changes) == 4


async def test_nothing_is_ended_before_the_first_start() -> None:
    bot = BotProcess({}, changed=lambda: None)

    await bot.stop()
    await bot.kill()

    assert bot.state() == {"running": False, "pid": None, "exit_code": None, "starts": 0}
