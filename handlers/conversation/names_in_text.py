"""Puts people's names where a message names them by id: a picture of @U0123ABCD would show just that."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import structlog

from bot.domain.errors import BotError
from handlers.messages.block_kit import visible
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

_ID = re.compile(r"@([UW][A-Z0-9]{4,})\b")
_MOST = 5
"""How many people of one text are looked up; it is a picture's description."""

_MOST_KNOWN = 1000
"""So many names are remembered; one that has changed shows in the next run of the bot."""

SOMEBODY = "somebody"
"""Stands for whoever cannot be looked up."""


class NamesOfPeople:
    """What people call each other, asked of Slack once a while (docs users.info)."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: dict[str, str] = {}

    async def name(self, user_id: str) -> str:
        """The person's name; empty when it cannot be found out. Never raises; safe to repeat."""
        if user_id not in self._known:
            try:
                user = (await self._api.call("users.info", user=user_id)).get("user") or {}
            except BotError as unknown:
                log.info("name_unknown", reason=str(unknown))
                return ""
            if len(self._known) >= _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[user_id] = visible(_name_of(user))
        return self._known[user_id]


class NamesInText:
    """Puts names into texts, asking for each person once a text."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def __call__(self, text: str) -> str:
        """``text`` with names in place of ids. Never raises; safe to repeat."""
        ids = list(dict.fromkeys(_ID.findall(text)))
        found = await asyncio.gather(*map(self._name, ids[:_MOST]))
        names = dict(zip(ids, found, strict=False))
        return _ID.sub(lambda match: names.get(match[1], SOMEBODY), text)

    async def _name(self, user_id: str) -> str:
        try:
            user = (await self._api.call("users.info", user=user_id)).get("user") or {}
        except BotError as unknown:
            log.info("name_unknown", reason=str(unknown))
            return SOMEBODY
        return visible(_name_of(user)) or SOMEBODY


def _name_of(user: Mapping[str, Any]) -> str:
    """What people call them: the display name, else the full name, else the handle."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return str(next((name for name in names if name), ""))
