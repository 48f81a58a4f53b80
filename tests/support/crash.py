"""One kill: the real bot dies at one moment of a job's life, is started again and left to come to rest."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from app.clock import SystemClock
from bot.services.operations.records import Records
from sandbox.faults import Fault
from sandbox.slack.client import SandboxRefusedError
from storage.engine import open_store
from tests.support.world import STAND_INS, BotProcess, Json, World, eventually

SOON = 600.0
"""Seconds: what is due later waits for time to pass, such as the notice and the reckoning of a doubt."""

Ask = Callable[[World], Awaitable[Any]]

QUICK = {"BOT_PATCH": json.dumps({"bot.services.delivery.deliver.REPEAT_SECONDS": 2.0})}
"""Ten seconds of patience with Slack's asynchronous sharing are two here."""


@dataclass(frozen=True)
class Moment:
    """When to die: at a request to one side (``match``, after ``skip`` of them), or at a local commit."""

    effect: str
    when: str
    side: str = "slack"
    match: str = ""
    skip: int = 0
    options: Json = field(default_factory=dict)
    expect: str = "delivered"

    @property
    def name(self) -> str:
        return f"{self.effect}, {self.when}"

    @property
    def env(self) -> dict[str, str]:
        return {"BOT_DIE": f"{self.when}:{self.match}"} if self.side == "commit" else {}

    async def arm(self, world: World, bot: BotProcess) -> None:
        if self.side == "commit":
            return
        fault = Fault(self.match, f"kill_{self.when}", skip=self.skip, pid=bot.pid)
        if self.side == "slack":
            await world.slack.fault(fault)
        else:
            world.provider.faults.add(fault)


@dataclass
class Rest:
    """What was found once nothing moved any more."""

    status: str
    delivery: str
    sent: int
    paid: int
    roots: int
    posts: list[int]
    seconds: float
    error: str | None = None
    cost: int | None = None

    def row(self) -> dict[str, str]:
        return {
            "ends": f"{self.status}/{self.delivery}" if self.status != "-" else "no job",
            "sent": str(self.sent),
            "paid": str(self.paid),
            "status messages": str(self.roots),
            "posts a picture": ",".join(map(str, self.posts)) or "-",
            "rest after": f"{self.seconds:.1f} s",
        }


async def kill_at(
    world: World, moment: Moment, ask: Ask, *, until: Callable[[], Awaitable[Any]] | None = None
) -> Rest:
    """Start, ask, die at ``moment``, start again, wait (for ``until`` and) for rest, and check what
    must hold whenever it dies."""
    return await look(world, await die_and_rest(world, moment, ask, until=until))


async def die_and_rest(
    world: World, moment: Moment, ask: Ask, *, until: Callable[[], Awaitable[Any]] | None = None
) -> float:
    """As ``kill_at``, without the look at what is left: the seconds from the second start to the rest."""
    world.provider.set_options(**moment.options)
    bot = await world.start_bot("first", **QUICK, **moment.env)
    await moment.arm(world, bot)
    with contextlib.suppress(SandboxRefusedError):  # the person sees an error: the bot died before the ack
        await ask(world)
    await _death(world, bot, moment)
    await world.slack.clear_faults()
    world.provider.faults.clear()
    started = time.monotonic()
    again = await world.start_bot("again", **QUICK)
    await world.slack.settle()
    if until is not None:
        await until()
    await at_rest(world)
    seconds = time.monotonic() - started
    assert await again.stop() == 0
    await world.slack.clear_faults()
    return seconds


async def _death(world: World, bot: BotProcess, moment: Moment) -> None:
    """How many commits there are depends on which of them were grouped: where all is over before the one with
    this number, the process is killed in its sleep."""
    assert bot.process is not None
    dying = asyncio.create_task(bot.process.wait())

    async def died_or_over() -> bool:
        over = moment.match.isdecimal() and bool(await world.jobs()) and not await _due(world)
        return dying.done() or over

    await eventually(died_or_over, what=f"{moment.name} is reached")
    if not dying.done():
        await at_rest(world)
        await bot.kill()
    code = await dying
    assert code == -9, f"{moment.name} was never reached: exit code {code}"


