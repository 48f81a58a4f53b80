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

SOMEBODY = "somebody"
"""Stands for whoever cannot be looked up."""


class NamesInText:
    """Asks Slack for each person once a text (docs users.info)."""

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
