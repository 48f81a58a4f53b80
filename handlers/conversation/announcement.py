"""Posts the status message, and finds it again by the job's opaque id that it carries."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.jobs.job import Job
from bot.domain.requests.pricing import PriceTable
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import JobView
from handlers.conversation.find_message import find_status_message
from handlers.conversation.misplaced import THREAD_GONE, require_thread, take_back
from handlers.conversation.posting import BLOCKS_REFUSED, VERBATIM, ts_of
from handlers.messages.block_kit import Json
from handlers.messages.job.job_message import job_message
from handlers.messages.job.shown_message import plainest
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

METADATA_EVENT = "imagine_job"


async def announce(api: SlackApi, view: JobView, prices: PriceTable) -> str:
    """Post the status message with the job's opaque id as metadata; see the port. Not safe to repeat."""
    job = view.job
    message = job_message(view, prices)
    for shown in (message, plainest(message)):
        try:
            answer = await api.call(
                "chat.postMessage",
                channel=job.place.channel_id,
                thread_ts=job.place.thread_ts,
                text=shown.text,
                blocks=shown.blocks,
                metadata={"event_type": METADATA_EVENT, "event_payload": {"job_id": job.id}},
                unfurl_links=False,
                unfurl_media=False,
                mrkdwn=False,
                **VERBATIM,
            )
        except SlackRefused as refused:
            if refused.code not in BLOCKS_REFUSED:
                raise CannotPost(refused.code) from refused
            log.error("blocks_refused", method=refused.method, job=job.id)
        else:
            return await _in_its_thread(api, job, answer)
    raise CannotPost("invalid_blocks")


async def _in_its_thread(api: SlackApi, job: Job, answer: Json) -> str:
    """The ts of the message that was posted. Raises CannotPost, as ``require_thread``, and OutcomeUnknown
    while it is at the top and cannot be deleted: ``find_announcement`` deletes it then."""
    try:
        await require_thread(api, job.place, answer)
    except TryLater as not_deleted:
        raise OutcomeUnknown(f"posted outside its thread: {not_deleted}") from not_deleted
    return ts_of(answer)


async def find_announcement(api: SlackApi, job: Job) -> str | None:
    """Look for our own message that carries the job's id. Without the right to read: None. See the port for a
    thread that is gone."""
    try:
        return await find_status_message(api, job, event_type=METADATA_EVENT)
    except (CannotPost, SlackRefused) as refused:
        if str(refused) != THREAD_GONE:
            log.warning("announcement_not_searchable", reason=str(refused), job=job.id)
            return None
    await _take_back(api, job)
    raise CannotPost(THREAD_GONE)


async def _take_back(api: SlackApi, job: Job) -> None:
    """Delete the status message that came out at the top of the channel, if there is one."""
    top = replace(job, place=replace(job.place, thread_ts=None))
    try:
        ts = await find_status_message(api, top, event_type=METADATA_EVENT)
    except (CannotPost, SlackRefused) as refused:
        log.warning("announcement_not_searchable", reason=str(refused), job=job.id)
        return
    if ts is not None:
        await take_back(api, job.place.channel_id, ts)
