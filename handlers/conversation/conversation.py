"""Announces jobs in Slack, keeps their status messages up to date and delivers their pictures.

Each public method is one visible effect and decides nothing about repeating it; the order of effects and
what is committed between them belong to the services.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.shown import Posting, Preview
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import Refusal
from bot.domain.requests.source import SourceRole
from bot.errors import CannotPost, GivenUp, NotUnderstood, TryLater
from bot.ports import Clock, FetchedSource, JobView, MessageContext, MessageReaction, UploadTicket
from handlers.conversation.announcement import announce, find_announcement
from handlers.conversation.downloads import SlackFiles
from handlers.conversation.ephemeral import hint, where_to_tell, whisper
from handlers.conversation.file_upload import MOST_ALT_TEXT, request_upload, share_uploads
from handlers.conversation.files import (
    can_be_shown,
    file_name,
    is_in_thread,
    is_new,
    message_with,
    shares_at_the_top,
)
from handlers.conversation.membership import require_member
from handlers.conversation.misplaced import THREAD_GONE, is_in_a_thread
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.conversation.permalinks import permalink
from handlers.conversation.pictures_again import PicturesAgain
from handlers.conversation.posting import (
    BLOCKS_REFUSED,
    VERBATIM,
    call_about_file,
    delete_message,
    update_status,
)
from handlers.conversation.reactions import react
from handlers.conversation.threads import read_context, shows_in_thread
from handlers.incoming.slack_file import SlackFile
from handlers.messages.block_kit import Json, cut
from handlers.messages.error_message import sentence
from handlers.messages.job_message import file_message, image, in_vain, job_message
from handlers.messages.job_private import failure_notice
from handlers.messages.notices import READING
from handlers.messages.result_files import arrival, description, titles
from handlers.messages.shown_message import plainest
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

SEEN_SECONDS = 60.0
"""An ephemeral message reaches only those who look just then (docs chat.postEphemeral); who asked longer ago
is told in a direct message (loop reference 3)."""

REPLY_URL_SECONDS = 29 * 60.0
"""A response_url lives 30 minutes (Slack reference 1); it is not used in the last one."""

THREAD_AWAY = frozenset({THREAD_GONE, "message_not_found"})
"""What Slack says of a thread whose root is gone."""

PROCESSING_SECONDS = 3.0
"""How soon a picture that Slack has not processed yet is looked at again, in its first half minute."""


class SlackConversation:
    """The ``Conversation`` port on Slack's Web API (see bot.ports for the contracts).

    ``files`` fetches what people sent. Files are uploaded with ``alt_txt`` only where the caller says so,
    because Slack has been seen to drop the sharing of such files in silence (python-slack-sdk#1818): the
    description is also in the image blocks and in the files' titles.
    """

    def __init__(
        self,
        *,
        api: SlackApi,
        upload_client: UploadClient,
        clock: Clock,
        names: BotNames,
        files: SlackFiles,
        prices: PriceTable,
        people: NamesOfPeople,
    ) -> None:
        self._api = api
        self._prices = prices
        self._people = people
        self._again = PicturesAgain(api=api, prices=prices, people=people)
        self._upload_client = upload_client
        self._clock = clock
        self._names = names
        self._files = files

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

    async def direct_channel(self, user_id: str) -> str:
        """See the port."""
        answer = await call_about_file(self._api, "conversations.open", users=user_id)
        return str((answer.get("channel") or {}).get("id"))

    async def has_replies(self, job: Job) -> bool:
        """See the port. The first two messages tell: the root is one of them."""
        if self._api.history.is_limited:
            return True
        try:
            answer = await self._api.call(
                "conversations.replies", channel=job.place.channel_id, ts=job.status_ts, limit=2
            )
        except (CannotPost, SlackRefused) as unread:
            if str(unread) in THREAD_AWAY:
                return False
            log.info("replies_not_read", reason=str(unread), job=job.id)
            return True
        return len(answer.get("messages") or []) > 1

    async def ticket(self, view: JobView, picture: Picture | Preview, *, described: bool) -> UploadTicket:
        """Ask for an upload address. Raises TryLater or GivenUp (uploads switched off, storage full, …)."""
        return await request_upload(
            self._api,
            name=file_name(view.job, picture),
            size_bytes=picture.size_bytes or 0,
            alt_text=cut(description(view, picture), MOST_ALT_TEXT) if described else None,
        )

    async def upload(self, ticket: UploadTicket, path: Path) -> None:
        """Send the bytes. Raises TryLater, or GivenUp when the ticket is no longer good."""
        await self._upload_client.upload(ticket.upload_url, path)

    async def share(self, view: JobView, *, with_blocks: bool) -> bool:
        """One completion with every uploaded file: one message in the thread. Not safe to repeat.

        Raises OutcomeUnknown also when Slack does not know the files: an earlier completion that was never
        answered looks the same (a file can be completed once), and ``is_shared`` tells.
        """
        job, files = view.job, titles(view)
        if not files:
            return True
        blocks = None
        if with_blocks:
            blocks = file_message(view, self._prices, asker=await self._people.name(job.user_id)).blocks
        try:
            await share_uploads(
                self._api,
                files,
                channel_id=job.place.channel_id,
                thread_ts=job.place.thread_ts or job.status_ts,
                comment=None if with_blocks else arrival(view),
                blocks=blocks,
            )
        except SlackRefused as refused:
            if not with_blocks or refused.code not in BLOCKS_REFUSED:
                raise
            return False
        return True

    async def message_of(self, job: Job, file_id: str) -> str | None:
        """See the port."""
        try:
            answer = await call_about_file(self._api, "files.info", file=file_id)
        except GivenUp as unseen:
            log.info("result_not_found", job=job.id, reason=str(unseen))
            return None
        return message_with(answer.get("file") or {}, job)

    async def post_picture(self, view: JobView, posting: Posting) -> str:
        """See the port."""
        return await self._again.post(view, posting)

    async def find_posting(self, posting: Posting) -> str | None:
        """See the port."""
        return await self._again.find(posting)

    async def update_posting(self, view: JobView, posting: Posting) -> None:
        """See the port."""
        await self._again.update(view, posting)

    async def delete_message(self, place: Place, ts: str) -> None:
        """See the port."""
        await delete_message(self._api, place.channel_id, ts)

    async def delete_file(self, file_id: str) -> None:
        """See the port."""
        try:
            await call_about_file(self._api, "files.delete", file=file_id)
        except SlackRefused as gone:
            log.info("file_not_deleted", reason=gone.code)

    async def is_shared(self, job: Job, picture: Picture | Preview) -> bool:
        """Whether files.info places the file in the job's thread. Raises GivenUp when it was deleted, and
        when it came out at the top of the channel, because the thread is gone; it is no longer there then.

        A file that Slack does not know is *gone* only if it was seen in the thread before: one whose
        completion never arrived is unknown too.
        """
        if picture.file_id is None:
            return False
        try:
            answer = await call_about_file(self._api, "files.info", file=picture.file_id)
        except SlackRefused as refused:
            if refused.code == "file_not_found" and picture.state is not PictureState.SHARED:
                return False
            raise
        file: Json = answer.get("file") or {}
        if file.get("mode") == "tombstone":
            raise SlackRefused("files.info", "file_deleted")
        if is_in_thread(file, job):
            return True
        at_the_top = shares_at_the_top(file, job)
        if not at_the_top or await is_in_a_thread(self._api, job.place.channel_id, at_the_top):
            return bool(at_the_top)
        raise SlackRefused("files.completeUploadExternal", THREAD_GONE)

    async def notify_asker(self, job: Job, failure: Failure) -> None:
        """Tell the asker alone how the ask ended: by the command's own reply, else in the conversation if the
        bot may write there, else in a direct message. Raises TryLater while Slack is away. A repetition may
        show it twice, which does no harm."""
        said = failure_notice(job, failure, self._names)
        body = {"text": said.text, "blocks": said.blocks}
        age = (self._clock.now() - job.created_at).total_seconds()
        if age > SEEN_SECONDS and await self._told_directly(job, failure):
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
        except (CannotPost, GivenUp) as closed:
            log.info("not_told_directly", reason=str(closed))
            return False
        return True

    async def _link(self, job: Job) -> str:
        """Where the job was asked for; empty when there is no such message."""
        ts = job.ask_ts or (job.place.thread_ts if job.place.thread_ts != job.status_ts else None)
        return await permalink(self._api, job.place.channel_id, ts)

    async def fetch(self, team_id: str, file_id: str, role: SourceRole) -> FetchedSource:
        """Download a file that was sent into a temporary file; see the port."""
        return await self._files.fetch(team_id, SlackFile.of(file_id), role)

    @property
    def reads_little(self) -> bool:
        """See the port."""
        return self._api.history.is_limited

    async def still_shows(self, place: Place, file_id: str) -> bool:
        """See the port."""
        try:
            answer = await self._api.call("files.info", file=file_id)
        except (CannotPost, SlackRefused) as gone:
            log.info("picture_not_seen", reason=str(gone))
            return False
        return shows_in_thread(answer.get("file") or {}, place)

    async def say_reading(self, place: Place, user_id: str) -> None:
        """See the port."""
        await hint(self._api, place, user_id, READING)

    async def read_context(self, place: Place, ts: str, *, rest: str | None = None) -> MessageContext:
        """Read a message and its thread; see the port."""
        try:
            return await read_context(self._api, place, ts, rest)
        except (CannotPost, SlackRefused) as refused:
            log.warning("message_not_readable", reason=str(refused))
            return MessageContext(is_whole=False)
        except NotUnderstood as odd:
            if place.thread_ts is not None:
                raise
            log.warning("message_not_readable", reason=str(odd))  # an ask in words alone needs no context
            return MessageContext(is_whole=False)

    async def require_member(self, place: Place) -> None:
        """See the port."""
        await require_member(self._api, place.channel_id)

    async def refuse(self, place: Place, user_id: str, refusal: Refusal) -> None:
        """Tell one person why not, privately. Never raises."""
        said = sentence(refusal, self._names, channel_id=place.channel_id)
        await whisper(self._api, place, user_id, said)

    async def react(
        self, place: Place, ts: str, reaction: MessageReaction, *, instead_of: Collection[MessageReaction]
    ) -> frozenset[MessageReaction]:
        """Show a reaction on a message, in place of earlier ones. Never raises."""
        return await react(self._api, place, ts, reaction, instead_of)

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
