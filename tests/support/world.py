"""The real bot as a process between a sandbox workspace and a sandbox provider, for tests from outside."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.clock import SystemClock
from bot.services.operations.records import Records
from sandbox.imarouter import Options as ProviderOptions
from sandbox.imarouter import SandboxImaRouter
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options as SlackOptions
from sandbox.slack.server import SandboxSlack, find_reference
from storage.engine import open_store
from storage.store import SqlStore
from tests.support.ports import free_port
from tests.support.processes import SECONDS, Process, Start, clean_environment, fork

Json = dict[str, Any]

STAND_INS = ("-sheet.png", "-preview.png")
"""How the names of files end that only stand for pictures in messages."""


async def eventually(
    check: Callable[[], Awaitable[Any]], *, within: float = 120.0, every: float = 0.05, what: str = ""
) -> Any:
    """The first truthy answer of ``check``; AssertionError with the last answer when none comes in time."""
    end = time.monotonic() + within
    last: Any = None
    while time.monotonic() < end:
        last = await check()
        if last:
            return last
        await asyncio.sleep(every)
    raise AssertionError(f"not within {within} s: {what or check}; last answer: {last!r}")


@dataclass
class BotProcess:
    """``imagine-bot run`` in a process of its own; its log is kept for failures."""

    env: Mapping[str, str]
    log_path: Path
    begin: Start = fork
    process: Process | None = None
    read_from: int = 0
    """Where the log of this test begins, in bytes: a shared bot has logged for others before."""

    def is_like(self, other: BotProcess) -> bool:
        """Whether it runs, and runs what the other one would."""
        mine, its = ((bot.env, bot.log_path, bot.begin) for bot in (self, other))
        return self.is_running and mine == its

    async def start(self) -> None:
        folder, log = self.log_path.parent, self.log_path
        self.process = await self.begin(["run"], env=self.env, folder=folder, out=log, err=log)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def stop(self) -> int:
        """SIGTERM and the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), SECONDS)

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def log(self) -> str:
        return self.log_path.read_bytes()[self.read_from :].decode() if self.log_path.exists() else ""


async def run_cli(*args: str, env: Mapping[str, str], cwd: Path, begin: Start = fork) -> tuple[int, str, str]:
    """``imagine-bot ARGS``: exit code, standard output, standard error."""
    with tempfile.TemporaryDirectory() as printed:
        out, err = Path(printed, "out"), Path(printed, "err")
        process = await begin(args, env=env, folder=cwd, out=out, err=err)
        code = await asyncio.wait_for(process.wait(), SECONDS)
        return code, *(await asyncio.to_thread(lambda: (out.read_text(), err.read_text())))


