"""Who people are in Slack, and how word about money reaches them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import structlog

from bot.domain.alert import Alert
from bot.domain.budget import ScopePeriod
from bot.domain.concern import Concern
from bot.domain.draft import Draft
from bot.domain.letter import Letter
from bot.domain.limits import Role
from bot.errors import BotError, CannotPost, GivenUp
from bot.ports.people import Card
from handlers.budget_cards import alert_notice, decided_notice, petition_notice
from handlers.budget_concerns import concern_notice
from handlers.directory import list_people
from handlers.escape import Json
from handlers.findings import find_ours
from handlers.messages import Notice, notice
from handlers.posting import UNTOUCHED, ts_of
from handlers.slack_api import ApiFor, SlackApi
from handlers.upload import Wire

log = structlog.get_logger(__name__)

STALE_SECONDS = 300.0
"""An older answer is asked for anew; for a role behind the back of whoever waits for a receipt."""

FORGOTTEN_SECONDS = 86_400.0
"""A role that was heard longer ago counts no more."""

WAIT_SECONDS = 1.0
"""A person waits for an acknowledgement meanwhile, which Slack wants within 3 s."""

METADATA_EVENT = "imagine_letter"


class SlackPeople:
    """The ``People`` port on users.info. ``now`` is monotonic seconds."""

    def __init__(self, api_for: ApiFor, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api_for = api_for
        self._now = now
        self._seen: dict[tuple[str, str], tuple[float, Role]] = {}
        self._groups: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Role | None]] = {}

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        """See the port. Who was heard of today waits for nobody, unless the answer has to be ``fresh``."""
        key = (team_id, user_id)
        heard, known = self._seen.get(key, (-math.inf, None))
        age = self._now() - heard
        if fresh or age >= FORGOTTEN_SECONDS:
            found = await self._learn(key)
            return known if found is None and not fresh else found
        if age >= STALE_SECONDS and key not in self._asking:
            self._asking[key] = asyncio.create_task(self._learn(key))
            self._asking[key].add_done_callback(lambda _: self._asking.pop(key))
        return known

    async def _learn(self, key: tuple[str, str]) -> Role | None:
        """Slack's answer of now, which is kept; None when there is none in time."""
        try:
            role = await asyncio.wait_for(self._ask(*key), WAIT_SECONDS)
        except (BotError, TimeoutError) as unknown:
            log.warning("role_unknown", reason=str(unknown) or type(unknown).__name__)
            return None
        self._seen[key] = (self._now(), role)
        return role

    async def admins(self, team_id: str) -> frozenset[str] | None:
        """See the port."""
        try:
            api = await self._api_for(team_id)
            return frozenset(await asyncio.wait_for(list_admins(api, team_id), WAIT_SECONDS))
        except (BotError, TimeoutError) as unknown:
            log.warning("admins_unknown", reason=str(unknown) or type(unknown).__name__)
            return None

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        """See the port. A workspace whose plan has no user groups has none to find out."""
        key, now = (team_id, group_id), self._now()
        seen = self._groups.get(key)
        if seen is not None and not fresh and now - seen[0] < STALE_SECONDS:
            return seen[1]
        try:
            api = await self._api_for(team_id)
            members = await asyncio.wait_for(list_group(api, group_id), WAIT_SECONDS)
        except (BotError, TimeoutError) as unknown:
            log.warning("group_unknown", reason=str(unknown) or type(unknown).__name__)
            return None if fresh or seen is None else seen[1]
        self._groups[key] = (now, members)
        return members

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


async def list_admins(api: SlackApi, team_id: str) -> tuple[str, ...]:
    """The workspace's owners and admins. Raises what ``SlackApi.call`` raises."""
    members = [member async for member in list_people(api)]
    return tuple(sorted(str(one["id"]) for one in members if role_of(one, team_id) is Role.ADMIN))


async def list_group(api: SlackApi, group_id: str) -> frozenset[str]:
    """A user group's members. Raises what ``SlackApi.call`` raises."""
    answer = await api.call("usergroups.users.list", usergroup=group_id)
    return frozenset(map(str, answer.get("users") or []))


class SlackOffice:
    """The ``Office`` port: direct messages from the bot."""

    def __init__(self, api_for: ApiFor, wire: Wire) -> None:
        self._api_for = api_for
        self._wire = wire

    async def admins(self, team_id: str) -> tuple[str, ...]:
        return await list_admins(await self._api_for(team_id), team_id)

    async def petition(self, letter: Letter, draft: Draft, *, zone: str) -> Card:
        return await self._post(letter, petition_notice(draft, zone))

    async def update_petition(self, draft: Draft, card: Card, *, zone: str) -> None:
        channel, ts = card
        if not ts:
            return
        api = await self._api_for(draft.team_id)
        said = petition_notice(draft, zone)
        try:
            await api.call(
                "chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks, **UNTOUCHED
            )
        except (GivenUp, CannotPost) as gone:  # deleted, or the bot was removed: nothing is left to update
            log.info("card_not_updated", reason=str(gone))

    async def decided(self, letter: Letter, draft: Draft) -> Card:
        return await self._post(letter, decided_notice(draft))

    async def alert(self, letter: Letter, alert: Alert, row: ScopePeriod) -> Card:
        return await self._post(letter, alert_notice(alert, row))

    async def concern(self, letter: Letter, concern: Concern) -> Card:
        return await self._post(letter, concern_notice(concern))

    async def find(self, letter: Letter, *, since: datetime) -> Card | None:
        """See the port."""
        api = await self._api_for(letter.team_id)
        try:
            channel = await conversation_of(api, letter.to)
            ts = await find_ours(api, channel, _metadata(letter), since=since)
        except (GivenUp, CannotPost) as shut:
            log.warning("letter_not_searchable", reason=str(shut))
            return None
        return (channel, ts) if ts is not None else None

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

    async def _post(self, letter: Letter, said: Notice) -> Card:
        return await self._send(letter.team_id, letter.to, said, metadata=_metadata(letter))

    async def _send(self, team_id: str, to: str, said: Notice, *, metadata: Json | None = None) -> Card:
        """Posting to a person opens the direct message with them."""
        api = await self._api_for(team_id)
        answer = await api.call(
            "chat.postMessage",
            channel=to,
            text=said.text,
            blocks=said.blocks,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **UNTOUCHED,
        )
        return str(answer.get("channel") or ""), ts_of(answer)


async def conversation_of(api: SlackApi, to: str) -> str:
    """The conversation that a post to ``to`` lands in: a person's id is none. Raises what ``SlackApi.call``
    raises; without the scope for it that is CannotPost."""
    if not to.startswith(("U", "W")):
        return to
    opened = await api.call("conversations.open", users=to)
    return str((opened.get("channel") or {}).get("id") or "")


def _metadata(letter: Letter) -> Json:
    return {"event_type": METADATA_EVENT, "event_payload": {"letter": letter.mark}}
