"""What is wrong ends a command at once: a sentence, the right exit code, no stack trace, no secret."""

import asyncio
import contextlib
import json
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest

from storage.migrate import migrate
from tests.support.ports import free_port
from tests.support.processes import start_anew
from tests.support.world import BotProcess, World, eventually

pytestmark = pytest.mark.own_world

NOBODY = "http://127.0.0.1:1/"
"""Nothing listens there: a Slack that is away."""


def sentence_of(ended: tuple[int, str, str], *, code: int) -> str:
    """The one sentence on standard error."""
    assert ended[0] == code, ended
    assert "Traceback" not in ended[1] + ended[2]
    (sentence,) = ended[2].splitlines()
    return sentence


async def test_a_port_that_is_taken_ends_the_start_though_slack_is_away(world: World) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        taken = str(server.getsockname()[1])
        ended = await world.cli("run", begin=start_anew, IMAGINE_PORT=taken, IMAGINE_SLACK_API_URL=NOBODY)

    assert f"IMAGINE_PORT: {taken} is taken" in sentence_of(ended, code=2)
    assert "started" not in ended[1]


async def test_of_several_that_start_on_one_port_in_the_same_moment_one_goes_on(world: World) -> None:
    """Each of the others says so and ends; none has begun to work."""

    async def start(number: int) -> BotProcess:
        env = world.env | {"IMAGINE_DATABASE_URL": f"sqlite:///{world.folder / f'{number}.db'}"}
        bot = BotProcess(env, world.folder / f"{number}.log")
        world.bots.append(bot)
        await bot.start()
        return bot

    bots = await asyncio.gather(*map(start, range(6)))

    async def one_is_left() -> bool:
        return sum(bot.is_running for bot in bots) == 1 and await _answers(world)

    await eventually(one_is_left)
    for bot in bots:
        if not bot.is_running:
            assert bot.process is not None
            assert bot.process.returncode == 2
            (sentence,) = bot.log().splitlines()
            assert f"IMAGINE_PORT: {world.env['IMAGINE_PORT']} is taken" in sentence


async def _answers(world: World) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (
            await world.http.get(f"http://127.0.0.1:{world.env['IMAGINE_PORT']}/readyz")
        ).status_code == 200
    return False


async def test_while_slack_is_waited_for_everything_is_503_and_health_says_why(world: World) -> None:
    bot = BotProcess({**world.env, "IMAGINE_SLACK_API_URL": NOBODY}, world.folder / "waits.log")
    world.bots.append(bot)
    await bot.start()

    async def is_starting() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return await world.readiness(bot) == (503, {"web": "the bot is starting"})
        return False

    await eventually(is_starting)
    ended = await world.cli("health", begin=start_anew)
    assert sentence_of(ended, code=1) == "The bot is not ready: web: the bot is starting."
    assert await bot.stop() == 0


async def test_every_wrong_setting_is_said_at_once_by_run_and_by_doctor(world: World) -> None:
    wrong = {
        "IMAROUTER_BASE_URL": "https://api.example.com?key=hunter2",
        "IMAROUTER_API_KEY": "  ",
        "IMAGINE_DATABASE_URL": "mysql://bot:hunter2@db/imagine",
        "IMAGINE_SLACK_API_URL": NOBODY,
    }
    ran, seen = await asyncio.gather(world.cli("run", **wrong), world.cli("doctor", "--json", **wrong))

    assert (ran[0], ran[1]) == (2, "")
    said = ran[2].splitlines()
    names = ("IMAROUTER_BASE_URL", "IMAGINE_DATABASE_URL", "IMAROUTER_API_KEY")
    (finding,) = json.loads(seen[1])
    assert (seen[0], seen[2], finding["check"], finding["status"]) == (1, "", "settings", "error")
    for name, sentence in zip(names, said, strict=True):
        assert sentence.startswith(name)
        assert sentence in finding["message"]
    assert "hunter2" not in ran[2] + seen[1]


async def test_a_secret_key_that_can_be_guessed_ends_the_start(world: World) -> None:
    ended = await world.cli("run", begin=start_anew, IMAGINE_SECRET_KEY="hunter2" * 4)

    sentence = sentence_of(ended, code=2)
    assert sentence.startswith("IMAGINE_SECRET_KEY: it must have at least 32 characters")
    assert "hunter2" not in sentence


async def test_doctor_knows_a_dialect_that_is_not_served(world: World) -> None:
    world.provider.gateway.change({"dialects": ["jobs"]})

    code, out, _ = await world.cli("doctor", "--json", IMAROUTER_API="images")

    findings = {finding["check"]: finding for finding in json.loads(out)}
    assert (code, findings["provider"]["status"]) == (1, "error")
    assert "IMAROUTER_API=images" in findings["provider"]["message"]
    assert findings["manifest"]["status"] in {"ok", "warning"}


async def test_a_database_of_a_newer_version_ends_the_start(world: World) -> None:
    await migrate(world.env["IMAGINE_DATABASE_URL"])
    path = Path(world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()

    ended = await world.cli("run", begin=start_anew)
    assert "of another version of this bot" in sentence_of(ended, code=1)