async def at_rest(world: World, *, within: float = 90.0, soon: float = SOON) -> None:
    """Nothing is due soon but housekeeping; seen twice, so that it is no gap."""

    async def idle() -> bool:
        if await _due(world, soon):
            return False
        await asyncio.sleep(0.4)
        return not await _due(world, soon)

    await eventually(idle, within=within, every=0.1, what="nothing is due any more")


async def _due(world: World, soon: float = SOON) -> list[tuple[str, str | None]]:
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    question = (
        "SELECT kind, error FROM tasks WHERE due_at IS NOT NULL AND kind NOT IN ('reckon', 'clean', 'tidy')"
        " AND due_at < ?"
    )

    def ask() -> list[tuple[str, str | None]]:
        with contextlib.closing(sqlite3.connect(path)) as db:
            return db.execute(question, (int((time.time() + soon) * 1_000_000),)).fetchall()

    return await asyncio.to_thread(ask)


async def look(world: World, seconds: float) -> Rest:
    """Count what people see and what was paid; assert what has no exception."""
    store = open_store(world.env["IMAGINE_DATABASE_URL"], clock=SystemClock())
    try:
        audit, jobs = await Records(store).audit(), await Records(store).jobs()
    finally:
        await store.close()
    assert audit["ok"], audit["violations"]
    assert len(jobs) <= 1, "one ask is one job"
    sent, paid = len(world.provider.journal.of("submit")), len(world.provider.tasks())
    again = min(world.unfetched(), max(0, sent - 1))  # the service came for a picture while we were dead
    sent, paid = sent - again, paid - again
    if not jobs:
        return Rest("-", "-", sent, paid, 0, [], seconds)
    (job,) = jobs
    assert not job["parked"], job["parked"]
    messages = await world.slack.messages(job["channel_id"])
    roots = [m for m in messages if _job_of(m) == job["id"]]
    files = [file for m in messages if not _is_ask(m) for file in m.get("files", [])]
    stand_ins = [file["name"] for file in files if file["name"].endswith(STAND_INS)]
    assert len(stand_ins) == len(set(stand_ins)), "a sheet is posted once, too"
    posts: dict[str, int] = {}
    for file in files:
        if file["name"] in stand_ins:
            continue
        digest = hashlib.sha256(await world.slack.file(file["id"])).hexdigest()
        posts[digest] = posts.get(digest, 0) + 1
    drawn = await world.made() if job["status"] == "succeeded" or files else []
    made = {hashlib.sha256(data).hexdigest() for data in drawn}
    assert set(posts) <= made, "only the provider's own bytes are posted"
    assert sent <= 1, "a paid call is never repeated"
    for message in roots:
        _says_the_end(job, message)
    _shows_each_picture_once(job, messages)
    if job["status"] == "succeeded":
        assert set(posts) == made, "every paid picture is in the thread"
    error = job["error"] and job["error"]["code"]
    return Rest(
        job["status"], job["delivery"], sent, paid, len(roots), list(posts.values()), seconds,
        error=error, cost=job["cost_micros"],
    )  # fmt: skip


def _says_the_end(job: Json, message: Json) -> None:
    said = (message["text"] + json.dumps(message["blocks"], ensure_ascii=False)).lower()
    wanted = {"succeeded": "$0.0", "unknown": "no answer from the image service", "failed": ""}[job["status"]]
    assert wanted in said, said
    assert "starting" not in said
    assert "drawing" not in said


def _shows_each_picture_once(job: Json, messages: list[Json]) -> None:
    """The menu of the result, and of each picture that was posted once more, stands in one message."""
    menus = [menu for message in messages if (menu := _menu_of(message))]
    assert len(menus) == len(set(menus)), menus
    assert bool(menus) == (job["status"] == "succeeded"), menus


def _menu_of(message: Json) -> str | None:
    """The picture that the menu of a message is about, such as ``JOB.1``."""
    elements = [one for block in message.get("blocks") or [] for one in block.get("elements") or []]
    values = [option["value"] for one in elements for option in one.get("options") or []]
    return values[0].partition(".")[2] if values else None


def _job_of(message: Json) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    found: str | None = payload.get("job_id")
    return found


def _is_ask(message: Json) -> bool:
    return str(message.get("user", "")) in {"U0ALICE", "U0BOB"}
