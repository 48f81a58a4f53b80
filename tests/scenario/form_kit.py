"""What scenarios of the form share: a person who fills it in as in Slack, where each choice is told."""

from __future__ import annotations

from typing import Any

from handlers.views.request_form import DISPATCHING
from handlers.web_api.client import new_client, new_session
from tests.scenario.edit_kit import DESIGN
from tests.support.world import Json, World, eventually

FILES = ("pictures", "mask")


async def form_of(world: World, user: str) -> Json:
    """The form on top of this person's screen, once there is one that can be sent."""

    async def look() -> Json | None:
        stack = await world.slack.views(user)
        return stack[-1] if stack and stack[-1].get("submit") else None

    found: Json = await eventually(look, what="an open form")
    return found


def blocks_of(view: Json) -> list[str]:
    """The ids of its fields."""
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def field(view: Json, block_id: str) -> Json:
    return next(block for block in view["blocks"] if block.get("block_id") == block_id)


def begins_with(view: Json, block_id: str) -> str:
    """What a field begins with."""
    element = field(view, block_id)["element"]
    initial = element.get("initial_option") or {}
    return str(initial.get("value") or element.get("initial_value") or "")


def submit_of(view: Json) -> str:
    return str(view["submit"]["text"])


def sum_of(view: Json) -> str:
    return str(field(view, "sum")["elements"][0]["text"])


async def press_choice(world: World, user: str, view: Json, block: str, value: Any, **values: Any) -> Json:
    """One choice, as Slack tells it; what Slack says of the press."""
    key = "files" if block in FILES else "selected_option"
    return await world.slack.view_action(
        user, "value", view_id=view["id"], block_id=block, values=_typed(values), **{key: value}
    )


async def choose(world: World, user: str, view: Json, block: str, value: Any, **values: Any) -> Json:
    """Choose something and wait until the form has been drawn anew. The form."""
    pressed = await press_choice(world, user, view, block, value, **values)
    assert pressed["acked"]

    async def look() -> Json | None:
        found = next(v for v in await world.slack.views(user) if v["id"] == view["id"])
        return found if found["hash"] != view["hash"] else None

    found: Json = await eventually(look, what=f"the form after {block} = {value}")
    return found


async def draw(world: World, user: str, view: Json, **values: Any) -> Json:
    """Fill the form in, choices first, and send it: what the sandbox saw of the answer."""
    for block in DISPATCHING:
        if block in values:
            view = await choose(world, user, view, block, values.pop(block))
    return await world.slack.submit_view(user, view["id"], _typed(values))


def _typed(values: dict[str, Any]) -> Json:
    return {block: {"value": value} for block, value in values.items()}


async def posted_button(world: World, action_id: str, value: str, channel: str = DESIGN) -> str:
    """A message of the bot's with one button, such as other versions of it post; its ts."""
    async with new_session() as session:
        client = new_client("xoxb-sandbox", session=session, base_url=f"{world.slack_url}/api/")
        text = {"type": "plain_text", "text": "Edit…"}
        button = {"type": "button", "action_id": action_id, "value": value, "text": text}
        said = await client.chat_postMessage(
            channel=channel, text="a button", blocks=[{"type": "actions", "elements": [button]}]
        )
        return str(said["ts"])


async def press(world: World, user: str, action_id: str, value: str, channel: str = DESIGN) -> None:
    ts = await posted_button(world, action_id, value, channel)
    await world.slack.action(user, channel, ts, action_id)
