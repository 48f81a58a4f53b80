"""Who and what exists in the simulated workspace: people, channels, messages, files, views. No HTTP here."""

from __future__ import annotations

import random as random_module
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
BOT_USER, BOT_ID, APP_ID, TEAM_ID = "U0IMAGINE", "B0IMAGINE", "A0IMAGINE", "T0SANDBOX"


@dataclass(frozen=True)
class Team:
    id: str = TEAM_ID
    name: str = "Sandbox"
    domain: str = "sandbox"


@dataclass
class User:
    id: str
    name: str
    real_name: str
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    team_id: str = TEAM_ID
    teams: tuple[str, ...] = ()
    """The organisation's workspaces that they belong to, where it is not ``team_id`` alone."""
    deleted: bool = False


@dataclass
class Channel:
    """A conversation; ``kind`` is Slack's ``channel_type``: channel, group, im or mpim."""

    id: str
    name: str
    kind: str
    members: set[str]
    archived: bool = False
    pending_mentions: list[str] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return self.kind != "channel"


@dataclass
class File:
    """An uploaded file; until ``ready`` Slack knows neither its type nor its thumbnails."""

    id: str
    name: str
    title: str
    user: str
    created: int
    data: bytes
    declared: int
    alt_txt: str | None = None
    ticket: str = ""
    uploaded: bool = False
    completed: bool = False
    ready: bool = False
    mimetype: str = ""
    filetype: str = ""
    width: int = 0
    height: int = 0
    mode: str = "hosted"
    access: str | None = None
    external_url: str | None = None
    size_shown: int | None = None
    download_url: bool = True
    deleted: bool = False
    shares: dict[str, list[Json]] = field(default_factory=dict)
    shown_in: set[str] = field(default_factory=set)
    """Conversations that may see it because a new message there showed it in a block."""


@dataclass
class Message:
    ts: str
    channel: str
    user: str
    text: str
    bot_id: str | None = None
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    reply_broadcast: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pings: list[str] = field(default_factory=list)
    edits: list[Json] = field(default_factory=list)


@dataclass
class Ephemeral:
    """A message that only ``user`` sees; ``note`` marks what Slack itself says to them."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    source: str = "chat.postEphemeral"
    pings: list[str] = field(default_factory=list)
    deleted: bool = False
    note: str | None = None
    edits: list[Json] = field(default_factory=list)


@dataclass
class View:
    id: str
    user: str
    body: Json
    root: str
    previous: str | None
    hash: str
    external_id: str = ""
    place: str | None = None
    """The conversation where it was opened."""
    values: Json = field(default_factory=dict)
    """What its fields held when the app last heard of it (``view.state.values``)."""
    errors: Json = field(default_factory=dict)
    pings: list[str] = field(default_factory=list)


@dataclass
class Home:
    """What one person's App Home shows."""

    view: View
    published: int = 1


class Workspace:
    """All state of one simulated workspace, and the small questions about it."""

    def __init__(self, *, clock: Callable[[], float], random: random_module.Random) -> None:
        self.clock = clock
        self.random = random
        self.team = Team()
        self.users = {user.id: user for user in _people()}
        self.groups = _groups()
        self.channels = {channel.id: channel for channel in _channels()}
        self.messages: dict[str, list[Message]] = {}
        self._by_ts: dict[tuple[str, str], Message] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}
        self.ephemerals: list[Ephemeral] = []
        self.files: dict[str, File] = {}
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, Home] = {}
        self.base_url = ""
        """Where its files live; known once the server listens."""
        self._last_ts = 0

    def reset(self) -> None:
        """The people and channels of the beginning, and nothing said; timestamps go on rising."""
        self.users.clear()
        self.users.update({user.id: user for user in _people()})
        self.groups.clear()
        self.groups.update(_groups())
        self.channels.clear()
        self.channels.update({channel.id: channel for channel in _channels()})
        for kept in (
            self.messages,
            self._by_ts,
            self._threads,
            self.ephemerals,
            self.files,
            self.views,
            self.homes,
        ):
            kept.clear()

    def ts(self) -> str:
        """A new message timestamp: unique and rising in the whole workspace."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        seconds, micros = divmod(self._last_ts, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def token(self, prefix: str = "", length: int = 10) -> str:
        """A fresh opaque identifier."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return prefix + "".join(self.random.choices(alphabet, k=length))

    def channel_messages(self, channel: str) -> list[Message]:
        """Messages of a channel in the order of their timestamps; deleted ones are gone."""
        return [m for m in self.messages.get(channel, []) if not m.deleted]

    def find(self, channel: str, ts: str) -> Message | None:
        message = self._by_ts.get((channel, ts))
        return message if message is not None and not message.deleted else None

    def find_ephemeral(self, channel: str, ts: str) -> Ephemeral | None:
        found = (e for e in self.ephemerals if e.channel == channel and e.ts == ts and not e.deleted)
        return next(found, None)

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Replies of a thread, oldest first."""
        return [m for m in self._threads.get((channel, ts), []) if not m.deleted]

    def add(self, message: Message) -> Message:
        """Put a message into its channel, which keeps the order of time."""
        self.messages.setdefault(message.channel, []).append(message)
        self._by_ts[message.channel, message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            self._threads.setdefault((message.channel, message.thread_ts), []).append(message)
        return message

    def direct(self, user: str) -> Channel:
        """The direct message between this person and the bot, made on first use."""
        identifier = "D" + user[1:]
        if identifier not in self.channels:
            self.channels[identifier] = Channel(identifier, user, "im", {user, BOT_USER})
        return self.channels[identifier]

    def by_name(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == wanted and c.kind != "im"), None)

    def view(self, view_id: str) -> View | None:
        stacks = [*self.views.values(), [home.view for home in self.homes.values()]]
        return next((view for stack in stacks for view in stack if view.id == view_id), None)


def _people() -> list[User]:
    return [
        User("U0ALICE", "alice", "Alice Archer"),
        User("U0BOB", "bob", "Bob Baker"),
        User("U0CAROL", "carol", "Carol Chen", is_admin=True),
        User("U0DAN", "dan", "Dan Diaz", is_restricted=True),
        User("U0OWNER", "owner", "Olga Owner", is_admin=True, is_owner=True),
        User(BOT_USER, "imagine", "Imagine", is_bot=True),
    ]


def _groups() -> dict[str, tuple[str, set[str]]]:
    return {"S0MAKERS": ("makers", {"U0ALICE", "U0BOB"})}


def _channels() -> list[Channel]:
    staff = {"U0ALICE", "U0BOB", "U0CAROL", "U0OWNER"}
    return [
        Channel("C0GENERAL", "general", "channel", staff | {"U0DAN", BOT_USER}),
        Channel("C0DESIGN", "design", "channel", staff | {"U0DAN", BOT_USER}),
        Channel("C0RANDOM", "random", "channel", set(staff)),
        Channel("G0SECRET", "secret", "group", {"U0ALICE", "U0BOB", "U0CAROL"}),
        Channel("D0ALICEBOB", "bob", "im", {"U0ALICE", "U0BOB"}),
    ]
