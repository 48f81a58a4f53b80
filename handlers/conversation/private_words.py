"""What only one person is told: how their ask ended, why it was not taken, that it takes a while."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.jobs.job import Job
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.refusals import Refusal
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from bot.ports import Clock
from handlers.conversation.ephemeral import hint, where_to_tell, whisper
from handlers.conversation.misplaced import THREAD_GONE
from handlers.conversation.permalinks import permalink
from handlers.conversation.posting import VERBATIM
from handlers.ids import is_direct
from handlers.messages.job.job_private import failure_notice
from handlers.messages.problems.error_message import sentence
from handlers.messages.replies.notices import READING
from handlers.messages.replies.private_ask import comes_privately
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

SEEN_SECONDS = 60.0
"""An ephemeral message reaches only those who look just then (docs chat.postEphemeral); who asked longer ago
is told in a direct message (loop reference 3)."""

REPLY_URL_SECONDS = 29 * 60.0
"""A response_url lives 30 minutes (Slack reference 1); it is not used in the last one."""


class PrivateWords:
    """The part of the ``Conversation`` port that tells one person something."""

    def __init__(self, *, api: SlackApi, upload_client: UploadClient, names: BotNames, clock: Clock) -> None:
        self._api = api
        self._upload_client = upload_client
        self._names = names
        self._clock = clock

    async def notify_asker(self, job: Job, failure: Failure) -> None:
        """Tell the asker alone how the ask ended: by the command's own reply, else in the conversation if the
        bot may write there, else in a direct message. What was asked for in a direct message is told there,
        in a message that stays: perhaps nobody looks there just now. Raises TryLater while Slack is away. A
        repetition may show it twice, which does no harm."""
        said = failure_notice(job, failure, self._names)
        body = {"text": said.text, "blocks": said.blocks}
        age = (self._clock.now() - job.created_at).total_seconds()
        is_there = job.reply_url is None and is_direct(job.place.channel_id)
        if (is_there or age > SEEN_SECONDS) and await self._told_directly(job, failure):
            return
        if job.reply_url and age < REPLY_URL_SECONDS:
            private = {"response_type": "ephemeral", "replace_original": False, **body}
            if await self._upload_client.answer(job.reply_url, private):
                return
        place = where_to_tell(job)
        if failure.detail == THREAD_GONE:
            place = replace(place, thread_ts=None)
        later = await whisper(self._api, place, job.user_id, said)
        if later is not None:
            raise later

    async def _told_directly(self, job: Job, failure: Failure) -> bool:
        """Tell the asker in a direct message, with a link to the place. False when that is not possible: then
        it is told in the place."""
        said = failure_notice(job, failure, self._names, link=await self._link(job))
        try:
            await self._api.call(
                "chat.postMessage",
                channel=job.user_id,
                text=said.text,
                blocks=said.blocks,
                unfurl_links=False,
                unfurl_media=False,
                **VERBATIM,
            )
        except OutcomeUnknown as unsure:
            raise TryLater(str(unsure)) from unsure
        except (CannotPost, GivenUp) as closed:
            log.info("not_told_directly", reason=str(closed))
            return False
        return True

    async def _link(self, job: Job) -> str:
        """Where the job was asked for; empty when there is no such message."""
        ts = job.ask_ts or (job.place.thread_ts if job.place.thread_ts != job.status_ts else None)
        return await permalink(self._api, job.place.channel_id, ts)

    async def say_reading(self, place: Place, user_id: str) -> None:
        """See the port."""
        await hint(self._api, place, user_id, READING)

    async def say_private(self, place: Place, user_id: str, there: Place) -> None:
        """See the port."""
        await hint(self._api, place, user_id, comes_privately(there))

    async def refuse(self, place: Place, user_id: str, refusal: Refusal) -> None:
        """Tell one person why not, privately. Never raises."""
        said = sentence(refusal, self._names, channel_id=place.channel_id)
        await whisper(self._api, place, user_id, said)
