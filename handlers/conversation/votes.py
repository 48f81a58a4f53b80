"""Puts numbers on a message, by which people choose among its pictures; Slack counts."""

from __future__ import annotations

import structlog

from bot.domain.errors import BotError
from bot.domain.jobs.job import Job
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")


async def add_votes(api: SlackApi, job: Job, count: int) -> None:
    """Add the reactions one to ``count``, ten at most, to the message with the job's pictures. Safe to
    repeat. Never raises a BotError."""
    try:
        for name in NUMBERS[:count]:
            await _add(api, job.place.channel_id, job.shown_ts, name)
    except BotError as refused:
        log.info("votes_not_added", reason=str(refused))


async def _add(api: SlackApi, channel_id: str, ts: str | None, name: str) -> None:
    try:
        await api.call("reactions.add", channel=channel_id, timestamp=ts, name=name)
    except SlackRefused as refused:
        if refused.code != "already_reacted":
            raise
