"""Announces jobs in Slack, keeps their status messages up to date and delivers their pictures.

Each public method is one visible effect and decides nothing about repeating it; the order of effects and
what is committed between them belong to the services.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.refusals import Refusal
from bot.domain.requests.source import SourceRole
from bot.errors import CannotPost, GivenUp, NotUnderstood, TryLater
from bot.ports import Clock, FetchedSource, JobView, MessageContext, MessageReaction, UploadTicket
from handlers.conversation.announcement import announce, find_announcement
from handlers.conversation.downloads import SlackFiles
from handlers.conversation.ephemeral import hint, where_to_tell, whisper
from handlers.conversation.file_upload import request_upload, share_uploads
from handlers.conversation.files import can_be_shown, file_name, is_in_thread, is_new, shares_at_the_top
from handlers.conversation.membership import require_member
from handlers.conversation.misplaced import THREAD_GONE, is_in_a_thread
from handlers.conversation.posting import call_about_file, update_status
from handlers.conversation.reactions import react
from handlers.conversation.threads import read_context, shows_in_thread
from handlers.incoming.slack_file import SlackFile
from handlers.messages.block_kit import Json, inert, shorten
from handlers.messages.error_message import sentence
from handlers.messages.notices import READING, ack_notice
from handlers.messages.status_message import plainest, previewable, status_message
from handlers.messages.status_text import arrival, arrived
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

REPLY_URL_SECONDS = 29 * 60.0
"""A response_url lives 30 minutes (Slack reference 1); it is not used in the last one."""

PROCESSING_SECONDS = 3.0
"""How soon a picture that Slack has not processed yet is looked at again, in its first half minute."""


class SlackConversation:
    """The ``Conversation`` port on Slack's Web API (see bot.ports for the contracts).

    ``files`` fetches what people sent. Files are uploaded without ``alt_txt``, because Slack has been seen to
    drop the sharing of such files in silence (python-slack-sdk#1818): the description is in the image blocks
    and in the files' titles.
    """

    def __init__(
        self,
        *,
        api: SlackApi,
        upload_client: UploadClient,
        clock: Clock,
        names: BotNames,
        files: SlackFiles,
    ) -> None:
        self._api = api
        self._upload_client = upload_client
        self._clock = clock
        self._names = names
        self._files = files

    async def announce(self, view: JobView) -> str:
        """See the port."""
        return await announce(self._api, view, self._names)

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
        wanted = status_message(view, self._names)
        if wanted.fingerprint == job.shown:
            return wanted.fingerprint
        files = await self._previewed(self._api, view)
        unfit = {ident for ident, file in files.items() if not can_be_shown(file)}
        bare = status_message(view, self._names, hidden=set(files))
        choice = [status_message(view, self._names, hidden=unfit), bare, plainest(bare)]
        shown = await update_status(self._api, job, job.status_ts, choice)
        complete = shown in {None, wanted.fingerprint}
        if not complete and any(is_new(file, self._clock.now()) for file in files.values()):
            raise TryLater("pictures are still being processed", after=PROCESSING_SECONDS)
        return shown

    async def ticket(self, job: Job, picture: Picture) -> UploadTicket:
        """Ask for an upload address. Raises TryLater or GivenUp (uploads switched off, storage full, …)."""
        name = file_name(job, picture)
        return await request_upload(self._api, name=name, size_bytes=picture.size_bytes or 0)

    async def upload(self, ticket: UploadTicket, path: Path) -> None:
        """Send the bytes. Raises TryLater, or GivenUp when the ticket is no longer good."""
        await self._upload_client.upload(ticket.upload_url, path)

    async def share(self, view: JobView) -> None:
        """One completion with every uploaded picture: one message in the thread. Not safe to repeat.

        Raises OutcomeUnknown also when Slack does not know the files: an earlier completion that was never
        answered looks the same (a file can be completed once), and ``is_shared`` tells.
        """
        job, made = view.job, arrived(view)
        waiting = [p for p in made if p.file_id and p.state is PictureState.UPLOADED]
        if not waiting:
            return
        places = {p.id: f"{made.index(p) + 1} of {len(made)} · " if len(made) > 1 else "" for p in waiting}
        prompt = inert(shorten(job.request.prompt, 120))
        await share_uploads(
            self._api,
            {str(p.file_id): f"{places[p.id]}{prompt}" for p in waiting},
            channel_id=job.place.channel_id,
            thread_ts=job.place.thread_ts or job.status_ts,
            comment=arrival(view),
        )

    async def is_shared(self, job: Job, picture: Picture) -> bool:
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
        said = sentence(failure, self._names, job=job)
        body = {"text": said.text, "blocks": said.blocks}
        age = (self._clock.now() - job.created_at).total_seconds()
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

    async def receipt(self, place: Place, job: Job, standings: Sequence[ScopePeriod]) -> None:
        """See the port."""
        said = ack_notice(job, standings, thread=place.thread_ts is not None)
        await hint(self._api, place, job.user_id, said)

    async def react(
        self, place: Place, ts: str, reaction: MessageReaction, *, instead_of: Collection[MessageReaction]
    ) -> frozenset[MessageReaction]:
        """Show a reaction on a message, in place of earlier ones. Never raises."""
        return await react(self._api, place, ts, reaction, instead_of)

    async def _previewed(self, api: SlackApi, view: JobView) -> dict[str, Json]:
        """Slack's file objects of the pictures that the status message shows, by file id; an empty one where
        Slack does not give it."""
        files: dict[str, Json] = {}
        for picture in previewable(view):
            ident = str(picture.file_id)
            try:
                files[ident] = (await api.call("files.info", file=ident)).get("file") or {}
            except (TryLater, CannotPost, GivenUp) as unseen:
                log.info("picture_not_previewed", job=view.job.id, reason=str(unseen))
                files[ident] = {}
        return files
