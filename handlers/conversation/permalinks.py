"""Where jobs can be seen: links to their messages."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

import structlog

from bot.domain.errors import BotError
from bot.domain.jobs.job import Job
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)

MOST_KEPT = 2000
"""How many permalinks are kept in memory; a permalink never changes."""


class Permalinks:
    """Asks Slack for each link once."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def __call__(self, jobs: Iterable[Job]) -> dict[str, str]:
        """Links to the jobs' results, or to their status messages, by job id; only those that Slack gives.
        Never raises."""
        asked = list(jobs)
        found = await asyncio.gather(*map(self._link, asked))
        return {job.id: link for job, link in zip(asked, found, strict=True) if link}

    async def _link(self, job: Job) -> str | None:
        ts = job.shown_ts
        if ts is None:
            return None
        key = (job.place.channel_id, ts)
        if key not in self._known:
            try:
                answer = await self._api.call("chat.getPermalink", channel=key[0], message_ts=ts)
            except BotError as unknown:
                log.info("permalink_unknown", reason=str(unknown))
                return None
            self._known[key] = str(answer.get("permalink") or "")
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return self._known[key] or None


async def permalink(api: SlackApi, channel_id: str, ts: str | None) -> str:
    """The link to a message; empty when there is none. Never raises a BotError. Only reads."""
    if ts is None:
        return ""
    try:
        answer = await api.call("chat.getPermalink", channel=channel_id, message_ts=ts)
    except BotError as unknown:
        log.info("no_link", reason=str(unknown))
        return ""
    return str(answer.get("permalink") or "")
