"""The real bot as a process between a sandbox workspace and a sandbox provider, for tests from outside."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.clock import SystemClock
from bot.services.operations.records import Records
from sandbox.imarouter import SandboxImaRouter
from sandbox.slack.client import SandboxSlackClient
from storage.engine import open_store

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]


async def eventually(
    check: Callable[[], Awaitable[Any]], *, within: float = 60.0, every: float = 0.05, what: str = ""
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
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """With a ``BOT_…`` variable in its environment it runs as tests.support.launch has it."""
        patched = any(name.startswith("BOT_") for name in self.env)
        module = "tests.support.launch" if patched else "app"
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, "run", cwd=self.log_path.parent, env=dict(self.env),
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

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
        return await asyncio.wait_for(self.process.wait(), timeout=40)

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def log(self) -> str:
        return self.log_path.read_text() if self.log_path.exists() else ""


async def run_cli(*args: str, env: Mapping[str, str], cwd: Path) -> tuple[int, str, str]:
    """``imagine-bot ARGS``: exit code, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *args, cwd=cwd, env=dict(env),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), timeout=60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that configures the bot."""
    prefixes = ("SLACK_", "IMAGINE_", "IMAROUTER_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}
    env["PYTHONPATH"] = str(ROOT)
    return env


@dataclass
class World:
    """Everything one scenario needs: the sandboxes run in this process, each bot in its own."""

    folder: Path
    slack: SandboxSlackClient
    provider: SandboxImaRouter
    slack_url: str
    provider_url: str
    env: dict[str, str]
    bots: list[BotProcess] = field(default_factory=list)

    async def start_bot(self, name: str = "bot", **env: str) -> BotProcess:
        """Start ``imagine-bot run`` and wait until it says that it is ready."""
        bot = BotProcess({**self.env, **env}, self.folder / f"{name}.log")
        self.bots.append(bot)
        await bot.start()
        await eventually(lambda: self._is_ready(bot), what="the bot is ready")
        return bot

    async def _is_ready(self, bot: BotProcess) -> bool:
        assert bot.is_running, bot.log()
        async with httpx.AsyncClient() as http:
            try:
                answer = await http.get(f"http://127.0.0.1:{bot.env['IMAGINE_PORT']}/readyz")
            except httpx.TransportError:
                return False
            return answer.status_code == 200

    async def readiness(self, bot: BotProcess) -> tuple[int, dict[str, str]]:
        """What ``/readyz`` answers: its status, and what it says of each part."""
        async with httpx.AsyncClient(timeout=30.0) as http:
            answer = await http.get(f"http://127.0.0.1:{bot.env['IMAGINE_PORT']}/readyz")
            return answer.status_code, answer.json()["checks"]

    async def cli(self, *args: str, **env: str) -> tuple[int, str, str]:
        return await run_cli(*args, env={**self.env, **env}, cwd=self.folder)

    async def imagine(self, text: str, *, user: str = "U0ALICE", channel: str = "C0DESIGN") -> Json:
        """Type ``/imagine TEXT``: what the sandbox saw of the answer."""
        return await self.slack.command(user, channel, text)

    async def jobs(self) -> list[Json]:
        """What ``jobs --json`` prints, read from the database without a process each time."""
        store = open_store(self.env["IMAGINE_DATABASE_URL"], clock=SystemClock())
        try:
            return await Records(store).jobs()
        finally:
            await store.close()

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

    async def made(self) -> list[bytes]:
        """The bytes of every picture that the provider made, in the order of its tasks."""
        pictures = []
        for task in self.provider.gateway.book.tasks.values():
            for index in range(task.order.n):
                pictures.append(await self.provider.gallery.picture(task, index, plain=False))
        return pictures

    async def audit(self) -> Json:
        """What ``audit --json`` prints, without a process each time; the ledger must balance."""
        store = open_store(self.env["IMAGINE_DATABASE_URL"], clock=SystemClock())
        try:
            result: Json = await Records(store).audit()
        finally:
            await store.close()
        assert (result["ok"], result["violations"]) == (True, [])
        return result

    async def scope(self, kind: str) -> tuple[int, int]:
        """Held and spent of the one scope of this kind, in micro-dollars."""
        rows = [row for row in (await self.audit())["scopes"] if row["scope"].startswith(kind)]
        assert len(rows) == 1, rows
        return rows[0]["held_micros"], rows[0]["spent_micros"]
