"""Messages that may be asks: recorded before they are acknowledged, understood a moment later.

One message can arrive as a mention and as a message, in any order, with and without its files, several times:
all deliveries are one row, and one row is at most one job (Slack reference 2.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.jobs.job import Delivery, Picture, PictureState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.requests.ask import Ask
from bot.domain.requests.refusals import AskRefused, Unconfirmed
from bot.domain.requests.request import Kind, PictureRequest
from bot.domain.requests.source import IncomingMessage, SourceRef, SourceRole
from bot.domain.requests.source_refusals import BadMask, MaskReason, NoSource
from bot.errors import NotAnAsk
from bot.ports import Conversation, MessageContext, MessageReaction, OtherCommands, Store, Transaction
from bot.services.lease import Leased
from bot.services.pipeline.thread_reading import ThreadReading
from bot.services.reactions import show_reaction
from bot.services.requests.start_job import StartJob

HOLD_SECONDS = 1.5
"""How many seconds a message without files waits for a delivery that has them."""

Read = Callable[[str, int], tuple[PictureRequest, tuple[str, ...]]]
"""Turns (text, number of source pictures) into the request and notes for the asker. Raises AskRefused, or
NotAnAsk when the text is another command."""


@dataclass(frozen=True, slots=True)
class _Start:
    """What an edit starts from: its sources, the job that made the first of them (None: not ours), and notes
    that tell the asker. Empty for an ask without a picture."""

    sources: tuple[SourceRef, ...] = ()
    parent_id: str | None = None
    notes: tuple[str, ...] = ()


class Intake:
    """Records messages (``__call__``), and later turns each into an ask (``run``)."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        other_commands: OtherCommands,
        start_job: StartJob,
        read: Read,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._other_commands = other_commands
        self._start_job = start_job
        self._read = read
        self._wake = wake
        self._read_thread = ThreadReading(store, conversation)

    async def __call__(self, message: IncomingMessage) -> bool:
        """Record one delivery of a message. Returns False, and keeps nothing, when it is not for the bot.

        For the bot are mentions, direct messages, and pictures in threads where it has posted. Safe to
        repeat. Raises StoreUnavailable: then the event must not be acknowledged.
        """
        recorded = await self._store.write(lambda tx: self._record(tx, message))
        if recorded:
            self._wake()
        return recorded

    def _record(self, tx: Transaction, message: IncomingMessage) -> bool:
        addressed = message.is_mention or message.is_direct
        if not addressed and (not message.files or not self._is_ours(tx, message)):
            return False
        known = tx.inbox.receive(message)
        if not known.is_deleted and tx.jobs.by_request_key(known.key) is None:
            tx.tasks.add(
                TaskKind.INTAKE,
                team_id=message.place.team_id,
                job_id="",
                subject=known.key,
                delay=0.0 if known.files else HOLD_SECONDS,
            )
        return True

    def _is_ours(self, tx: Transaction, message: IncomingMessage) -> bool:
        """Whether the message is in a thread where the bot has posted for a job. A refused ask posts nothing
        there."""
        if message.place.thread_ts is None:
            return False
        return any(job.delivery is not Delivery.NONE for job in tx.jobs.in_thread(message.place))

    async def run(self, task: Task) -> None:
        """Understand one recorded message, then start its job, refuse it, or answer another command.

        Safe to repeat: the message's key is the job's request key.
        """
        lease = Leased(self._store, task)
        message = await lease.write(lambda tx: _untaken(tx, task.subject))
        if message is not None:
            # The reaction "seen" is set before the job exists, as other steps replace it when the job ends.
            try:
                ask = await self._understand(message)
                await self._react(message, MessageReaction.SEEN)
                accepted = await self._start_job(ask)
                if accepted.is_new:
                    await self._conversation.receipt(message.place, accepted.job, accepted.standings)
            except NotAnAsk:
                await self._other_commands.answer(message.place, message.user_id, message.text)
            except AskRefused as refused:
                await self._conversation.refuse(message.place, message.user_id, refused.refusal)
                if not isinstance(refused, Unconfirmed):
                    await self._react(message, MessageReaction.FAILED)
        await lease.finish()

    async def _react(self, message: IncomingMessage, reaction: MessageReaction) -> None:
        await show_reaction(self._store, self._conversation, message.place, message.ts, reaction)

    async def _understand(self, message: IncomingMessage) -> Ask:
        """The ask that the message is. Raises AskRefused or NotAnAsk; when both the text and the pictures are
        wrong, the error is about the text."""
        try:
            start = await self._start(message)
        except AskRefused:
            self._read(message.text, 1)
            raise
        pictures = sum(ref.role is not SourceRole.MASK for ref in start.sources)
        request, notes = self._read(message.text, pictures)
        return Ask(
            request_key=message.key,
            place=message.thread,
            user_id=message.user_id,
            request=replace(
                request,
                kind=Kind.EDIT if pictures else Kind.GENERATE,
                sources=pictures,
                has_mask=pictures < len(start.sources),
            ),
            notes=(*start.notes, *notes),
            parent_id=start.parent_id,
            ask_ts=message.ts,
            sources=start.sources,
        )

    async def _start(self, message: IncomingMessage) -> _Start:
        """Find the pictures to start from.

        They are the message's own pictures; if it has none and is in a thread with pictures, the newest of
        those, with the message's mask if it brought only a mask; else none. Files that no event brought are
        read from the message itself (Slack reference 2.1). Raises AskRefused BadMask for a mask without a
        picture, and NoSource as ``_newest`` does.
        """
        in_thread = message.place.thread_ts is not None
        files, seen = message.files, MessageContext()
        if not files or (in_thread and _is_mask_alone(files)):
            seen = await self._read_thread(message)
            files = files or seen.files
        alone = _is_mask_alone(files)
        if files and not alone:
            return _Start(files)
        newest = None
        if in_thread:
            newest = _newest(seen, await self._store.read(lambda tx: self._results(tx, message)))
        if not alone:
            return newest or _Start()
        if newest is None:
            raise AskRefused(BadMask(MaskReason.ALONE))
        return replace(newest, sources=(*newest.sources, replace(files[0], role=SourceRole.MASK)))

    def _results(self, tx: Transaction, message: IncomingMessage) -> list[Picture]:
        """The bot's own pictures in that thread, oldest first."""
        return [
            picture
            for job in tx.jobs.in_thread(message.thread)
            for picture in tx.pictures.of_job(job.id)
            if picture.state is PictureState.SHARED
        ]


