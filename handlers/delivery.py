"""The conversation: jobs are announced, kept up to date and delivered in Slack.

Each public method is one visible effect and decides nothing about repeating it; the order of effects and
what is committed between them belong to the services.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.domain.job import Job, Picture, PictureState
from bot.domain.problem import Failure
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from bot.ports import Clock, JobView, UploadTicket
from handlers.blocks import (
    StatusMessage,
    Voice,
    alt_text,
    plainest,
    previewable,
    status_message,
)
from handlers.escape import Json, cut, inert, shorten
from handlers.files import can_be_shown, file_name, is_in_thread, is_new
from handlers.findings import find_by_job
from handlers.messages import sentence
from handlers.slack_api import ApiFor, SlackApi
from handlers.slack_errors import SlackRefused
from handlers.status_text import arrived, settings, short_id
from handlers.upload import Wire

log = structlog.get_logger(__name__)

METADATA_EVENT = "imagine_job"
REPLY_URL_SECONDS = 29 * 60.0
"""A response_url lives 30 minutes (Slack reference 1); the last one is left alone."""

PROCESSING_SECONDS = 3.0
"""How soon a picture that Slack has not processed yet is looked at again, in its first half minute."""

UNTOUCHED = {"parse": "none", "link_names": False}
"""Texts are taken as they are. chat.update does not remember it: say it there too (Slack reference 3.5)."""

_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackConversation:
    """The ``Conversation`` port on Slack's Web API (see bot.ports for the contracts).

    ``api_for`` finds a workspace's API. ``file_alt_text`` also describes the files themselves; it is off
    because Slack has been seen to drop the sharing of such files in silence (python-slack-sdk#1818): the
    description is in the image blocks and in the files' titles.
    """

    def __init__(
        self,
        *,
        api_for: ApiFor,
        wire: Wire,
        clock: Clock,
        voice: Voice,
        file_alt_text: bool = False,
    ) -> None:
        self._api_for = api_for
        self._wire = wire
        self._clock = clock
        self._voice = voice
        self._file_alt_text = file_alt_text

    async def announce(self, view: JobView) -> str:
        """Post the status message with the job's opaque id as metadata; see the port. Not safe to repeat."""
        job = view.job
        api = await self._api_for(job.place.team_id)
        message = status_message(view, self._voice)
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
                    **UNTOUCHED,
                )
            except SlackRefused as refused:
                if refused.code not in _BLOCKS_REFUSED:
                    raise CannotPost(refused.code) from refused
                log.error("blocks_refused", method=refused.method, job=job.id)
            else:
                return _ts_of(answer)
        raise CannotPost("invalid_blocks")

    async def find_announcement(self, job: Job) -> str | None:
        """Look for our own message that carries the job's id. Without the right to read: None."""
        api = await self._api_for(job.place.team_id)
        try:
            return await find_by_job(api, job, event_type=METADATA_EVENT)
        except (CannotPost, SlackRefused) as refused:
            log.warning("announcement_not_searchable", reason=str(refused), job=job.id)
            return None

    async def report(self, view: JobView) -> str | None:
        """Bring the status message up to date; see the port. Safe to repeat.

        Raises TryLater also when all is shown but a picture that Slack is still processing: the message is
        true by then, and the next call adds the picture.
        """
        job = view.job
        if job.status_ts is None:
            return None
        wanted = status_message(view, self._voice)
        if wanted.fingerprint == job.shown:
            return wanted.fingerprint
        api = await self._api_for(job.place.team_id)
        files = await self._previewed(api, view)
        unfit = {ident for ident, file in files.items() if not can_be_shown(file)}
        bare = status_message(view, self._voice, hidden=set(files))
        choice = [status_message(view, self._voice, hidden=unfit), bare, plainest(bare)]
        shown = await _update(api, job, job.status_ts, choice)
        complete = shown in {None, wanted.fingerprint}
        if not complete and any(is_new(file, self._clock.now()) for file in files.values()):
            raise TryLater("pictures are still being processed", after=PROCESSING_SECONDS)
        return shown

    async def ticket(self, job: Job, picture: Picture) -> UploadTicket:
        """Ask for an upload address. Raises TryLater or GivenUp (uploads switched off, storage full, …)."""
        api = await self._api_for(job.place.team_id)
        described = cut(alt_text(job, 1, 1), 1000) if self._file_alt_text else None
        answer = await _given_up(
            api,
            "files.getUploadURLExternal",
            filename=file_name(job, picture),
            length=picture.size_bytes or 0,
            alt_txt=described,
        )
        file_id, url = answer.get("file_id"), answer.get("upload_url")
        if not isinstance(file_id, str) or not isinstance(url, str):
            raise TryLater("files.getUploadURLExternal: no ticket in the answer")
        return UploadTicket(file_id, url)

    async def upload(self, ticket: UploadTicket, path: Path) -> None:
        """Send the bytes. Raises TryLater, or GivenUp when the ticket is no longer good."""
        await self._wire.upload(ticket.upload_url, path)

    async def share(self, view: JobView) -> None:
        """One completion with every uploaded picture: one message in the thread. Not safe to repeat.

        Raises OutcomeUnknown also when Slack does not know the files: an earlier completion that was never
        answered looks the same (a file can be completed once), and ``is_shared`` tells.
        """
        job, made = view.job, arrived(view)
        waiting = [p for p in made if p.file_id and p.state is PictureState.UPLOADED]
        if not waiting:
            return
        api = await self._api_for(job.place.team_id)
        titles = {p.id: f"{made.index(p) + 1} of {len(made)} · " if len(made) > 1 else "" for p in waiting}
        prompt = inert(shorten(job.request.prompt, 120))
        await _given_up(
            api,
            "files.completeUploadExternal",
            files=[{"id": p.file_id, "title": f"{titles[p.id]}{prompt}"} for p in waiting],
            channel_id=job.place.channel_id,
            thread_ts=job.place.thread_ts or job.status_ts,
            initial_comment=f"`{short_id(job.id)}` · {settings(view)}",
        )

    async def is_shared(self, job: Job, picture: Picture) -> bool:
        """Whether files.info places the file in the job's thread. Raises GivenUp when it was deleted.

        A file that Slack does not know is *gone* only if it was seen in the thread before: one whose
        completion never arrived is unknown too.
        """
        if picture.file_id is None:
            return False
        api = await self._api_for(job.place.team_id)
        try:
            answer = await _given_up(api, "files.info", file=picture.file_id)
        except SlackRefused as refused:
            if refused.code == "file_not_found" and picture.state is not PictureState.SHARED:
                return False
            raise
        file: Json = answer.get("file") or {}
        if file.get("mode") == "tombstone":
            raise SlackRefused("files.info", "file_deleted")
        return is_in_thread(file, job)

    async def tell(self, job: Job, failure: Failure) -> None:
        """The end of an ask, to its asker only: by the command's own reply, else where the bot may write,
        else in a direct message. Never raises; saying it twice harms nobody."""
        said = sentence(failure, command=self._voice.command, bot_name=self._voice.bot_name, job=job)
        body = {"text": said.text, "blocks": said.blocks}
        age = (self._clock.now() - job.created_at).total_seconds()
        if job.reply_url and age < REPLY_URL_SECONDS:
            private = {"response_type": "ephemeral", "replace_original": False, **body}
            if await self._wire.answer(job.reply_url, private):
                return
        place = {"channel": job.place.channel_id, "user": job.user_id, "thread_ts": job.place.thread_ts}
        plain = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        for method, where in (
            ("chat.postEphemeral", place),
            ("chat.postMessage", {"channel": job.user_id, **plain}),
        ):
            try:
                api = await self._api_for(job.place.team_id)
                await api.call(method, **where, **body, **UNTOUCHED)
            except OutcomeUnknown:
                return
            except (TryLater, CannotPost, GivenUp) as unsaid:
                log.info("not_told", job=job.id, method=method, reason=str(unsaid))
            else:
                return

    async def _previewed(self, api: SlackApi, view: JobView) -> dict[str, Json]:
        """What Slack says about the files of the message's own pictures; nothing about one it hides."""
        files: dict[str, Json] = {}
        for picture in previewable(view):
            ident = str(picture.file_id)
            try:
                files[ident] = (await api.call("files.info", file=ident)).get("file") or {}
            except (TryLater, CannotPost, GivenUp) as unseen:
                log.info("picture_not_previewed", job=view.job.id, reason=str(unseen))
                files[ident] = {}
        return files


async def _update(api: SlackApi, job: Job, ts: str, choice: list[StatusMessage]) -> str | None:
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
            if refused.code not in _BLOCKS_REFUSED:
                log.info("status_not_editable", job=job.id, reason=refused.code)
                return None
            log.warning("blocks_refused", method=refused.method, job=job.id)
        else:
            return message.fingerprint
    return None


def _ts_of(answer: Json) -> str:
    ts = answer.get("ts")
    if not isinstance(ts, str) or not ts:
        raise OutcomeUnknown("chat.postMessage: no ts in the answer")
    return ts


async def _given_up(api: SlackApi, method: str, **args: object) -> Json:
    """A call about a file: a closed conversation is as final for it as any other refusal."""
    try:
        return await api.call(method, **args)
    except CannotPost as closed:
        raise SlackRefused(method, closed.reason) from closed
