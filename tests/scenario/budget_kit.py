"""What the budget scenarios share: finding buttons, cards and direct messages as people see them."""

from __future__ import annotations

import json
from typing import Any

from tests.support.world import Json, World, eventually

DESIGN = "C0DESIGN"


def all_of(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


async def buttons(world: World, channel: str, user: str) -> Json:
    """The newest message with buttons that ``user`` sees in ``channel``."""

    async def look() -> Json | None:
        seen = await world.slack.transcript(channel)
        mine = [m for m in seen if m["ephemeral_for"] in {None, user} and '"actions"' in all_of(m["blocks"])]
        return mine[-1] if mine else None

    found: Json = await eventually(look, what=f"buttons for {user} in {channel}")
    return found


async def press(world: World, user: str, channel: str, action: str) -> Json:
    message = await buttons(world, channel, user)
    return await world.slack.action(user, channel, message["ts"], action)


async def direct(world: World, user: str) -> str:
    """The conversation between ``user`` and the bot, once there is one."""

    async def look() -> str | None:
        for channel in await world.slack.channels():
            if set(channel.get("members", ())) == {user, "U0IMAGINE"}:
                return str(channel["id"])
        return None

    return str(await eventually(look, what=f"a direct message to {user}"))


async def told(world: World, channel: str, words: str) -> Json:
    """The newest message in ``channel`` with these words, once it is there."""

    async def look() -> Json | None:
        found = [m for m in await world.slack.transcript(channel) if words in all_of(m)]
        return found[-1] if found else None

    message: Json = await eventually(look, what=f"“{words}” in {channel}")
    return message


async def form_of(world: World, user: str) -> Json:
    """The form on top of this person's screen, once there is one."""

    async def look() -> Json | None:
        stack = await world.slack.views(user)
        return stack[-1] if stack else None

    view: Json = await eventually(look, what=f"a form for {user}")
    return view


async def over_budget(world: World, *, user: str = "U0ALICE") -> None:
    """``user`` asks for what does not fit, and then the admins for approval."""
    over = await world.imagine("a fox --q low --n 4", user=user)
    assert "Ask an admin" in all_of(over["ack"]), over["ack"]
    await press(world, user, DESIGN, "draft_ask")


def filled(**values: str) -> Json:
    """What somebody types and chooses, by field."""
    return {field: {"value": value} for field, value in values.items()}
