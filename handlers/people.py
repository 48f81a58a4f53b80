"""Who people are in Slack, and how word about money reaches them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import structlog

from bot.domain.alert import Alert
from bot.domain.budget import ScopePeriod
from bot.domain.draft import Draft
from bot.domain.limits import Role
from bot.errors import BotError, GivenUp
from handlers.budget_cards import alert_notice, decided_notice, petition_notice
from handlers.messages import Notice, notice
from handlers.posting import UNTOUCHED, ts_of
from handlers.slack_api import ApiFor
from handlers.upload import Wire

log = structlog.get_logger(__name__)

CACHE_SECONDS = 300.0
WAIT_SECONDS = 1.0
"""A person waits for an acknowledgement meanwhile, which Slack wants within 3 s."""


class SlackPeople:
    """The ``People`` port on users.info."""

    def __init__(self, api_for: ApiFor) -> None:
        self._api_for = api_for
        self._seen: dict[tuple[str, str], tuple[float, Role]] = {}

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        """See the port."""
        key, now = (team_id, user_id), time.monotonic()
        seen = self._seen.get(key)
        if seen is not None and not fresh and now - seen[0] < CACHE_SECONDS:
            return seen[1]
        try:
            role = await asyncio.wait_for(self._ask(team_id, user_id), WAIT_SECONDS)
        except (BotError, TimeoutError) as unknown:
            log.warning("role_unknown", reason=str(unknown) or type(unknown).__name__)
            return None if fresh or seen is None else seen[1]
        self._seen[key] = (now, role)
        return role

    async def _ask(self, team_id: str, user_id: str) -> Role:
        api = await self._api_for(team_id)
        try:
            answer = await api.call("users.info", user=user_id)
        except GivenUp as refused:
            if "user_not_found" in str(refused) or "user_not_visible" in str(refused):
                return Role.OUTSIDER
            raise
        return role_of(answer.get("user") or {}, team_id)


def role_of(user: dict[str, Any], team_id: str) -> Role:
    """What Slack's flags amount to; whatever is in doubt has no rights."""
    team = user.get("team_id") or team_id
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or team != team_id:
        return Role.OUTSIDER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Role.GUEST
    rules = user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")
    return Role.ADMIN if rules else Role.MEMBER


class SlackOffice:
    """The ``Office`` port: direct messages from the bot."""

    def __init__(self, api_for: ApiFor, wire: Wire) -> None:
        self._api_for = api_for
        self._wire = wire

    async def admins(self, team_id: str) -> tuple[str, ...]:
        api = await self._api_for(team_id)
        members = (await api.call("users.list", limit=1000)).get("members") or []
        return tuple(
            sorted(str(member["id"]) for member in members if role_of(member, team_id) is Role.ADMIN)
        )

    async def petition(self, draft: Draft, admin_id: str) -> tuple[str, str]:
        return await self._send(draft.team_id, admin_id, petition_notice(draft))

    async def close_petition(self, draft: Draft, card: tuple[str, str]) -> None:
        channel, ts = card
        if not ts:
            return
        api = await self._api_for(draft.team_id)
        said = petition_notice(draft)
        try:
            await api.call(
                "chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks, **UNTOUCHED
            )
        except BotError as gone:
            log.info("card_not_closed", reason=str(gone))

    async def decided(self, draft: Draft) -> None:
        await self._send(draft.team_id, draft.user_id, decided_notice(draft))

    async def alert(self, alert: Alert, row: ScopePeriod, user_id: str) -> None:
        await self._send(alert.scope.id.split("/")[0], user_id, alert_notice(alert, row))

    async def send_file(self, team_id: str, user_id: str, name: str, data: bytes) -> None:
        channel, _ = await self._send(team_id, user_id, notice([f"Here is {name}."]))
        api = await self._api_for(team_id)
        ticket = await api.call("files.getUploadURLExternal", filename=name, length=len(data))
        with NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            await self._wire.upload(str(ticket.get("upload_url")), Path(file.name))
        await api.call(
            "files.completeUploadExternal",
            files=[{"id": ticket.get("file_id"), "title": name}],
            channel_id=channel,
        )

    async def _send(self, team_id: str, user_id: str, said: Notice) -> tuple[str, str]:
        """A direct message: posting to a person opens it."""
        api = await self._api_for(team_id)
        answer = await api.call(
            "chat.postMessage",
            channel=user_id,
            text=said.text,
            blocks=said.blocks,
            unfurl_links=False,
            unfurl_media=False,
            **UNTOUCHED,
        )
        return str(answer.get("channel") or ""), ts_of(answer)
