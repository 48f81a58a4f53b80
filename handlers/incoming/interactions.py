"""Reads payloads of shortcuts and buttons: who, where, and what the form is to start from. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.place import Place
from handlers.ids import is_private_name
from handlers.incoming.message_events import pictures_of
from handlers.views.form_state import Start
from handlers.views.request_form import MOST_FILES

BELONGS = "belongs"
"""Where the context of a request says whether its person belongs to the workspace that pays."""


def is_ours(context: AsyncBoltContext) -> bool:
    """Whether the person belongs to the workspace that pays, and is no guest from a shared channel. Slack
    names no team where there is no other."""
    return bool(context.get(BELONGS, True))


def team_of(body: Mapping[str, Any]) -> str | None:
    """The workspace or organisation in which a payload places the person who pressed something; None where it
    names none, as in commands and events."""
    user = body.get("user")
    team = user.get("team_id") if isinstance(user, dict) else None
    return str(team) if team else None


def place_of(body: Mapping[str, Any], team_id: str) -> Place | None:
    """Where something was pressed; None for global shortcuts."""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if not channel:
        return None
    message = body.get("message") or {}
    is_private = is_private_name(str(channel), (body.get("channel") or {}).get("name"))
    thread_ts = message.get("thread_ts") or container.get("thread_ts")
    return Place(team_id, str(channel), thread_ts, is_private=is_private)


def start_of_message(body: Mapping[str, Any], bot_user_id: str) -> Start:
    """What the form starts from after the message shortcut. Its payload holds the whole message, so Slack is
    not asked for anything."""
    message = body.get("message") or {}
    files = [str(ref.file_id) for ref in pictures_of(message)]
    if not files and message.get("user") == bot_user_id:
        files = list(_shown(message))
    channel = body.get("channel") or {}
    channel_id = str(channel.get("id") or "")
    return Start(
        channel_id=channel_id,
        is_private=is_private_name(channel_id, channel.get("name")),
        thread_ts=str(message.get("thread_ts") or body.get("message_ts") or message.get("ts") or ""),
        files=tuple(files[:MOST_FILES]),
        is_edit=True,
    )


def pressed_picture(body: Mapping[str, Any]) -> tuple[str, int]:
    """The job and the number of the picture behind a button's value, ``JOB.3``; 0 for all of them, as in
    ``JOB.0`` and in the values of older messages, which name the job only."""
    (action,) = body["actions"]
    job_id, _, number = str(action.get("value") or "").partition(".")
    return job_id, int(number) if number.isdecimal() and len(number) < 9 else 0


def _shown(message: Mapping[str, Any]) -> Iterator[str]:
    """The file ids of the pictures in our status message, which has them in image blocks and not as files."""
    for block in message.get("blocks") or []:
        ident = (block.get("slack_file") or {}).get("id") if block.get("type") == "image" else None
        if isinstance(ident, str):
            yield ident
