"""The calls that post, update and share, each with its own way of being refused."""

from __future__ import annotations

import structlog

from bot.domain.jobs.job import Job
from bot.errors import CannotPost, OutcomeUnknown
from handlers.messages.block_kit import Json
from handlers.messages.status_message import StatusMessage
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

UNTOUCHED = {"parse": "none", "link_names": False}
"""Texts are taken as they are. chat.update does not remember it: say it there too (Slack reference 3.5)."""

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


async def update_status(api: SlackApi, job: Job, ts: str, choice: list[StatusMessage]) -> str | None:
    """The first of ``choice`` that Slack takes; the next one only when it refuses the blocks of one."""
    for message in choice:
        if message.fingerprint == job.shown:
            return message.fingerprint
        try:
            await api.call(
                "chat.update",
                channel=job.place.channel_id,
                ts=ts,
                text=message.text,
                blocks=message.blocks,
                **UNTOUCHED,
            )
        except CannotPost as closed:
            log.info("status_not_editable", job=job.id, reason=closed.reason)
            return None
        except SlackRefused as refused:
            if refused.code not in BLOCKS_REFUSED:
                log.info("status_not_editable", job=job.id, reason=refused.code)
                return None
            log.warning("blocks_refused", method=refused.method, job=job.id)
        else:
            return message.fingerprint
    return None


def ts_of(answer: Json) -> str:
    ts = answer.get("ts")
    if not isinstance(ts, str) or not ts:
        raise OutcomeUnknown("chat.postMessage: no ts in the answer")
    return ts


async def about_file(api: SlackApi, method: str, **args: object) -> Json:
    """A call about a file: a closed conversation is as final for it as any other refusal."""
    try:
        return await api.call(method, **args)
    except CannotPost as closed:
        raise SlackRefused(method, closed.reason) from closed
