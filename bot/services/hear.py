"""Messages that may be asks: recorded before they are acknowledged, understood a moment later.

One message can arrive as a mention and as a message, in any order, with and without its files, several times:
all deliveries are one row, and one row is at most one job (Slack reference 2.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.job import Picture, PictureState
from bot.domain.request import Kind, PictureRequest
from bot.domain.source import Heard, SourceRef
from bot.domain.task import Task, TaskKind
from bot.errors import AskRefused, NotAnAsk, Unconfirmed
from bot.ports import Conversation, Mood, Store, Transaction
from bot.services.leases import Leased
from bot.services.submit import Ask, Submit

HOLD_SECONDS = 1.5
"""How long a message without files waits for a delivery that has them."""

Read = Callable[[str, int], tuple[PictureRequest, tuple[str, ...]]]
"""(text, number of sources) → the request and notes for the asker. Raises AskRefused."""


@dataclass(frozen=True, slots=True)
class _Start:
    """What an ask begins with: the picture, which job it came from, and how that is said."""

    source: SourceRef
    parent_id: str | None
    note: str


class Hear:
    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        submit: Submit,
        read: Read,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._submit = submit
        self._read = read
        self._wake = wake

    async def __call__(self, heard: Heard) -> bool:
        """Record a delivery; False when it is none of our business (then nothing is kept).

        Ours are: mentions, direct messages, and pictures in threads that are ours. Safe to repeat.
        Raises StoreUnavailable: the event must not be acknowledged then.
        """
        recorded = await self._store.write(lambda tx: self._record(tx, heard))
        if recorded:
            self._wake()
        return recorded

    def _record(self, tx: Transaction, heard: Heard) -> bool:
        addressed = heard.is_mention or heard.is_direct
        if not addressed and (not heard.files or not self._is_ours(tx, heard)):
            return False
        known = tx.inbox.hear(heard)
        if not known.is_deleted and tx.jobs.by_request_key(known.key) is None:
            tx.tasks.add(
                TaskKind.HEAR,
                team_id=heard.place.team_id,
                job_id="",
                subject=known.key,
                delay=0.0 if known.files else HOLD_SECONDS,
            )
        return True

    def _is_ours(self, tx: Transaction, heard: Heard) -> bool:
        return heard.place.thread_ts is not None and bool(tx.jobs.in_thread(heard.place))

    async def run(self, task: Task) -> None:
        """Understand one message and take the ask. Safe to repeat: the message's key is the job's."""
        lease = Leased(self._store, task)
        heard = await lease.write(lambda tx: tx.inbox.get(task.subject))
        if heard is not None and not heard.is_deleted:
            # Seen is marked before the job exists: its end is marked by other steps, and must come later.
            try:
                ask = await self._understand(heard)
                await self._conversation.react(heard.place, heard.ts, Mood.SEEN)
                await self._submit(ask)
            except AskRefused as refused:
                await self._conversation.refuse(heard.place, heard.user_id, refused)
                if not isinstance(refused, NotAnAsk | Unconfirmed):
                    await self._conversation.react(heard.place, heard.ts, Mood.FAILED)
        await lease.finish()

    async def _understand(self, heard: Heard) -> Ask:
        """With files: edit those. Else in a thread with pictures: edit the newest. Else: a new picture."""
        refs = heard.files
        parent: str | None = None
        said: tuple[str, ...] = ()
        if not refs and heard.place.thread_ts is not None and (start := await self._newest(heard)):
            refs, parent, said = (start.source,), start.parent_id, (start.note,)
        request, notes = self._read(heard.text, len(refs))
        kind = Kind.EDIT if refs else Kind.GENERATE
        return Ask(
            request_key=heard.key,
            place=heard.thread,
            user_id=heard.user_id,
            request=replace(request, kind=kind, sources=len(refs)),
            notes=(*said, *notes),
            parent_id=parent,
            ask_ts=heard.ts,
            sources=refs,
        )

    async def _newest(self, heard: Heard) -> _Start | None:
        """The newest picture of that thread: what the conversation shows, else the last result we know."""
        seen = await self._conversation.newest_picture(heard.thread, before_ts=heard.ts)
        results = await self._store.read(lambda tx: self._results(tx, heard))
        if seen is not None:
            own = next((picture for picture in results if picture.file_id == seen.file_id), None)
            if own is None:
                return _Start(seen, None, f"Editing {seen.name or 'the newest picture here'}.")
            return _own(own)
        return _own(results[-1]) if results else None

    def _results(self, tx: Transaction, heard: Heard) -> list[Picture]:
        """Our pictures in that thread, oldest first."""
        return [
            picture
            for job in tx.jobs.in_thread(heard.thread)
            for picture in tx.pictures.of_job(job.id)
            if picture.state is PictureState.SHARED
        ]


def _own(picture: Picture) -> _Start:
    ref = SourceRef(file_id=picture.file_id, picture_id=picture.id)
    return _Start(ref, picture.job_id, f"Editing #{picture.job_id}.")
