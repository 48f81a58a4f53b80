"""The place where people are, as the services see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Job, Picture, Submission
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.refusals import Refusal
from bot.domain.requests.source import SourceRef, SourceRole
from bot.ports.media import FetchedSource


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people are shown it: the row, its pictures and what the text depends on."""

    job: Job
    pictures: Sequence[Picture]
    submissions: Sequence[Submission]
    now: datetime
    expected_seconds: float | None
    stuck: bool = False
    """Nothing goes on until an operator takes it up again."""


@dataclass(frozen=True, slots=True)
class UploadTicket:
    file_id: str
    upload_url: str


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What the conversation shows of one message and of the thread that it was written in.

    ``files`` came with the message itself. ``newest`` is the newest picture of the thread before it, a
    person's or ours; ``shown`` names every picture that the thread still shows, also later ones. Without
    ``is_whole`` it could not be read, or not to its end: then what is missing here may be there.
    """

    files: tuple[SourceRef, ...] = ()
    newest: SourceRef | None = None
    shown: frozenset[str] = frozenset()
    is_whole: bool = True


class MessageReaction(StrEnum):
    """What a person sees on their own message. Never the only signal."""

    SEEN = "seen"
    DONE = "done"
    FAILED = "failed"
    NONE = "none"  # nothing comes of it


class Conversation(Protocol):
    """The place where people are. Each method is one external effect, so that callers can commit between.

    All raise TryLater (rate limit, outage before the call was taken) and StoreUnavailable never. Methods
    that change something raise OutcomeUnknown when the answer was lost.
    """

    async def announce(self, view: JobView) -> str:
        """Post the status message: a new root message when the job has no thread yet, else a reply in it.

        Returns its ts. Raises CannotPost when the bot may not post there. Not safe to repeat: after
        OutcomeUnknown or a crash ask ``find_announcement`` first.
        """
        ...

    async def find_announcement(self, job: Job) -> str | None:
        """The ts of the status message if it is there, found by the opaque job id that it carries."""
        ...

    async def report(self, view: JobView) -> str | None:
        """Bring the status message up to date in place; safe to repeat. Returns a fingerprint of what is
        shown (None: the message is gone or cannot be edited any more). Does not call out when the
        fingerprint equals ``view.job.shown``."""
        ...

    async def ticket(self, job: Job, picture: Picture) -> UploadTicket:
        """Ask for a place to upload one picture to. Safe to repeat: an unused ticket is invisible."""
        ...

    async def upload(self, ticket: UploadTicket, path: Path) -> None:
        """Send the bytes, streamed and untouched. Safe to repeat with the same ticket before ``share``."""
        ...

    async def share(self, view: JobView) -> None:
        """Make all uploaded pictures visible in the job's thread, in one message.

        After OutcomeUnknown or a crash ask ``is_shared`` first. Raises GivenUp when refused for good.
        """
        ...

    async def is_shared(self, job: Job, picture: Picture) -> bool:
        """Whether the picture is really in the job's thread by now. Raises GivenUp when the file is gone."""
        ...

    async def tell(self, job: Job, failure: Failure) -> None:
        """Tell only the asker how the ask ended when there is no thread to say it in. Safe to repeat: it may
        be said twice. Raises TryLater while it can be said nowhere; one that can never be said is logged."""
        ...

    async def fetch(self, team_id: str, file_id: str, role: SourceRole) -> FetchedSource:
        """A file that was sent, as a temporary file. Safe to repeat.
        Raises AskRefused BadSource or TryLater."""
        ...

    async def look(self, place: Place, ts: str) -> MessageContext:
        """A message as it stands in the conversation now, with the thread that ``place`` names, if any. Only
        reads, and never another thread. Raises TryLater."""
        ...

    async def require_member(self, place: Place) -> None:
        """Raises CannotPost when the bot is known to be no member of that conversation; returns when it is
        one, or when that cannot be told. Only reads. Raises TryLater."""
        ...

    async def refuse(self, place: Place, user_id: str, refusal: Refusal) -> None:
        """Tell one person why their message was not taken, privately. Never raises; may be said twice."""
        ...

    async def receipt(self, place: Place, job: Job, standings: Sequence[ScopePeriod]) -> None:
        """Tell the asker privately what the ask costs and what is left. Best effort: never raises; the status
        message says the price in any case."""
        ...

    async def react(self, place: Place, ts: str, mood: MessageReaction) -> None:
        """Mark a message that asked; one mood at a time. Best effort: never raises, safe to repeat."""
        ...


class OtherCommands(Protocol):
    """What the bot does beside pictures, such as its help or the list of jobs, for a message that asks so."""

    async def answer(self, place: Place, user_id: str, text: str) -> None:
        """Do what ``text`` says and tell the result to that person only. Never raises; may be said twice."""
        ...
