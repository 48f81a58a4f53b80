"""The real bot against the sandbox workspace and the sandbox provider: no account, nothing to pay."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import yaml
from pydantic import SecretStr

from app.clock import SystemClock
from app.composition.database import open_database
from app.demo.bot_process import BotProcess
from app.demo.simulators import listening_at
from app.settings.settings import Settings
from bot.domain.errors import SettingsError
from bot.services.operations.records import Records
from handlers.manifest import manifest_text
from sandbox.imarouter import Options as ProviderOptions
from sandbox.imarouter import SandboxImaRouter
from sandbox.page.guard import guard
from sandbox.page.site import Page
from sandbox.page.stage import Stage as PageStage
from sandbox.ports import free_port
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options as SlackOptions
from sandbox.slack.render_text import render
from sandbox.slack.server import SandboxSlack

ASKER, CHANNEL = "U0ALICE", "C0DESIGN"
SPEED = 20.0
"""The demo's provider draws this much faster than the real one; the bot asks it as much more often."""

START_SECONDS = 30.0
JOB_SECONDS = 300.0
_NO_MORE_WORK = ({"failed", "cancelled", "unknown", "timed_out"}, {"delivered", "undeliverable"})


@dataclass(frozen=True, slots=True)
class Stage:
    """A running sandbox pair with a bot connected to it."""

    slack: SandboxSlackClient
    slack_url: str
    provider: SandboxImaRouter
    records: Records
    bot: BotProcess
    manifest: dict[str, Any]


async def run_demo(*, data: Path, port: int) -> int:
    """Serve the sandbox workspace until SIGINT or SIGTERM, with the bot behind it.

    A bot that ends does not end the demo: the page shows its log and starts it again.
    """
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    async with stage(data, port) as running:
        click.echo(f"The sandbox workspace is at {running.slack_url}/ and the bot is connected to it.")
        click.echo(f"The sandbox provider is at {running.provider.base_url}/sandbox. Ctrl-C ends all three.")
        await over.wait()
        return 0


async def run_once(text: str, *, data: Path, port: int) -> int:
    """Type ``/imagine TEXT``, wait for the thread, print its transcript and save its pictures to ``data``.

    0 when at least one picture arrived in the thread; 1 otherwise, with the transcript that says why.
    """
    async with stage(data, port, IMAGINE_CONFIRM_USD="none") as running:
        answer = await running.slack.command(ASKER, CHANNEL, text)
        row = await _ended(running) if answer.get("acked") else None  # taken: the answer itself is empty
        transcript = await running.slack.transcript(CHANNEL)
        names = {user["id"]: user["name"] for user in await running.slack.users()}
        click.echo(render(transcript, names))
        saved = await _save(running, transcript, data) if row else []
        for path in saved:
            click.echo(f"saved {path}")
        return 0 if saved else 1


@asynccontextmanager
async def stage(data: Path, port: int, **changed: str) -> AsyncIterator[Stage]:
    """Both sandboxes in this process, the bot in one of its own, with a database made anew: the sandbox
    workspace forgets its threads when it ends, so old jobs would have nowhere to go.

    ``changed`` are settings of the bot by name, for tests and screenshots.
    """
    _forget(data)
    manifest = yaml.safe_load(manifest_text(transport="socket", url=None, command="/imagine"))
    slack = SandboxSlack(options=_installed(manifest))
    provider = SandboxImaRouter(clock=time.time, random=random.Random(), options=ProviderOptions(speed=SPEED))  # noqa: S311 - how long a sandbox picture takes
    env: dict[str, str] = {}
    bot = BotProcess(env, changed=lambda: slack.core.recorder.changed("bot"))
    async with _records(data) as records:
        page = Page(PageStage(bot, provider, manifest, lambda: records.jobs(limit=100), records.audit))
        try:
            provider_url = await provider.start()
            with listening_at(port):
                slack_url = await slack.start(port=port, routes=page.routes(), middlewares=[guard])
            env |= _environment(data, slack.options, slack_url, provider_url, provider.api_key) | changed
            await bot.start()
            async with SandboxSlackClient(slack_url) as client:
                await _connected(client, bot)
                yield Stage(client, slack_url, provider, records, bot, manifest)
        finally:
            await bot.stop()
            await slack.stop()
            await provider.stop()


