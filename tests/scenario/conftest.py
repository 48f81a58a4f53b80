"""Scenario fixtures: a world per test, with sandboxes in this process and the bot in its own."""

import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.imarouter import Options as ProviderOptions
from sandbox.imarouter import SandboxImaRouter
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options as SlackOptions
from sandbox.slack.server import SandboxSlack
from tests.support.ports import free_port
from tests.support.world import ROOT, World, clean_environment

REFERENCE = ROOT.parent / "shared" / "slack-reference"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Nothing runs yet but the sandboxes. A failing test prints the bot's log; every test ends with the
    workspace having seen no call that Slack would have refused as malformed."""
    reference = REFERENCE if REFERENCE.is_dir() else None
    slack = SandboxSlack(options=SlackOptions(reference=reference))
    provider = SandboxImaRouter(
        clock=time.time, random=random.Random(7), options=ProviderOptions(speed=1000.0)
    )
    slack_url, provider_url = await slack.start(), await provider.start(port=free_port())
    env = clean_environment() | {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "IMAGINE_SLACK_API_URL": f"{slack_url}/api/",
        "IMAROUTER_BASE_URL": provider_url,
        "IMAROUTER_API_KEY": provider.api_key,
        "IMAGINE_TRUSTED_HOSTS": ",".join(url.removeprefix("http://") for url in (slack_url, provider_url)),
        "IMAGINE_DATABASE_URL": f"sqlite:///{tmp_path / 'imagine.db'}",
        "IMAGINE_PORT": str(free_port()),
        "IMAGINE_POLL_FLOOR_SECONDS": "0.05",
        "IMAGINE_CONFIRM_USD": "none",  # what a test asks for begins at once
        "IMAGINE_USER_PER_MINUTE": "none",
        "IMAGINE_CHANNEL_PER_MINUTE": "none",
        "IMAGINE_LOG_FORMAT": "json",
    }
    async with SandboxSlackClient(slack_url) as client:
        made = World(tmp_path, client, provider, slack_url, provider_url, env)
        try:
            yield made
            assert await client.violations() == []
        finally:
            for bot in made.bots:
                await bot.kill()
                print(bot.log())  # noqa: T201 - pytest shows it when the test fails
            await slack.stop()
            await provider.stop()
