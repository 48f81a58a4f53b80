"""Reads a ``message`` or ``app_mention`` event as an incoming message, or as None if it can be no ask. Pure.

What really arrives, and how often: Slack reference 2.1 to 2.3 and 2.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, SourceRef
from handlers.ids import is_direct, is_private_kind
from handlers.incoming.slack_file import SlackFile
from handlers.parsing.text_input import decode_event_text

OLDEST_SECONDS = 3600.0
"""Older messages are no asks: a bot that was down for a day spends no money on what people have forgotten."""

MOST_FILES = 20
"""How many files of one message are read: far more than any edit takes, so that too many are still
refused."""

_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of messages that people write. Whether there are files is decided by ``files``, not by the
subtype."""

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
"""A mention of a person or of the bot (docs formatting-message-text)."""

_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone)[^<>]*>")
"""A mention of several people at once (docs formatting-message-text)."""

_TS = re.compile(r"\d{1,12}\.\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Us:
    """Who the bot is in the workspace of an event. ``enterprise_id`` is the organisation that the workspace
    is in; None without one."""

    team_id: str
    bot_user_id: str
    enterprise_id: str | None = None


def heard_from(event: Mapping[str, Any], us: Us, now: datetime) -> IncomingMessage | None:
    """The message, with what this delivery says of it; None when it can be no ask.

    No asks are: messages of bots and our own, edits, deletions and other notices, old messages, and in
    channels all that neither names the bot nor brings files to a thread; what names people and not the bot
    is for them. Whether its author may ask here is not judged: see ``teams_of``.
    """
    if not _is_by_a_person(event, us):
        return None
    channel, ts, user = event.get("channel"), event.get("ts"), event.get("user")
    if not isinstance(channel, str) or not isinstance(user, str) or not isinstance(ts, str):
        return None
    if not _TS.fullmatch(ts) or now.timestamp() - float(ts) > OLDEST_SECONDS:
        return None
    text = event.get("text")
    raw = text if isinstance(text, str) else ""
    people = set(_PERSON.findall(raw))
    is_mention = event.get("type") == "app_mention" or us.bot_user_id in people
    is_chat = event.get("channel_type") == "im" or is_direct(channel)
    incoming = IncomingMessage(
        place=Place(
            us.team_id,
            channel,
            _thread_of(event, ts),
            is_private=is_private_kind(channel, event.get("channel_type")),
        ),
        ts=ts,
        user_id=user,
        text=decode_event_text(raw, us.bot_user_id),
        is_mention=is_mention,
        is_direct=is_chat,
        files=files_of(event) if is_mention or is_chat else pictures_of(event),
    )
    is_for_others = bool(people) or _GROUP.search(raw) is not None
    return incoming if _may_be_an_ask(incoming, event, is_for_others=is_for_others) else None


def teams_of(event: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces and organisations in which an event places its author, as far as it names any."""
    named = (event.get(key) for key in ("user_team", "source_team", "team"))
    return frozenset(str(team) for team in named if team)


def deleted_in(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """(channel, ts) of the message that this event says was deleted. One that has replies becomes a
    tombstone; Slack tells that as a change or as a deletion."""
    ts: object = None
    if event.get("subtype") == "message_deleted":
        ts = event.get("deleted_ts")
    elif event.get("subtype") == "message_changed":
        message = event.get("message")
        if isinstance(message, dict) and message.get("subtype") == "tombstone":
            ts = message.get("ts")
    channel = event.get("channel")
    if isinstance(channel, str) and isinstance(ts, str) and _TS.fullmatch(ts):
        return channel, ts
    return None


def files_of(message: Mapping[str, Any]) -> tuple[SourceRef, ...]:
    """All files of a message or an event, in its order, without the documents that Slack itself makes of
    links and long texts. For messages to the bot: files that cannot be edited are kept, so that the asker is
    told of them."""
    return _refs([file for file in files_in(message) if not file.is_document])


def pictures_of(message: Mapping[str, Any]) -> tuple[SourceRef, ...]:
    """The files of a message or an event that may be pictures, in its order."""
    return _refs([file for file in files_in(message) if file.may_be_picture])


def files_in(message: Mapping[str, Any]) -> list[SlackFile]:
    """The files of a message or an event, and those of a message that it forwards: Slack puts these into an
    attachment with ``is_share``, and none into ``files``."""
    attachments = message.get("attachments")
    forwarded = [
        file
        for attachment in (attachments if isinstance(attachments, list) else [])
        if isinstance(attachment, dict) and attachment.get("is_share")
        for file in read_files(attachment.get("files"))
    ]
    return list({file.id: file for file in [*read_files(message.get("files")), *forwarded]}.values())


def read_files(found: object) -> list[SlackFile]:
    """Slack's list of file objects; one that cannot be read is left out."""
    files = []
    for item in found if isinstance(found, list) else []:
        try:
            files.append(SlackFile.model_validate(item))
        except ValidationError:
            continue
    return list({file.id: file for file in files}.values())


def claimed_files(event: Mapping[str, Any]) -> list[str]:
    """Ids of files that only the rich text of an event names (hermes-agent#77141).

    Whoever writes through the API can put any id there: to be trusted only once ``is_shared_with`` says so.
    """
    if files_in(event):
        return []
    return list(dict.fromkeys(_file_ids(event.get("blocks"))))[:MOST_FILES]


def is_shared_with(file: Mapping[str, Any], channel_id: str, ts: str) -> bool:
    """Whether ``files.info`` says that this message shares the file."""
    shares = file.get("shares")
    if not isinstance(shares, dict):
        return False
    return any(
        isinstance(share, dict) and share.get("ts") == ts
        for kind in ("public", "private")
        for share in (shares.get(kind) or {}).get(channel_id) or []
    )


def _is_by_a_person(event: Mapping[str, Any], us: Us) -> bool:
    return (
        event.get("type") in {"message", "app_mention"}
        and event.get("subtype") in _SUBTYPES
        and not event.get("bot_id")
        and not event.get("hidden")
        and not event.get("edited")  # an edited mention comes again (bolt-python#925)
        and event.get("user") != us.bot_user_id
    )


def _thread_of(event: Mapping[str, Any], ts: str) -> str | None:
    root = event.get("thread_ts")
    return root if isinstance(root, str) and _TS.fullmatch(root) and root != ts else None


def _may_be_an_ask(incoming: IncomingMessage, event: Mapping[str, Any], *, is_for_others: bool) -> bool:
    """``is_for_others``: the text names somebody; without the bot's own name it is for them."""
    if incoming.is_mention:
        return True
    if incoming.is_direct:
        return bool(incoming.text or incoming.files)
    if incoming.place.thread_ts is None or is_for_others:
        return False
    return bool(incoming.files or claimed_files(event))


def _refs(files: list[SlackFile]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(file_id=file.id, name=file.name) for file in files[:MOST_FILES])


def _file_ids(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _file_ids(item)
    elif isinstance(node, dict):
        ident = node.get("file_id") or node.get("id")
        if node.get("type") == "file" and isinstance(ident, str):
            yield ident
        yield from _file_ids(node.get("elements"))
