"""Messages that may be asks: recorded before they are acknowledged, understood a moment later.

One message can arrive as a mention and as a message, in any order, with and without its files, several times:
all deliveries are one row, and one row is at most one job (Slack reference 2.1).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

import structlog

from bot.domain.jobs.job import Delivery
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.requests.amounts import edit_orders, new_orders
from bot.domain.requests.ask import Ask, TypedAsk
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.refusals import (
    AskRefused,
    EmptyPrompt,
    NoDirectMessages,
    Refusal,
    Unconfirmed,
    UnknownFlag,
    UnsupportedFlag,
    WhichPicture,
)
from bot.domain.requests.request import Kind
from bot.domain.requests.source import IncomingMessage, SourceRef, SourceRole
from bot.domain.requests.source_refusals import BadMask, MaskReason
from bot.errors import NotAnAsk, StoreUnavailable
from bot.ports import Conversation, MessageContext, MessageReaction, OtherCommands, Store, Transaction
from bot.services.intake.thread_pictures import (
    order_of_source,
    recent_pictures,
    stands_alone,
    thread_pictures,
)
from bot.services.intake.thread_reading import ThreadReading, forget_readings
from bot.services.intake.which_picture import Start, chosen, newest_in, newest_of, picked
from bot.services.lease import Leased
from bot.services.reactions import show_reaction
from bot.services.requests.preferences import Preferences
from bot.services.requests.private_place import PrivatePlaces
from bot.services.requests.start_job import StartJob

_log = structlog.get_logger(__name__)

HOLD_SECONDS = 1.5
"""How many seconds a message without files waits for a delivery that has them."""


class Read(Protocol):
    """Reads what a message asks for."""

    def __call__(self, text: str, sources: int, *, in_conversation: bool) -> TypedAsk:
        """``sources`` counts the pictures to start from. ``in_conversation``: the message is in a thread or
        a direct one. Raises AskRefused, or NotAnAsk when the text is another command or nothing to draw."""
        ...


class Intake:
    """Records messages (``__call__``), and later turns each into an ask (``run``). ``name_people`` puts names
    where a prompt names people by id. ``goes_on`` tells whether a text changes a picture that was there
    before."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        other_commands: OtherCommands,
        start_job: StartJob,
        private_places: PrivatePlaces,
        preferences: Preferences,
        read: Read,
        name_people: Callable[[str], Awaitable[str]],
        goes_on: Callable[[str], bool],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._other_commands = other_commands
        self._start_job = start_job
        self._private_places = private_places
        self._preferences = preferences
        self._read = read
        self._name_people = name_people
        self._goes_on = goes_on
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
        if known.files:
            forget_readings(tx, known)
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
                ask, is_clear = await self._understand(message)
                if not is_clear:
                    await self._other_commands.answer(message, partial(self._offer, ask))
                elif ask.candidates:
                    await self._ask_which(message, ask)
                else:
                    await self._take(message, ask)
            except NotAnAsk:
                await self._other_commands.answer(message, _nothing)
            except AskRefused as refused:
                await self._refuse(message, refused)
        await lease.finish()

    async def _refuse(self, message: IncomingMessage, refused: AskRefused) -> None:
        """Tell the asker why not. A mention without words or files is no mistake: it gets an answer."""
        if isinstance(refused.refusal, EmptyPrompt) and not message.files:
            await self._other_commands.answer(message, _nothing)
            return
        refusal = await self._with_offer(message, refused.refusal)
        await self._conversation.refuse(message.place, message.user_id, refusal)
        if not isinstance(refused, Unconfirmed) and not _is_private(message, refusal):
            await self._react(message, MessageReaction.FAILED)

    async def _react(self, message: IncomingMessage, reaction: MessageReaction) -> None:
        await show_reaction(self._store, self._conversation, message.place, message.ts, reaction)

    async def _take(self, message: IncomingMessage, ask: Ask) -> None:
        """Start the job. The message that appears in the thread is the receipt; what was asked for privately
        leaves not even a reaction there."""
        if ask.place == message.thread:
            await self._react(message, MessageReaction.SEEN)
            await self._start_job(ask)
            return
        try:
            await self._start_job(ask)
        except AskRefused as refused:
            await self._conversation.refuse(message.place, message.user_id, refused.refusal)
        else:
            await self._conversation.say_private(message.place, message.user_id, ask.place)

    async def _ask_which(self, message: IncomingMessage, ask: Ask) -> None:
        """Keep the ask and have its asker choose the picture: one that is guessed costs as much."""
        which = WhichPicture(await self._start_job.offer(ask))
        await self._conversation.refuse(message.place, message.user_id, which)

    async def _offer(self, ask: Ask) -> PendingRequest | None:
        """Keep an ask that hardly is one, for a button that draws it; not while it is open which picture it
        is about."""
        if ask.candidates:
            return None
        try:
            return await self._start_job.offer(ask)
        except (AskRefused, StoreUnavailable) as refused:
            _log.info("nothing_offered", reason=type(refused).__name__)
            return None

    async def _with_offer(self, message: IncomingMessage, refusal: Refusal) -> Refusal:
        """A refusal of flags with an offer of the same ask without them, if that is one."""
        if not isinstance(refusal, UnknownFlag | UnsupportedFlag) or not refusal.without:
            return refusal
        try:
            ask, is_clear = await self._understand(replace(message, text=refusal.without))
        except (AskRefused, NotAnAsk):
            return refusal
        return replace(refusal, offer=await self._offer(ask) if is_clear else None)

    async def _understand(self, message: IncomingMessage) -> tuple[Ask, bool]:
        """The ask that the message is, and whether it clearly is one. Raises AskRefused or NotAnAsk; when
        both the text and the pictures are wrong, the error is about the text."""
        in_conversation = message.is_direct or message.place.thread_ts is not None
        try:
            start = await self._start(message)
        except AskRefused:
            self._read(message.text, 1, in_conversation=in_conversation)
            raise
        pictures = sum(ref.role is not SourceRole.MASK for ref in start.sources)
        typed = await self._named(self._read(message.text, pictures, in_conversation=in_conversation))
        place = message.thread
        if typed.is_private and not message.is_direct:
            place = await self._private_places(place, message.user_id)
        ask = Ask(
            request_key=message.key,
            place=place,
            user_id=message.user_id,
            request=replace(
                typed.request,
                kind=Kind.EDIT if pictures else Kind.GENERATE,
                sources=pictures,
                has_mask=pictures < len(start.sources),
            ),
            notes=(*start.notes, *typed.notes),
            parent_id=start.parent_id,
            ask_ts=message.ts if place == message.thread else None,
            sources=start.sources,
            candidates=start.candidates,
            parent_picture=start.number,
        )
        return await self._with_orders(chosen(ask, start, typed), typed), typed.is_clear

    async def _with_orders(self, ask: Ask, typed: TypedAsk) -> Ask:
        """The ask with what it orders: an edit is like its source, a new picture as its asker likes them."""
        if ask.request.kind is Kind.EDIT:
            made = await self._store.read(lambda tx: order_of_source(tx, ask))
            source = made.quality if made is not None else None
            request = ask.request
            if made is not None and not typed.sizes:
                request = replace(request, size=request.size or made.size)
            orders = edit_orders(request, typed.asked, source, typed.sizes)
        else:
            mode = await self._preferences.mode(ask.place, ask.user_id)
            orders = new_orders(ask.request, typed.asked, mode, typed.sizes)
        return replace(ask, request=orders.request, variations=orders.variations)

    async def _named(self, typed: TypedAsk) -> TypedAsk:
        """With the names of people in place of their ids."""
        request = replace(typed.request, prompt=await self._name_people(typed.request.prompt))
        choice = typed.choice
        if choice is not None:
            choice = replace(choice, prompt=await self._name_people(choice.prompt))
        return replace(typed, request=request, choice=choice)

    async def _start(self, message: IncomingMessage) -> Start:
        """Find the pictures to start from.

        They are the message's own pictures; if it has none and is in a thread with pictures, the newest of
        those, with the message's mask if it brought only a mask; else none. Files that no event brought are
        read from the message itself (Slack reference 2.1). Raises AskRefused BadMask for a mask without a
        picture, and NoSource as ``newest_in`` does.
        """
        in_thread = message.place.thread_ts is not None
        files, seen = message.files, MessageContext()
        if not files or (in_thread and _is_mask_alone(files)):
            seen = await self._read_thread(message)
            files = files or seen.files
        alone = _is_mask_alone(files)
        if files and not alone:
            return Start(files, attached=True)
        newest = None
        if in_thread:
            results, numbers, current = await self._store.read(lambda tx: thread_pictures(tx, message))
            newest = newest_in(seen, results, numbers)
            if newest is not None and current is not None and stands_alone(current, seen, newest):
                newest = picked(current.picture, current.number, newest)
        elif message.is_direct and self._goes_on(message.text):
            recent, numbers, current = await self._store.read(lambda tx: recent_pictures(tx, message))
            newest = newest_of(recent, numbers) if recent else None
            if newest is not None and current is not None:
                newest = picked(current.picture, current.number, newest)
        if not alone:
            return newest or Start()
        if newest is None:
            raise AskRefused(BadMask(MaskReason.ALONE))
        return replace(newest, sources=(*newest.sources, replace(files[0], role=SourceRole.MASK)))


async def _nothing() -> PendingRequest | None:
    return None


def _is_private(message: IncomingMessage, refusal: Refusal) -> bool:
    """Whether what is refused was to be seen by its asker alone, so that others see nothing of it either."""
    offer = refusal.offer if isinstance(refusal, UnknownFlag | UnsupportedFlag) else None
    is_elsewhere = offer is not None and offer.ask.place != message.thread
    return is_elsewhere or isinstance(refusal, NoDirectMessages)


def _untaken(tx: Transaction, key: str) -> IncomingMessage | None:
    """The recorded message; None when its author deleted it or its job has begun: then the asker must not
    get a refusal."""
    message = tx.inbox.get(key)
    if message is None or message.is_deleted or tx.jobs.by_request_key(key) is not None:
        return None
    return message


def _is_mask_alone(files: tuple[SourceRef, ...]) -> bool:
    return len(files) == 1 and files[0].is_named_mask