def _forget(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        for old in data.glob("demo.db*"):
            old.unlink()
    except OSError as error:
        sentence = f"--data {data} must be a folder that can be written ({os.strerror(error.errno or 0)})."
        raise SettingsError([sentence]) from None


@asynccontextmanager
async def _records(data: Path) -> AsyncIterator[Records]:
    """The bot's own view of its database."""
    settings = Settings.model_construct(imagine_database_url=SecretStr(_database(data)))
    async with open_database(settings, SystemClock()) as store:
        yield Records(store)


def _database(data: Path) -> str:
    return f"sqlite:///{(data / 'demo.db').resolve()}"


def _installed(manifest: dict[str, Any]) -> SlackOptions:
    """The workspace in which the app is installed just as its manifest says."""
    scopes = manifest["oauth_config"]["scopes"]
    events = manifest["settings"].get("event_subscriptions", {})
    home = manifest["features"].get("app_home", {})
    return SlackOptions(
        scopes=(*scopes["bot"], *scopes.get("bot_optional", ())),
        events=tuple(events.get("bot_events", ())),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
    )


def _environment(
    data: Path, options: SlackOptions, slack_url: str, provider_url: str, key: str
) -> dict[str, str]:
    """What the demo's bot is told; nothing of the caller's own installation gets through."""
    mine = ("SLACK_", "IMAGINE_", "IMAROUTER_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    own = f"127.0.0.1:{free_port()}"
    trusted = (urlsplit(slack_url).netloc, urlsplit(provider_url).netloc, own)
    return env | {
        "SLACK_BOT_TOKEN": options.bot_token,
        "SLACK_APP_TOKEN": options.app_token,
        "IMAGINE_TRANSPORT": "socket",
        "IMAGINE_SLACK_API_URL": f"{slack_url}/api/",
        "IMAROUTER_BASE_URL": provider_url,
        "IMAROUTER_API_KEY": key,
        "IMAGINE_TRUSTED_HOSTS": ",".join(trusted),
        "IMAGINE_PUBLIC_URL": f"http://{own}",  # where the sandbox provider fetches what is to be edited
        "IMAGINE_DATABASE_URL": _database(data),
        "IMAGINE_PORT": own.partition(":")[2],
        "IMAGINE_POLL_FLOOR_SECONDS": str(2.0 / SPEED),
        "IMAGINE_LOG_FORMAT": "console",
        "IMAGINE_LOG_LEVEL": "info",
    }


async def _connected(slack: SandboxSlackClient, bot: BotProcess) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await slack.connections():
            if bot.returncode is not None:
                click.echo("\n".join(bot.log()), err=True)
                raise click.exceptions.Exit(bot.returncode)
            await asyncio.sleep(0.05)


async def _ended(running: Stage) -> dict[str, Any] | None:
    """The job once nothing more will happen to it; None when no job was made."""
    async with asyncio.timeout(JOB_SECONDS):
        while True:
            rows = await running.records.jobs(limit=1)
            if not rows:
                return None
            if rows[0]["status"] in _NO_MORE_WORK[0] or rows[0]["delivery"] in _NO_MORE_WORK[1]:
                await running.slack.settle()
                return rows[0]
            await asyncio.sleep(0.1)


async def _save(running: Stage, transcript: list[dict[str, Any]], data: Path) -> list[Path]:
    saved = []
    for record in transcript:
        for file in record.get("files") or []:
            path = data / file["name"]
            path.write_bytes(await running.slack.file(file["id"]))
            saved.append(path)
    return saved
