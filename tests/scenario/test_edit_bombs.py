"""Pictures made to harm: their asker is told, nobody else is hurt, and the bot itself stays small."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from bot.media.limits import container_limit, decoding_memory
from tests.scenario.edit_kit import (
    ALICE,
    BOB,
    DESIGN,
    details,
    made,
    normal,
    photo,
    picture,
    reachable_bot,
    sources,
    whispers,
)
from tests.support.processes import children_of, has_ended
from tests.support.world import BotProcess, Json, World, eventually
from tests.unit.bot.media import bombs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks at processes in /proc")

MB = 1_000_000


async def ask(world: World, user: str, data: bytes, text: str = "make it blue") -> None:
    await world.slack.message(user, DESIGN, f"@imagine {text} --q low", files=[photo("a.png", data)])


async def delivered_to(world: World, user: str) -> Json:
    async def look() -> Json | None:
        jobs = [job for job in await world.jobs() if job["user_id"] == user]
        return jobs[0] if jobs and jobs[0]["delivery"] == "delivered" else None

    job: Json = await eventually(look, what=f"pictures for {user}")
    return job


async def decoder_of(world: World) -> int:
    """The process that decodes for this world's bot, once it has read a picture's header."""
    (bot,) = world.bots

    async def look() -> list[int]:
        has_begun = any(file.stat().st_size for file in world.folder.glob("decoding/*/answers"))
        return [child for child in children_of(bot.pid) if has_begun and b"child.py" in _command(child)]

    pid: int = (await eventually(look, every=0.01, what="a decoder runs"))[0]
    return pid


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def most_memory(bot: BotProcess) -> int:
    """The most that the bot's own process has ever taken, in bytes."""
    lines = Path(f"/proc/{bot.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def test_a_bomb_is_drawn_and_another_edit_goes_on_beside_it(world: World) -> None:
    await reachable_bot(world)
    (bot,) = world.bots
    mine = picture(size=(700, 500))

    await ask(world, ALICE, bombs.grey_with_alpha(), "of the bomb")
    await ask(world, BOB, mine, "of the photo")

    await delivered_to(world, BOB)
    job = await delivered_to(world, ALICE)
    got = {task["prompt"]: task["sources"] for task in world.provider.tasks()}
    assert got["of the photo"][0]["sha256"] == normal(mine)
    assert len(got["of the bomb"]) == 1
    assert "scaled from 9400x9500 to 2864x2895 pixels" in await details(world, job)
    assert most_memory(bot) < 400 * MB, "the picture alone takes 360 MB"
    await world.audit()


async def test_what_needs_too_much_memory_is_refused_with_the_numbers(world: World) -> None:
    await reachable_bot(world)

    await ask(world, ALICE, bombs.webp(6400, 6240))

    job = await world.job(status="failed")
    assert job["error"]["code"] == "bad_source"
    limit = f"more than {decoding_memory(container_limit()) // MB} MB"
    await whispers(world, ALICE, "6,400 × 6,240 pixels", limit, "half the size", "nothing was charged")
    assert world.provider.tasks() == []
    assert await world.scope("user") == (0, 0)


@pytest.mark.own_world
async def test_a_picture_that_takes_too_long_is_refused_and_others_go_on(world: World) -> None:
    await reachable_bot(world, BOT_PATCH=json.dumps({"bot.media.decoder_process.CPU_SECONDS": 1}))
    mine = picture(size=(700, 500))

    await ask(world, ALICE, bombs.jpeg_with_scans(2000))
    await ask(world, BOB, mine)

    await whispers(world, ALICE, "takes more than 1 s to open", "nothing was charged")
    await delivered_to(world, BOB)
    assert [source["sha256"] for source in sources(world)] == [normal(mine)]
    assert len(world.provider.tasks()) == 1


async def test_a_decoder_that_is_killed_takes_nobody_with_it(world: World) -> None:
    """As a system does that is short of memory."""
    await reachable_bot(world)

    await ask(world, ALICE, bombs.jpeg_with_scans(2000))
    os.kill(await decoder_of(world), signal.SIGKILL)
    await ask(world, BOB, picture(size=(700, 500)))

    await whispers(world, ALICE, "4,000 × 4,000 pixels", "pixels need", "nothing was charged")
    await delivered_to(world, BOB)
    assert [bot.is_running for bot in world.bots] == [True]
    assert await world.scope("workspace") == (0, (await delivered_to(world, BOB))["cost_micros"])


@pytest.mark.own_world
async def test_sigterm_does_not_wait_for_a_decoder_that_hangs(world: World) -> None:
    """It would hang for an hour; stopped like this, it cannot even end itself."""
    await reachable_bot(world, BOT_PATCH=json.dumps({"app.composition.decoder.WALL_SECONDS": 3600.0}))
    (bot,) = world.bots
    await ask(world, ALICE, bombs.jpeg_with_scans(2000))
    decoder = await decoder_of(world)
    os.kill(decoder, signal.SIGSTOP)

    assert await bot.stop() == 0

    assert has_ended(decoder)
    assert _leases(world) == [], "another replica would go on at once"
    assert list((world.folder / "decoding").glob("*")) == []


def _leases(world: World) -> list[tuple[str, str]]:
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT kind, owner FROM tasks WHERE owner IS NOT NULL AND due_at IS NOT NULL"
        ).fetchall()


@pytest.mark.own_world
async def test_a_start_removes_what_a_killed_process_has_left(world: World) -> None:
    bot = await world.start_bot()
    kept, done = await made(world), await made(world, "a blue fox --q low")
    await bot.kill()
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE jobs SET delivery = 'undeliverable' WHERE id = ?", (kept["id"],))
        db.commit()
    old = [
        f"spool/{done['id']}/0.png", "spool/nosuchjob/0.png", "spool/s1.probe", "incoming/source-old",
        "decoding/picture-old/in",
    ]  # fmt: skip
    young = [f"spool/{kept['id']}/0.png", "incoming/source-young", "decoding/picture-young/in"]
    for name in old + young:
        file = world.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    two_hours_ago = time.time() - 7200
    for name in ("incoming/source-old", "spool/s1.probe", "decoding/picture-old"):
        os.utime(world.folder / name, (two_hours_ago, two_hours_ago))

    await world.start_bot("again")

    assert [name for name in old if (world.folder / name).exists()] == []
    assert [name for name in young if not (world.folder / name).exists()] == []
