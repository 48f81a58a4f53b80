"""How long Slack waits for the acknowledgement of a slash command: a durable ask against a bare answer.

The real bot runs in a process of its own between the two sandboxes; a client sends signed commands over
HTTP. Printed are milliseconds and, because machines are noisy, ratios of one run.

    python -m benchmarks.ack [--asks 300]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import random
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx

from sandbox.imarouter import Options as ProviderOptions
from sandbox.imarouter import SandboxImaRouter
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.server import SandboxSlack
from tests.support.ports import free_port
from tests.support.world import World, clean_environment

SECRET = "sandbox-signing-secret"  # noqa: S105 - the sandbox's published secret


async def main(asks: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        slack = SandboxSlack()
        provider = SandboxImaRouter(
            clock=time.time, random=random.Random(1), options=ProviderOptions(duration_seconds=3600)
        )
        slack_url, provider_url = await slack.start(), await provider.start()
        port = free_port()
        env = clean_environment() | {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": SECRET,
            "IMAGINE_SLACK_API_URL": f"{slack_url}/api/",
            "IMAROUTER_BASE_URL": provider_url,
            "IMAROUTER_API_KEY": provider.api_key,
            "IMAGINE_TRUSTED_HOSTS": ",".join(url[7:] for url in (slack_url, provider_url)),
            "IMAGINE_DATABASE_URL": f"sqlite:///{folder}/imagine.db",
            "IMAGINE_PORT": str(port),
            "IMAGINE_BUDGET_USER": "none",
            "IMAGINE_BUDGET_WORKSPACE": "none",
            "IMAGINE_USER_PER_MINUTE": "none",
            "IMAGINE_CHANNEL_PER_MINUTE": "none",
            "IMAGINE_CONFIRM_USD": "none",
            "IMAGINE_MODE": "single",
        }
        async with SandboxSlackClient(slack_url) as client:
            world = World(Path(folder), client, provider, slack_url, provider_url, env)
            bot = await world.start_bot()
            try:
                await _measure(f"http://127.0.0.1:{port}/slack/events", asks)
            finally:
                await bot.stop()
                await slack.stop()
                await provider.stop()


async def _measure(url: str, asks: int) -> None:
    async with httpx.AsyncClient() as http:
        rows = {
            "help (reads only)": [await _ask(http, url, "help", i) for i in range(asks)],
            "ask, recorded and held, jobs running": [
                await _ask(http, url, "a red fox", asks + i) for i in range(asks)
            ],
        }
    base = statistics.median(next(iter(rows.values())))
    print(f"{'':40} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'x help':>7}")
    for name, times in rows.items():
        ordered = sorted(times)
        p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        print(f"{name:40} {p50:8.2f} {p99:8.2f} {ordered[-1]:8.2f} {p50 / base:7.1f}")


async def _ask(http: httpx.AsyncClient, url: str, text: str, number: int) -> float:
    body = urlencode(
        {
            "command": "/imagine",
            "text": text,
            "team_id": "T0SANDBOX",
            "channel_id": "C0DESIGN",
            "user_id": "U0ALICE",
            "trigger_id": f"t.{number}",
            "response_url": "http://127.0.0.1:9/none",
            "api_app_id": "A0IMAGINE",
        }
    )
    stamp = str(int(time.time()))
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    begun = time.perf_counter()
    answer = await http.post(url, content=body, headers=headers)
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, answer.text
    return took


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=300)
    asyncio.run(main(parser.parse_args().asks))
