"""Announces jobs in Slack, keeps their status messages up to date and delivers their pictures.

Each public method is one visible effect and decides nothing about repeating it; the order of effects and
what is committed between them belong to the services.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import structlog

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.shown import Posting, Preview
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.source import SourceRole
from bot.errors import CannotPost, GivenUp, NotUnderstood
from bot.ports import Clock, FetchedSource, JobView, MessageContext, MessageReaction, UploadTicket
from handlers.conversation.downloads import SlackFiles
from handlers.conversation.file_upload import MOST_ALT_TEXT, request_upload, share_uploads
from handlers.conversation.files import (
    file_name,
    is_in_thread,
    message_with,
    shares_at_the_top,
)
from handlers.conversation.membership import require_member
from handlers.conversation.misplaced import THREAD_GONE, is_in_a_thread
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.conversation.notifier import conversation_of
from handlers.conversation.pictures_again import PicturesAgain
from handlers.conversation.posting import (
    BLOCKS_REFUSED,
    call_about_file,
    delete_message,
)
from handlers.conversation.private_words import PrivateWords
from handlers.conversation.reactions import react
from handlers.conversation.status_messages import StatusMessages
from handlers.conversation.threads import read_context, shows_in_thread
from handlers.incoming.slack_file import SlackFile
from handlers.messages.block_kit import Json, cut
from handlers.messages.job.job_message import file_message
from handlers.messages.job.result_files import arrival, description, titles
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)


class SlackConversation(StatusMessages, PrivateWords):
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
        StatusMessages.__init__(self, api=api, prices=prices, people=people, clock=clock)
        PrivateWords.__init__(self, api=api, upload_client=upload_client, names=names, clock=clock)
        self._again = PicturesAgain(api=api, prices=prices, people=people)
        self._files = files

    async def direct_channel(self, user_id: str) -> str:
        """See the port."""
        return await conversation_of(self._api, user_id)

    async def ticket(self, view: JobView, picture: Picture | Preview, *, described: bool) -> UploadTicket:
        """Ask for an upload address. Raises TryLater or GivenUp (uploads switched off, storage full, …)."""
        return await request_upload(
            self._api,
            name=file_name(view, picture),
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

    async def share_copies(self, view: JobView, posting: Posting, file_ids: Sequence[str]) -> None:
        """See the port."""
        await self._again.share_copies(view, posting, file_ids)

    async def finish_share(self, view: JobView, posting: Posting, file_id: str) -> None:
        """See the port."""
        await self._again.finish_share(view, posting, file_id)

    async def copy_at(self, posting: Posting, file_id: str) -> str | None:
        """See the port."""
        return await self._again.copy_at(posting, file_id)

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

    async def react(
        self, place: Place, ts: str, reaction: MessageReaction, *, instead_of: Collection[MessageReaction]
    ) -> frozenset[MessageReaction]:
        """Show a reaction on a message, in place of earlier ones. Never raises."""
        return await react(self._api, place, ts, reaction, instead_of)
