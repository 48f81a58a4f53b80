"""What the log says, in either style, whatever goes wrong: whose a line is, and no secret."""

import asyncio
import json
from urllib.parse import quote

import pytest

from sandbox.faults import Fault
from tests.support.world import World, eventually

pytestmark = pytest.mark.own_world

CANARIES = {
    "SLACK_BOT_TOKEN": "xoxb-1-canary/bot+token=",
    "SLACK_APP_TOKEN": "xapp-1-canary-of-the-app",
    "SLACK_SIGNING_SECRET": "canary&signing%secret",
    "IMAROUTER_API_KEY": "canary'key\"with\\quotes",
    "IMAGINE_SECRET_KEY": "canary=of/the+secret&key of length",
    "IMAGINE_S3_SECRET_KEY": "canary/storage+key",
}


@pytest.mark.parametrize("style", ["console", "json"])
async def test_canaries_in_all_secrets_give_no_hits(world: World, style: str) -> None:
    world.sandbox.options.bot_token = CANARIES["SLACK_BOT_TOKEN"]
    world.sandbox.options.app_token = CANARIES["SLACK_APP_TOKEN"]
    world.provider.set_options(api_key=CANARIES["IMAROUTER_API_KEY"])
    await world.slack.fault(Fault("chat.update", "status", count=2, status=500))
    bot = await world.start_bot(
        BOT_LEAK="bot.services.pipeline.poll.Poll",
        BOT_PATCH=json.dumps({"bot.step_runner.MAX_ATTEMPTS": 2}),
        IMAGINE_LOG_FORMAT=style,
        IMAGINE_LOG_LEVEL="debug",
        **CANARIES,
    )
    reply = await world.imagine("a red fox --q low")
    assert reply["acked"]

    async def parked() -> bool:
        return any(job["parked"] for job in await world.jobs())

    await eventually(parked)
    await asyncio.to_thread(_stranger, int(world.env["IMAGINE_PORT"]))
    assert await bot.stop() == 0

    log = bot.log()
    assert log.count("[secret]") > 30, "they were about to be printed"
    assert log.count("step_failed") == 2, "what went wrong is told"
    found = [form for secret in CANARIES.values() for form in _forms(secret) if form in log]
    assert found == []
    pieces = ("canary", "hooks.slack.com/", "xoxb-", "xapp-", "xwfp-")
    assert {piece: log.count(piece) for piece in pieces} == dict.fromkeys(pieces, 0)
    if style == "json":
        assert all(json.loads(line)["event"] for line in log.splitlines())


def _forms(secret: str) -> list[str]:
    forms = [secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1]]
    return forms + [json.dumps(form)[1:-1] for form in forms]


def _stranger(port: int) -> None:
    """Somebody tries links."""
    import http.client

    for token in (f"{'f' * 8}-{'s' * 22}.{'m' * 43}", "xoxb-a-token-in-a-path"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"/media/{token}")
        assert connection.getresponse().status == 404
        connection.close()


async def test_a_line_says_whose_it_is(world: World) -> None:
    bot = await world.start_bot(
        BOT_POISON="bot.services.pipeline.poll.Poll",
        BOT_PATCH=json.dumps({"bot.step_runner.MAX_ATTEMPTS": 1}),
    )
    await world.imagine("a red fox --nosuch 3")
    await world.imagine("a very private prompt --q low")

    async def parked() -> list[dict]:
        return [job for job in await world.jobs() if job["parked"]]

    (job,) = await eventually(parked)
    assert await bot.stop() == 0

    lines = [json.loads(line) for line in bot.log().splitlines()]
    failed = next(line for line in lines if line["event"] == "step_failed")
    assert (failed["team"], failed["job"], failed["task"]) == (job["team_id"], job["id"], "poll")
    assert failed["attempt"] == 1
    refused = next(line for line in lines if line["event"] == "ask_refused")
    assert refused["team"] == job["team_id"]
    assert refused["request_id"]
    assert "private prompt" not in bot.log()
