"""What scenarios of edits share: pictures made in code, a bot that the provider can fetch from, and looks."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from bot.media.decoding.normalise import normalise
from bot.media.limits import Limits
from sandbox.slack.client import upload
from tests.support.world import Json, World, eventually

ALICE, BOB, DESIGN = "U0ALICE", "U0BOB", "C0DESIGN"


def picture(form: str = "PNG", size: tuple[int, int] = (640, 480), **save: Any) -> bytes:
    """A picture with something in it, different for every size."""
    image = Image.new("RGB", size, (40, 90, 160))
    ImageDraw.Draw(image).ellipse(
        (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill=(240, 200, 0)
    )
    buffer = io.BytesIO()
    image.save(buffer, form, **save)
    return buffer.getvalue()


def mask(size: tuple[int, int] = (640, 480)) -> bytes:
    """The left half may change."""
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def photo(name: str = "photo.png", data: bytes | None = None) -> Json:
    return upload(name, data if data is not None else picture())


def normal(data: bytes) -> str:
    """SHA-256 of what the provider ought to get of this source."""
    return hashlib.sha256(normalise(data, limits=Limits()).data).hexdigest()


async def reachable_bot(world: World, **env: str) -> None:
    """A bot whose ``/media`` the sandbox provider can fetch from."""
    host = f"127.0.0.1:{world.env['IMAGINE_PORT']}"
    trusted = f"{world.env['IMAGINE_TRUSTED_HOSTS']},{host}"
    await world.start_bot(IMAGINE_PUBLIC_URL=f"http://{host}", IMAGINE_TRUSTED_HOSTS=trusted, **env)


async def made(world: World, text: str = "a red fox --q low", channel: str = DESIGN, **wanted: Any) -> Json:
    """A generated picture in a thread of the bot's own, delivered."""
    await world.imagine(text, channel=channel)
    return await world.job(delivery="delivered", **wanted)


async def edited(world: World, **wanted: Any) -> Json:
    """The newest job once it is an edit and delivered."""
    return await world.job(kind="edit", delivery="delivered", **wanted)


async def whispers(world: World, user: str, *words: str) -> list[Json]:
    """What only this person was told, with all of these words in it; waits for the first."""

    async def look() -> list[Json]:
        records = await world.slack.transcript("", user)
        return [
            r for r in records
            if r["ephemeral_for"] == user and all(word.lower() in r["text"].lower() for word in words)
        ]  # fmt: skip

    found: list[Json] = await eventually(look, what=f"a whisper to {user} with {words}")
    return found


async def message(world: World, ts: str, channel: str = DESIGN) -> Json:
    return next(m for m in await world.slack.messages(channel) if m["ts"] == ts)


async def mood(world: World, ts: str, *names: str, channel: str = DESIGN) -> None:
    """Wait until the message carries exactly these reactions."""

    async def look() -> bool:
        return set((await message(world, ts, channel))["reactions"]) == set(names)

    await eventually(look, what=f"reactions {names}")


def sources(world: World, index: int = -1) -> list[Json]:
    found: list[Json] = world.provider.tasks()[index]["sources"]
    return found


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def details(world: World, job: Json, user: str = ALICE, *, number: int = 1) -> str:
    """What the form says that Details… opens below a picture of the job."""
    value = f"details.{job['id']}.{number}"
    for shown in await world.thread(job):
        menus = [one for block in shown["blocks"] or [] for one in block.get("elements", [])]
        if any(value in str(menu.get("options")) for menu in menus):
            await world.slack.action(user, job["channel_id"], shown["ts"], "pic_more", selected_option=value)

    async def opened() -> Json | None:
        views = await world.slack.views(user)
        return views[-1] if views else None

    view = await eventually(opened, what="the form opens")
    await world.slack.close_view(user)
    return json.dumps(view, ensure_ascii=False)
