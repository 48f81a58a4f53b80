"""Calls that several parts of the conversation share: updating the status message, asking about files."""

from __future__ import annotations

import structlog

from bot.domain.jobs.job import Job
from bot.errors import CannotPost, OutcomeUnknown
from handlers.messages.block_kit import Json
from handlers.messages.job.shown_message import StatusMessage
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

VERBATIM = {"parse": "none", "link_names": False}
"""Slack must not turn names or links in our texts into mentions. chat.update needs it as well (Slack
reference 3.5)."""

MESSAGE_GONE = "message_not_found"
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


async def update_status(api: SlackApi, job: Job, ts: str, choice: list[StatusMessage]) -> str | None:
    """Update the status message to the first of ``choice`` whose blocks Slack takes. Safe to repeat.

    Returns its fingerprint, or None when the message cannot be edited. Raises CannotPost when it is gone, and
    TryLater and whatever else ``SlackApi.call`` raises, except SlackRefused.
    """
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
                **VERBATIM,
            )
        except CannotPost as closed:
            log.info("status_not_editable", job=job.id, reason=closed.reason)
            return None
        except SlackRefused as refused:
            if refused.code == MESSAGE_GONE:
                raise CannotPost(refused.code) from refused
            if refused.code not in BLOCKS_REFUSED:
                log.info("status_not_editable", job=job.id, reason=refused.code)
                return None
            log.warning("blocks_refused", method=refused.method, job=job.id)
        else:
            return message.fingerprint
    return None


async def delete_message(api: SlackApi, channel_id: str, ts: str) -> None:
    """Delete a message of ours. Safe to repeat. Raises TryLater; what is gone is done, and any other refusal
    is logged, as nothing is left to try."""
    try:
        await api.call("chat.delete", channel=channel_id, ts=ts)
    except (CannotPost, SlackRefused) as refused:
        if code_of(refused) != MESSAGE_GONE:
            log.warning("message_not_deleted", reason=code_of(refused))


def code_of(refused: CannotPost | SlackRefused) -> str:
    """Slack's own word for the refusal."""
    return refused.code if isinstance(refused, SlackRefused) else refused.reason


def ts_of(answer: Json) -> str:
    """The posted message's ts. Raises OutcomeUnknown when the answer has none."""
    ts = answer.get("ts")
    if not isinstance(ts, str) or not ts:
        raise OutcomeUnknown("chat.postMessage: no ts in the answer")
    return ts


async def call_about_file(api: SlackApi, method: str, **args: object) -> Json:
    """Call a method about a file. A conversation that the bot may not post in is a refusal like any other
    here: raises SlackRefused instead of CannotPost."""
    try:
        return await api.call(method, **args)
    except CannotPost as closed:
        raise SlackRefused(method, closed.reason) from closed