@dataclass
class World:
    """Everything one scenario needs: the sandboxes run in this process, each bot in its own."""

    folder: Path
    slack: SandboxSlackClient
    sandbox: SandboxSlack
    provider: SandboxImaRouter
    slack_url: str
    provider_url: str
    env: dict[str, str]
    http: httpx.AsyncClient
    bots: list[BotProcess] = field(default_factory=list)
    left: BotProcess | None = None
    """The bot of an earlier test, to go on with: see ``tests.support.shared_world``."""
    _stores: dict[str, SqlStore] = field(default_factory=dict)

    async def start_bot(self, name: str = "bot", *, begin: Start = fork, **env: str) -> BotProcess:
        """Start ``imagine-bot run`` and wait until it says that it is ready. A bot of just this kind that an
        earlier test has left is gone on with; one of another kind is ended."""
        bot = BotProcess({**self.env, **env}, self.folder / f"{name}.log", begin)
        left, self.left = self.left, None
        if left is not None and left.is_like(bot):
            self.bots.append(left)
            return left
        if left is not None:
            await left.kill()
            bot.read_from = await asyncio.to_thread(lambda: bot.log_path.stat().st_size)
        self.bots.append(bot)
        await bot.start()
        await eventually(lambda: self._is_ready(bot), what="the bot is ready")
        return bot

    async def start_bot_over_http(self, *, begin: Start = fork, **env: str) -> BotProcess:
        """Start it in HTTP mode, with the sandbox workspace sending there."""
        self.env.pop("SLACK_APP_TOKEN", None)
        port = self.env["IMAGINE_PORT"]
        await self.slack.options(request_url=f"http://127.0.0.1:{port}/slack/events")
        env |= {"SLACK_SIGNING_SECRET": "sandbox-signing-secret", "IMAGINE_TRANSPORT": "http"}
        return await self.start_bot(begin=begin, **env)

    async def _is_ready(self, bot: BotProcess) -> bool:
        assert bot.is_running, bot.log()
        try:
            return (await self.readiness(bot))[0] == 200
        except httpx.TransportError:
            return False

    async def readiness(self, bot: BotProcess) -> tuple[int, dict[str, str]]:
        """What ``/readyz`` answers: its status, and what it says of each part."""
        answer = await self.http.get(f"http://127.0.0.1:{bot.env['IMAGINE_PORT']}/readyz")
        return answer.status_code, answer.json()["checks"]

    async def cli(self, *args: str, begin: Start = fork, **env: str) -> tuple[int, str, str]:
        """``imagine-bot ARGS``: exit code, standard output, standard error."""
        return await run_cli(*args, env={**self.env, **env}, cwd=self.folder, begin=begin)

    async def imagine(self, text: str, *, user: str = "U0ALICE", channel: str = "C0DESIGN") -> Json:
        """Type ``/imagine TEXT``: what the sandbox saw of the answer."""
        return await self.slack.command(user, channel, text)

    async def jobs(self) -> list[Json]:
        """What ``jobs --json`` prints, read from the database without a process each time."""
        return await Records(self.store).jobs()

    @property
    def store(self) -> SqlStore:
        """The bot's database, to look into."""
        url = self.env["IMAGINE_DATABASE_URL"]
        if url not in self._stores:
            self._stores[url] = open_store(url, clock=SystemClock())
        return self._stores[url]

    async def close_stores(self) -> None:
        while self._stores:
            await self._stores.popitem()[1].close()

    async def job(self, **wanted: Any) -> Json:
        """The newest job, once it has these values."""

        async def look() -> Json | None:
            rows = await self.jobs()
            return rows[0] if rows and all(rows[0][key] == value for key, value in wanted.items()) else None

        row: Json = await eventually(look, every=0.1, what=f"a job with {wanted}")
        return row

    async def thread(self, job: Json) -> list[Json]:
        """The messages of a job's thread, its root first."""
        messages = await self.slack.messages(job["channel_id"])
        return [m for m in messages if job["thread_ts"] in {m["ts"], m.get("thread_ts")}]

    async def results(self, job: Json) -> list[Json]:
        """The files of a job's thread without what only stands for pictures in messages: sheets, previews."""
        files = [file for message in await self.thread(job) for file in message.get("files", [])]
        return [file for file in files if not file["name"].endswith(STAND_INS)]

    async def made(self) -> list[bytes]:
        """The bytes of every picture that the provider made, in the order of its tasks."""
        pictures = []
        for task in self.provider.gateway.book.tasks.values():
            if task.failure is not None:
                continue
            for index in range(task.order.n):
                pictures.append(await self.provider.gallery.picture(task, index, plain=False))
        return pictures

    def unfetched(self) -> int:
        """How many orders failed, and cost nothing, because their pictures could not be fetched from us."""
        tasks = self.provider.gateway.book.tasks.values()
        return sum(task.failure is not None and any(one.error for one in task.sources) for task in tasks)

    async def audit(self) -> Json:
        """What ``audit --json`` prints, without a process each time; the ledger must balance."""
        result: Json = await Records(self.store).audit()
        assert (result["ok"], result["violations"]) == (True, [])
        return result

    async def scope(self, kind: str) -> tuple[int, int]:
        """Held and spent of the one scope of this kind, in micro-dollars."""
        rows = [row for row in (await self.audit())["scopes"] if row["scope"].startswith(kind)]
        assert len(rows) == 1, rows
        return rows[0]["held_micros"], rows[0]["spent_micros"]


@contextlib.asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Nothing runs yet but the sandboxes; at the end no bot runs."""
    slack = SandboxSlack(options=SlackOptions(reference=find_reference()))
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
        "IMAGINE_DATABASE_URL": f"sqlite:///{folder / 'imagine.db'}",
        "IMAGINE_PORT": str(free_port()),
        "IMAGINE_POLL_FLOOR_SECONDS": "0.05",
        "IMAGINE_CONFIRM_USD": "none",  # what a test asks for begins at once
        "IMAGINE_MODE": "single",  # and is one picture
        "IMAGINE_USER_PER_MINUTE": "none",
        "IMAGINE_CHANNEL_PER_MINUTE": "none",
        "IMAGINE_LOG_FORMAT": "json",
    }
    async with SandboxSlackClient(slack_url) as client, httpx.AsyncClient(timeout=SECONDS) as http:
        world = World(folder, client, slack, provider, slack_url, provider_url, env, http)
        try:
            yield world
        finally:
            await world.close_stores()
            for bot in (*world.bots, *filter(None, [world.left])):
                await bot.kill()
            await slack.stop()
            await provider.stop()
