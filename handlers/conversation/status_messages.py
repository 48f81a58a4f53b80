"""The one status message of a job: posted, found again, edited, deleted, or closed."""

from __future__ import annotations

import contextlib
from functools import partial

import structlog

from bot.domain.jobs.job import Job
from bot.domain.requests.pricing import PriceTable
from bot.errors import CannotPost, GivenUp, TryLater
from bot.ports import Clock, JobView
from handlers.conversation.announcement import announce, find_announcement
from handlers.conversation.files import can_be_shown, is_new
from handlers.conversation.misplaced import THREAD_GONE
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.conversation.posting import code_of, delete_message, update_status
from handlers.messages.block_kit import Json
from handlers.messages.job.job_message import image, in_vain, job_message
from handlers.messages.job.shown_message import plainest
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

THREAD_AWAY = frozenset({THREAD_GONE, "message_not_found"})
"""What Slack says of a thread whose root is gone."""

PROCESSING_SECONDS = 3.0
"""How soon a picture that Slack has not processed yet is looked at again, in its first half minute."""


class StatusMessages:
    """The part of the ``Conversation`` port that is about status messages."""

    def __init__(self, *, api: SlackApi, prices: PriceTable, people: NamesOfPeople, clock: Clock) -> None:
        self._api = api
        self._prices = prices
        self._people = people
        self._clock = clock

    async def announce(self, view: JobView) -> str:
        """See the port."""
        return await announce(self._api, view, self._prices)

    async def find_announcement(self, job: Job) -> str | None:
        """See the port."""
        return await find_announcement(self._api, job)

    async def update_status(self, view: JobView) -> str | None:
        """Bring the status message up to date; see the port. Safe to repeat.

        Raises TryLater also when only a picture is missing that Slack is still processing: the message is
        correct without it, and the next call adds it.
        """
        job = view.job
        if job.status_ts is None:
            return None
        asker = await self._people.name(job.user_id)
        show = partial(job_message, view, self._prices, asker=asker)
        wanted = show()
        if wanted.fingerprint == job.shown:
            return wanted.fingerprint
        files = await self._previewed(view)
        unfit = {ident for ident, file in files.items() if not can_be_shown(file)}
        bare = show(hidden=set(files))
        choice = [show(hidden=unfit), bare, plainest(bare)]
        shown = await update_status(self._api, job, job.status_ts, choice)
        complete = shown in {None, wanted.fingerprint}
        if not complete and any(is_new(file, self._clock.now()) for file in files.values()):
            raise TryLater("pictures are still being processed", after=PROCESSING_SECONDS)
        return shown

    async def retract(self, job: Job) -> None:
        """See the port."""
        if job.status_ts is not None:
            await delete_message(self._api, job.place.channel_id, job.status_ts)

    async def close_status(self, job: Job) -> None:
        """See the port."""
        assert job.status_ts is not None
        closed = in_vain(await self._people.name(job.user_id))
        with contextlib.suppress(CannotPost):
            await update_status(self._api, job, job.status_ts, [closed])

    async def has_replies(self, job: Job) -> bool:
        """See the port. The first two messages tell: the root is one of them."""
        if self._api.history.is_limited:
            return True
        try:
            answer = await self._api.call(
                "conversations.replies", channel=job.place.channel_id, ts=job.status_ts, limit=2
            )
        except (CannotPost, SlackRefused) as unread:
            if code_of(unread) in THREAD_AWAY:
                return False
            log.info("replies_not_read", reason=str(unread), job=job.id)
            return True
        return len(answer.get("messages") or []) > 1

    async def _previewed(self, view: JobView) -> dict[str, Json]:
        """Slack's file objects of the pictures that the status message shows, by file id; an empty one where
        Slack does not give it."""
        files: dict[str, Json] = {}
        shown = image(view) if view.is_root and view.is_delivered else None
        if shown is not None:
            ident = str(shown["slack_file"]["id"])
            try:
                files[ident] = (await self._api.call("files.info", file=ident)).get("file") or {}
            except (TryLater, CannotPost, GivenUp) as unseen:
                log.info("picture_not_previewed", job=view.job.id, reason=str(unseen))
                files[ident] = {}
        return files
