"""Roles, admins and user groups of a workspace, as Slack knows them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.deadline import answer_within, patience
from bot.domain.budget.limits import Role
from bot.domain.errors import BotError
from bot.errors import GivenUp
from handlers.web_api.client import SlackApi
from handlers.web_api.people_directory import UNHURRIED_SECONDS, WAIT_SECONDS, list_people

log = structlog.get_logger(__name__)

STALE_SECONDS = 300.0
"""An answer older than this is asked for again. For a role that happens in the background, and the old one is
used meanwhile."""

FORGOTTEN_SECONDS = 86_400.0
"""A role that was learned longer ago than this is not used any more."""


class SlackPeople:
    """The ``People`` port on users.info. ``now`` is monotonic seconds."""

    def __init__(self, api: SlackApi, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._now = now
        self._seen: dict[tuple[str, str], tuple[float, Role]] = {}
        self._groups: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Role | None]] = {}

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        """See the port. A role of the last day is returned at once, unless the answer has to be ``fresh``."""
        key = (team_id, user_id)
        learned_at, known = self._seen.get(key, (-math.inf, None))
        age = self._now() - learned_at
        if fresh or age >= FORGOTTEN_SECONDS:
            found = await self._learn(key)
            return known if found is None and not fresh else found
        if age >= STALE_SECONDS and key not in self._asking:
            with answer_within(None):  # no deadline: nobody waits for this answer
                self._asking[key] = asyncio.create_task(self._learn(key))
            self._asking[key].add_done_callback(lambda _: self._asking.pop(key))
        return known

    async def _learn(self, key: tuple[str, str]) -> Role | None:
        """Ask Slack and keep the answer; None when it does not answer in time."""
        try:
            async with asyncio.timeout(patience(WAIT_SECONDS, UNHURRIED_SECONDS)):
                role = await self._ask(*key)
        except (BotError, TimeoutError) as unknown:
            log.warning("role_unknown", reason=str(unknown) or type(unknown).__name__)
            return None
        self._seen[key] = (self._now(), role)
        return role

    async def admins(self, team_id: str) -> frozenset[str] | None:
        """See the port."""
        try:
            async with asyncio.timeout(patience(WAIT_SECONDS, UNHURRIED_SECONDS)):
                return frozenset(await list_admins(self._api, team_id))
        except (BotError, TimeoutError) as unknown:
            log.warning("admins_unknown", reason=str(unknown) or type(unknown).__name__)
            return None

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        """See the port. None, too, in a workspace whose plan has no user groups."""
        key, now = (team_id, group_id), self._now()
        seen = self._groups.get(key)
        if seen is not None and not fresh and now - seen[0] < STALE_SECONDS:
            return seen[1]
        try:
            async with asyncio.timeout(patience(WAIT_SECONDS, UNHURRIED_SECONDS)):
                members = await list_group(self._api, group_id)
        except (BotError, TimeoutError) as unknown:
            log.warning("group_unknown", reason=str(unknown) or type(unknown).__name__)
            return None if fresh or seen is None else seen[1]
        self._groups[key] = (now, members)
        return members

    async def _ask(self, team_id: str, user_id: str) -> Role:
        try:
            answer = await self._api.call("users.info", user=user_id)
        except GivenUp as refused:
            if "user_not_found" in str(refused) or "user_not_visible" in str(refused):
                return Role.OUTSIDER
            raise
        return role_of(answer.get("user") or {}, team_id)


def role_of(user: dict[str, Any], team_id: str) -> Role:
    """The role that the flags of a Slack user mean; in doubt the one with fewer rights."""
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or not _belongs(user, team_id):
        return Role.OUTSIDER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Role.GUEST
    rules = user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")
    return Role.ADMIN if rules else Role.MEMBER


def _belongs(user: dict[str, Any], team_id: str) -> bool:
    """In an organisation ``team_id`` of a user may be another workspace than the one that is asked about;
    then ``enterprise_user`` names all of theirs (Slack reference 2.6)."""
    teams = (user.get("enterprise_user") or {}).get("teams")
    return (user.get("team_id") or team_id) == team_id or (isinstance(teams, list) and team_id in teams)


async def list_admins(api: SlackApi, team_id: str) -> tuple[str, ...]:
    """The workspace's owners and admins. Raises what ``SlackApi.call`` raises."""
    members = [member async for member in list_people(api)]
    return tuple(sorted(str(one["id"]) for one in members if role_of(one, team_id) is Role.ADMIN))


async def list_group(api: SlackApi, group_id: str) -> frozenset[str]:
    """A user group's members. Raises what ``SlackApi.call`` raises."""
    answer = await api.call("usergroups.users.list", usergroup=group_id)
    return frozenset(map(str, answer.get("users") or []))
