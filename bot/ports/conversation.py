"""The conversations in which people ask and get their pictures, as the services see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.domain.jobs.job import Job, Picture, PictureState, Status, Submission
from bot.domain.jobs.shown import Posting, Preview
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.refusals import Refusal
from bot.domain.requests.source import IncomingMessage, SourceRef, SourceRole
from bot.ports.media import FetchedSource


@dataclass(frozen=True, slots=True)
class JobView:
    """Everything that a job's messages are made from. ``expected_seconds`` is how long it usually takes from
    the submission to the last picture; None when that is not shown. ``ahead`` counts the jobs of the
    workspace that wait before this one, ``parent`` is the job that it started from, if that is known."""

    job: Job
    pictures: Sequence[Picture]
    submissions: Sequence[Submission]
    now: datetime
    expected_seconds: float | None
    stuck: bool = False
    """A task of the job is parked: the work stops until an operator resumes it."""
    previews: Sequence[Preview] = ()
    parent: Job | None = None
    ahead: int = 0
    is_first: bool = False
    """It is the first delivered one of its asker, who is told once how to go on."""
    is_withdrawn: bool = False
    """It was cancelled while it was drawn, and its pictures come to its asker alone."""
    before: Picture | None = None
    """The picture that it was made from, for a message that shows both."""
    members: tuple[Job, ...] = ()
    """The jobs of a set, in order, where ``job`` is all of them as one (``as_one``)."""

    def job_of(self, number: int) -> Job:
        """The job that the picture ``number`` is of: of a set one of its jobs."""
        if not self.members:
            return self.job
        each = self.members[0].request.n
        return self.members[min(max(number - 1, 0) // each, len(self.members) - 1)]

    @property
    def arrived(self) -> list[Picture]:
        """The pictures that were made and are not lost, in order."""
        return [picture for picture in self.pictures if picture.state is not PictureState.LOST]

    @property
    def is_delivered(self) -> bool:
        """Whether everything that can be shown is in the conversation."""
        return bool(self.arrived) and all(picture.state.is_final for picture in self.pictures)

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody knows what became of an order, and whether it was charged."""
        failure = self.job.failure
        doubtful = failure is not None and failure.problem is Problem.OUTCOME_UNKNOWN
        return self.job.status is Status.UNKNOWN or (self.job.status is Status.FAILED and doubtful)

    @property
    def ended_in_vain(self) -> bool:
        """Whether the job has ended without any picture, so that nothing of it stays in the conversation."""
        is_over = self.job.status in {Status.FAILED, Status.CANCELLED}
        return is_over and not self.arrived and not self.is_in_doubt and not self.stuck

    @property
    def is_root(self) -> bool:
        """Whether the status message begins the job's thread; else it stands in a conversation that was there
        before, and the result comes as a message of its own."""
        has_status = self.job.status_ts is not None
        return has_status and self.job.place.thread_ts in {None, self.job.status_ts}


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """Where to upload one picture, and the id that the file will have."""

    file_id: str
    upload_url: str


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What the conversation shows of one message and of the thread that it was written in.

    ``files`` came with the message itself. ``newest`` are the pictures of the thread's newest message before
    it that has any, whether a person or the bot posted them; ``shown`` names every picture that the thread
    still shows, also later ones. ``is_whole`` is False when the thread could not be read to its end: then a
    picture that is missing here may be in the thread all the same. ``newest_at`` is when the newest came, in
    seconds since 1970. ``rest`` is where to go on reading when
    this was only a part of it.
    """

    files: tuple[SourceRef, ...] = ()
    newest: tuple[SourceRef, ...] = ()
    shown: frozenset[str] = frozenset()
    is_whole: bool = True
    rest: str | None = None
    newest_at: float = 0.0

    def and_then(self, later: MessageContext) -> MessageContext:
        """Both together, where ``later`` was read from ``rest`` on."""
        return replace(
            later,
            files=self.files or later.files,
            newest=later.newest or self.newest,
            newest_at=later.newest_at if later.newest else self.newest_at,
            shown=self.shown | later.shown,
        )


class MessageReaction(StrEnum):
    """The reaction that the bot puts on the message that asked. It is never the only signal."""

    SEEN = "seen"
    DONE = "done"
    FAILED = "failed"
    THANKED = "thanked"  # the answer to thanks
    NONE = "none"  # no reaction: the message led to nothing


class Conversation(Protocol):
    """Reads and writes the conversation. Each method is one external effect, so that callers can commit
    between two of them.

    Unless a method says that it never raises, it may raise TryLater (a rate limit, or an outage before the
    call was taken), and a method that changes something raises OutcomeUnknown when the answer was lost. None
    raises StoreUnavailable.
    """

    async def announce(self, view: JobView) -> str:
        """Post the status message: a new root message when the job has no thread yet, else a reply in it.

        Returns the message's ts. Raises CannotPost when the bot may not post there or the thread is gone;
        then nothing is shown. Not safe to repeat: after OutcomeUnknown or a crash call
        ``find_announcement`` first.
        """
        ...

    async def find_announcement(self, job: Job) -> str | None:
        """The ts of the status message, found by the opaque job id that it carries; None without one.

        Raises CannotPost when the thread is gone: a status message that came out elsewhere is deleted. Safe
        to repeat."""
        ...

    async def update_status(self, view: JobView) -> str | None:
        """Update the status message in place. Safe to repeat.

        Returns a fingerprint of what is shown; None when the message can no longer be edited. Raises
        CannotPost when it is gone.
        Makes no call when the fingerprint equals ``view.job.shown``.
        """
        ...

    async def retract(self, job: Job) -> None:
        """Delete the status message. Safe to repeat, also when it is gone. Raises TryLater."""
        ...

    async def close_status(self, job: Job) -> None:
        """Leave only that the job did not work out, in a status message that has to stay. Safe to repeat.
        Raises TryLater."""
        ...

    async def direct_channel(self, user_id: str) -> str:
        """The id of the bot's direct conversation with that person. Safe to repeat. Raises TryLater, and
        CannotPost when there can be none."""
        ...

    async def has_replies(self, job: Job) -> bool:
        """Whether somebody has written in the thread that the status message began; True when that cannot be
        found out. Only reads. Raises TryLater."""
        ...

    async def ticket(self, view: JobView, picture: Picture | Preview, *, described: bool) -> UploadTicket:
        """Request an upload address for one picture or preview of the job; ``described``: its file is to
        carry a description for screen readers. Safe to repeat: an unused ticket is invisible. Raises
        GivenUp when no files are taken (uploads switched off, storage full, …)."""
        ...

    async def upload(self, ticket: UploadTicket, path: Path) -> None:
        """Send the file's bytes, streamed and unchanged. Safe to repeat with the same ticket before
        ``share``. Raises GivenUp when the ticket is no longer valid."""
        ...

    async def share(self, view: JobView, *, with_blocks: bool) -> bool:
        """Make all uploaded pictures and previews visible in the job's thread, in one message; with the words
        and buttons of the result in it (``with_blocks``), else with one line of text.

        Returns False when the conversation refused the words and buttons: then nothing has happened. Not safe
        to repeat: after OutcomeUnknown or a crash call ``is_shared`` first. Raises GivenUp when the
        conversation refuses it for good.
        """
        ...

    async def message_of(self, job: Job, file_id: str) -> str | None:
        """The ts of the message in the job's thread that has this file; None when it cannot be told. Only
        reads. Raises TryLater."""
        ...

    async def post_picture(self, view: JobView, posting: Posting) -> str:
        """Post one picture that is there already, with its buttons; return the message's ts. One that is
        shared has neither yet: its message is a root, which ``finish_share`` completes. Raises CannotPost
        when the bot may not post there. Not safe to repeat: after OutcomeUnknown or a crash call
        ``find_posting`` first."""
        ...

    async def find_posting(self, posting: Posting) -> str | None:
        """The ts of the message that an earlier ``post_picture`` has posted; None without one. Only reads."""
        ...

    async def share_copies(self, view: JobView, posting: Posting, file_ids: Sequence[str]) -> None:
        """Share the uploaded copy of a picture, and of what stands for it, in the thread of the posting. A
        second call does nothing more. Raises CannotPost."""
        ...

    async def finish_share(self, view: JobView, posting: Posting, file_id: str) -> None:
        """Edit the root of a shared picture into what it is to be: with the picture, which is the file
        ``file_id`` of its thread, with name and buttons. Safe to repeat. Raises TryLater, also while the file
        cannot be shown yet; a root that is gone or cannot be edited stays as it is."""
        ...

    async def copy_at(self, posting: Posting, file_id: str) -> str | None:
        """The ts of the message that has the copy; None while it is not there. Only reads."""
        ...

    async def update_posting(self, view: JobView, posting: Posting) -> None:
        """Bring a message of ``post_picture`` up to date. Safe to repeat. Raises TryLater; a message that is
        gone or cannot be edited stays as it is."""
        ...

    async def delete_message(self, place: Place, ts: str) -> None:
        """Delete a message of the bot. Safe to repeat, also when it is gone. Raises TryLater."""
        ...

    async def delete_file(self, file_id: str) -> None:
        """Delete a file of the bot everywhere. Safe to repeat, also when it is gone. Raises TryLater."""
        ...

    async def is_shared(self, job: Job, picture: Picture | Preview) -> bool:
        """Whether the picture is visible in the job's thread by now. Raises GivenUp when the file is gone, or
        when it came out elsewhere because the thread is gone; then it is no longer shown there. Safe to
        repeat."""
        ...

    async def notify_asker(self, job: Job, failure: Failure) -> None:
        """Tell only the asker, privately, how the ask ended, when there is no thread to post it in.

        Safe to repeat, but each call may post it again. Raises TryLater while there is no way to reach the
        asker; when there will never be one, that is logged and the call returns.
        """
        ...

    async def fetch(self, team_id: str, file_id: str, role: SourceRole) -> FetchedSource:
        """Download a file that a person sent into a temporary file. Safe to repeat. Raises AskRefused
        BadSource or TryLater."""
        ...

    @property
    def reads_little(self) -> bool:
        """Whether messages can be read only a few at a time and seldom: then reading is the last resort."""
        ...

    async def read_context(self, place: Place, ts: str, *, rest: str | None = None) -> MessageContext:
        """Read a message as it is in the conversation now, and the thread that ``place`` names, if any; never
        another thread. A thread that can only be read in parts has a ``rest``: with it the next part is read.
        Only reads. Raises TryLater."""
        ...

    async def still_shows(self, place: Place, file_id: str) -> bool:
        """Whether the thread of ``place`` still shows that picture. Only reads, and can be asked as often as
        one likes. Raises TryLater."""
        ...

    async def say_reading(self, place: Place, user_id: str) -> None:
        """Tell one person privately that their thread is being read, which takes minutes, and what is faster.
        Best effort: never raises."""
        ...

    async def say_private(self, place: Place, user_id: str, there: Place) -> None:
        """Tell one person privately, in ``place``, that what they asked for comes ``there``. Best effort:
        never raises."""
        ...

    async def require_member(self, place: Place) -> None:
        """Raise CannotPost when the bot is known not to be a member of that conversation; return when it is
        one, or when that cannot be found out. Only reads. Raises TryLater."""
        ...

    async def refuse(self, place: Place, user_id: str, refusal: Refusal) -> None:
        """Tell one person privately why their message was not taken. Best effort: never raises. Each call may
        post it again."""
        ...

    async def react(
        self, place: Place, ts: str, reaction: MessageReaction, *, instead_of: Collection[MessageReaction]
    ) -> frozenset[MessageReaction]:
        """Put ``reaction`` on the message that asked and take those of the bot in ``instead_of`` off. Returns
        which of them all the message carries now, as far as is known.

        Best effort: never raises, safe to repeat."""
        ...


Offer = Callable[[], Awaitable[PendingRequest | None]]
"""Keeps what a text would draw until its author says Run; None when there is nothing to offer. Never raises
and is safe to repeat."""


class OtherCommands(Protocol):
    """Answers messages that ask for something else than pictures, such as the help or the list of jobs."""

    async def answer(self, message: IncomingMessage, offer: Offer) -> None:
        """Run the command in the message, or answer what hardly asks for a picture, and show the result to
        its author only. ``offer`` is called where a button may draw the text all the same. Never raises. Each
        call may post the answer again."""
        ...
