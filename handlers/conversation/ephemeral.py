"""Sends a message that only one person sees: in the conversation if the bot may write there, else as a direct
message."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import RETRACTED
from bot.domain.place import Place
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from handlers.messages.problems.error_message import Notice
from handlers.web_api.client import SlackApi

log = structlog.get_logger(__name__)


async def whisper(api: SlackApi, place: Place, user_id: str, said: Notice) -> TryLater | None:
    """Send ``said`` to one person. None when it was sent or can never be sent, else the reason to try later.

    Never raises. A repetition may show the message twice, which does no harm. ``place.thread_ts`` must belong
    to a thread that has replies: Slack shows an ephemeral message in no other (docs chat.postEphemeral).
    """
    here = {"channel": place.channel_id, "user": user_id, "thread_ts": place.thread_ts}
    plain = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
    later: TryLater | None = None
    for method, where in (
        ("chat.postEphemeral", here),
        ("chat.postMessage", {"channel": user_id, **plain}),
    ):
        try:
            await api.call(
                method, **where, text=said.text, blocks=said.blocks, parse="none", link_names=False
            )
        except OutcomeUnknown as unsure:
            return TryLater(str(unsure))  # it may have arrived: do not send it the other way as well
        except (TryLater, CannotPost, GivenUp) as unsaid:
            log.info("not_told", method=method, reason=str(unsaid))
            later = unsaid if isinstance(unsaid, TryLater) else later
        else:
            return None
    return later


async def say_directly(api: SlackApi, user_id: str, said: Notice) -> None:
    """Send a direct message, tried once. Never raises."""
    try:
        await api.call(
            "chat.postMessage",
            channel=user_id,
            text=said.text,
            blocks=said.blocks,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
        )
    except (OutcomeUnknown, TryLater, CannotPost, GivenUp) as unsaid:
        log.info("not_said", reason=str(unsaid))


async def hint(api: SlackApi, place: Place, user_id: str, said: Notice) -> None:
    """Send a message that may get lost: only in this conversation, tried once. Never raises."""
    try:
        await api.call(
            "chat.postEphemeral",
            channel=place.channel_id,
            user=user_id,
            thread_ts=place.thread_ts,
            text=said.text,
            blocks=said.blocks,
            parse="none",
            link_names=False,
        )
    except (OutcomeUnknown, TryLater, CannotPost, GivenUp) as unsaid:
        log.info("not_hinted", reason=str(unsaid))


def where_to_tell(job: Job) -> Place:
    """Where to send an ephemeral message about ``job``: its thread if that is known to have replies, else the
    channel itself (see ``whisper``)."""
    root = job.place.thread_ts
    ours = job.status_ts if job.shown != RETRACTED else None
    is_reply = any(ts not in {None, root} for ts in (job.ask_ts, ours))
    if is_reply or job.parent_id is not None:
        return job.place
    return replace(job.place, thread_ts=None)
