"""What happened in the conversations, in order, with everything a test wants to assert on."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from sandbox.slack.core import Core
from sandbox.slack.payloads import file_json, view_json
from sandbox.slack.workspace import Ephemeral, File, Json, Message, View


def transcript(core: Core, *, channel: str | None = None, user: str | None = None) -> list[Json]:
    """Messages and ephemeral ones by time; ``user`` hides what that person cannot see."""
    workspace = core.workspace
    places = [workspace.channels[channel]] if channel else list(workspace.channels.values())
    if user:
        places = [place for place in places if user in place.members]
    names = {place.id for place in places}
    found: list[Json] = [message_record(core, m) for name in names for m in workspace.channel_messages(name)]
    found += [
        ephemeral_record(core, e)
        for e in workspace.ephemerals
        if e.channel in names and not e.deleted and user in {None, e.user}
    ]
    return sorted(found, key=lambda record: str(record["ts"]))


def message_record(core: Core, message: Message) -> Json:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "channel": message.channel,
        "user": message.user,
        "bot_id": message.bot_id,
        "subtype": message.subtype,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "pictures": _pictures(core, message.blocks, core.workspace.channels[message.channel].members),
        "files": [file_record(core, core.workspace.files[f]) for f in message.files],
        "metadata": message.metadata,
        "edited": message.edited,
        "edits": message.edits,
        "reactions": message.reactions,
        "pings": message.pings,
        "ephemeral_for": None,
        "note": None,
    }


def ephemeral_record(core: Core, ephemeral: Ephemeral) -> Json:
    return {
        "ts": ephemeral.ts,
        "thread_ts": ephemeral.thread_ts,
        "channel": ephemeral.channel,
        "user": None,
        "bot_id": None,
        "subtype": None,
        "text": ephemeral.text,
        "blocks": ephemeral.blocks,
        "pictures": _pictures(core, ephemeral.blocks, {ephemeral.user}),
        "attachments": [],
        "files": [],
        "metadata": None,
        "edited": None,
        "edits": ephemeral.edits,
        "reactions": {},
        "pings": ephemeral.pings,
        "ephemeral_for": ephemeral.user,
        "note": ephemeral.note,
        "source": ephemeral.source,
    }


def _pictures(core: Core, blocks: list[Json], people: set[str]) -> list[Json]:
    """Files in blocks, with ``visible`` and the people whom Slack shows "file not found" in their place."""
    return core.posting.visibility.pictures(blocks, people)


def file_record(core: Core, file: File) -> Json:
    shown = file_json(core.workspace, file)
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "size": len(file.data),
        "sha256": _digest(file.data),
        "width": file.width,
        "height": file.height,
        "mode": shown.get("mode"),
        "url_private": shown.get("url_private"),
        "alt_txt": file.alt_txt,
        "deleted": file.deleted,
    }


@lru_cache(maxsize=64)
def _digest(data: bytes) -> str:
    """Kept, since a page asks for the same transcript at every change."""
    return hashlib.sha256(data).hexdigest()


def views_record(core: Core) -> Json:
    """Open modals of each person, the last one on top."""
    return {
        user: [view_json(core.workspace, view) | _view_extras(core, view) for view in stack]
        for user, stack in core.workspace.views.items()
    }


def home_record(core: Core, user: str) -> dict[str, Any] | None:
    home = core.workspace.homes.get(user)
    if home is None:
        return None
    return (
        view_json(core.workspace, home.view) | _view_extras(core, home.view) | {"published": home.published}
    )


def _view_extras(core: Core, view: View) -> Json:
    pictures = _pictures(core, view.body.get("blocks") or [], {view.user})
    return {"errors": view.errors, "pings": view.pings, "pictures": pictures}
