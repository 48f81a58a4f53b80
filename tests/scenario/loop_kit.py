"""What the scenarios of the loop share: what a message shows, what was pressed, what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.support.world import Json, World, eventually

ALICE, BOB, DESIGN = "U0ALICE", "U0BOB", "C0DESIGN"


def elements(message: Json) -> Iterator[Json]:
    """Everything that can be pressed in a message."""
    for block in message.get("blocks") or []:
        if block["type"] == "actions":
            yield from block["elements"]


def labels(message: Json) -> list[str]:
    return [one["text"]["text"] for one in elements(message) if one["type"] == "button"]


def shown_text(message: Json) -> str:
    """The words and lines of a message, as its blocks show them."""
    found = []
    for block in message.get("blocks") or []:
        for element in block.get("elements") or []:
            if block["type"] == "context":
                found.append(element["text"])
            found += [str(part.get("text", "")) for part in element.get("elements") or []]
    return "\n".join(found) or message["text"]


def image_of(message: Json) -> Json | None:
    return next((block for block in message.get("blocks") or [] if block["type"] == "image"), None)


async def root(world: World, job: Json) -> Json:
    return (await world.thread(job))[0]


async def press(world: World, message: Json, action_id: str, *, user: str = ALICE, **more: Any) -> Json:
    channel = message.get("channel") or DESIGN
    return await world.slack.action(user, channel, message["ts"], action_id, **more)


async def newest_job(world: World, count: int, **wanted: Any) -> Json:
    """The newest of ``count`` jobs, once it has these values."""

    async def look() -> Json | None:
        rows = await world.jobs()
        ok = len(rows) == count and all(rows[0][key] == value for key, value in wanted.items())
        return rows[0] if ok else None

    found: Json = await eventually(look, every=0.1, what=f"job number {count} with {wanted}")
    return found


async def reply(world: World, job: Json, *words: str, buttons: bool = True) -> Json:
    """The newest message of the job's thread that shows all of ``words``."""

    async def look() -> Json | None:
        for message in reversed(await world.thread(job)):
            has = all(word in shown_text(message) for word in words)
            if has and (bool(labels(message)) or not buttons):
                return message
        return None

    found: Json = await eventually(look, every=0.1, what=f"a reply with {words}")
    return found


SHEET = "a red fox in snow --n 4 --q low"


async def sheet(world: World, text: str = SHEET) -> Json:
    """The first job of the world, delivered."""
    await world.imagine(text)
    return await newest_job(world, 1, delivery="delivered")