def _untaken(tx: Transaction, key: str) -> IncomingMessage | None:
    """The recorded message; None when its author deleted it or its job has begun: then the asker must not
    get a refusal."""
    message = tx.inbox.get(key)
    if message is None or message.is_deleted or tx.jobs.by_request_key(key) is not None:
        return None
    return message


def _is_mask_alone(files: tuple[SourceRef, ...]) -> bool:
    return len(files) == 1 and files[0].is_named_mask


def _newest(seen: MessageContext, results: list[Picture]) -> _Start | None:
    """The newest picture of a thread in which ``results`` are the bot's own; None for a thread without one.

    Raises AskRefused NoSource where it cannot be found out or all were deleted: a new picture is never made
    instead of the edit.
    """
    if not seen.is_whole:
        if not results:
            raise AskRefused(NoSource(is_unread=True))
        return _own(results[-1], results)
    if seen.newest is not None:
        own = [picture for picture in results if picture.file_id == seen.newest.file_id]
        return _own(own[0], results) if own else _theirs(seen.newest)
    if not results:
        return None
    # A result that was shared after the message was written still counts; a deleted one does not.
    left = [picture for picture in results if picture.file_id in seen.shown]
    if not left:
        raise AskRefused(NoSource())
    return _own(left[-1], results)


def _theirs(picture: SourceRef) -> _Start:
    """Start from a picture that a person posted."""
    return _Start((picture,), notes=(f"Editing {picture.name or 'the newest picture here'}.",))


def _own(picture: Picture, results: list[Picture]) -> _Start:
    """Start from one of the bot's own results. The note counts pictures from 1, as their titles do."""
    made = [result.id for result in results if result.job_id == picture.job_id]
    which = f"picture {made.index(picture.id) + 1} of " if len(made) > 1 else ""
    ref = SourceRef(file_id=picture.file_id, picture_id=picture.id)
    return _Start((ref,), picture.job_id, (f"Editing {which}#{picture.job_id}.",))
