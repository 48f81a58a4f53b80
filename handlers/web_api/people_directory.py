"""Finds people by name: the text of a slash command has names as they were typed, not user ids."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.deadline import answer_within, patience
from bot.domain.errors import BotError
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

PAGE = 1000
"""People a page; Slack takes no more (docs users.list)."""

FRESH_SECONDS = 60.0
"""How long the names of a workspace are kept. A name that is not among them is looked up anew."""

WAIT_SECONDS = 1.5
"""How long to wait for Slack while a person waits for an acknowledgement, which is due within 3 s."""

UNHURRIED_SECONDS = 5.0
"""How long to wait for Slack otherwise."""


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    name: str


PeopleByName = Mapping[str, frozenset[Person]]


class PeopleDirectory:
    """People by handle, display name or full name, as users.list has them. ``now`` is monotonic seconds."""

    def __init__(self, api: SlackApi, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._now = now
        self._names: dict[str, tuple[float, PeopleByName]] = {}
        self._reading: dict[str, asyncio.Task[PeopleByName | None]] = {}

    async def find(self, team_id: str, name: str) -> frozenset[Person] | None:
        """Everybody with that handle, display name or full name; case and a leading @ do not matter.

        None when Slack has not answered in time. The list is then read to its end all the same,
        so that the next call finds it. Never raises; safe to repeat.
        """
        read_at, names = self._names.get(team_id, (0.0, {}))
        key = _key(name)
        if key in names and self._now() - read_at < FRESH_SECONDS:
            return names[key]
        reading = self._reading.get(team_id)
        if reading is None:
            with answer_within(None):  # it is read to its end, whoever stops waiting
                reading = self._reading[team_id] = asyncio.create_task(self._read(team_id))
            reading.add_done_callback(lambda _: self._reading.pop(team_id))
        done, _ = await asyncio.wait([reading], timeout=patience(WAIT_SECONDS, UNHURRIED_SECONDS))
        found = reading.result() if done else None
        return None if found is None else found.get(key, frozenset())

    async def _read(self, team_id: str) -> PeopleByName | None:
        try:
            names = await _list_names(self._api)
        except BotError as unknown:
            log.warning("names_unknown", reason=str(unknown))
            return None
        self._names[team_id] = (self._now(), names)
        return names


async def list_people(api: SlackApi) -> AsyncIterator[dict[str, Any]]:
    """Everybody in the workspace, as Slack describes them. Raises what ``SlackApi.call`` raises."""
    cursor: str | None = None
    while True:
        answer = await api.call("users.list", limit=PAGE, cursor=cursor)
        for member in answer.get("members") or []:
            yield member
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def _list_names(api: SlackApi) -> PeopleByName:
    names: defaultdict[str, set[Person]] = defaultdict(set)
    async for member in list_people(api):
        if member.get("deleted") or member.get("is_bot"):
            continue
        profile = member.get("profile") or {}
        full = str(profile.get("real_name") or member.get("real_name") or member.get("name") or "")
        fields = ("display_name", "display_name_normalized", "real_name", "real_name_normalized")
        for name in (member.get("name"), full, *(profile.get(field) for field in fields)):
            if name:
                names[_key(str(name))].add(Person(str(member["id"]), full))
    return {name: frozenset(people) for name, people in names.items()}


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().removeprefix("@").split())
