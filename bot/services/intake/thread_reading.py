"""Finds out what a message is about: what came with it, and the pictures of its thread.

Where the conversation can be read only in small parts and seldom, our own records come first, and what is
read is kept until the next part may be read (Slack reference 4).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.domain.jobs.job import Delivery, PictureState
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.source import IncomingMessage, SourceRef, SourceRole, message_key
from bot.errors import NotUnderstood, TryLater, WorkspaceGone
from bot.ports import Conversation, MessageContext, Store, Transaction

MOST_PARTS = 3
"""So many parts of a thread are read, one a minute; a longer thread is not read to its end."""


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What was read in ``parts`` parts, and whether that is kept and the asker knows that it takes a
    while."""

    seen: MessageContext = field(default_factory=MessageContext)
    parts: int = 0
    is_told: bool = False


class ThreadReading:
    """Reads the thread of a message, over several tries where that is needed."""

    def __init__(self, store: Store, conversation: Conversation) -> None:
        self._store = store
        self._conversation = conversation

    async def __call__(self, message: IncomingMessage) -> MessageContext:
        """The message and its thread, as far as they can be read.

        Raises TryLater while there is more to read: what was read is kept, and the next call goes on. Then
        the asker is told so, once. Safe to repeat.
        """
        so_far = await self._store.read(lambda tx: _load(tx, message))
        while True:
            known = await self._from_records(message) if so_far.parts < MOST_PARTS - 1 else None
            if known is not None:
                return await self._ended(message, so_far, known)
            try:
                rest = so_far.seen.rest
                part = await self._conversation.read_context(message.place, message.ts, rest=rest)
            except (NotUnderstood, WorkspaceGone):
                raise
            except TryLater:
                if self._conversation.reads_little:
                    await self._wait(message, so_far)
                raise
            so_far = _SoFar(so_far.seen.and_then(part), so_far.parts + 1, so_far.is_told)
            if part.rest is None or so_far.parts >= MOST_PARTS:
                return await self._ended(message, so_far, so_far.seen)

    async def _wait(self, message: IncomingMessage, so_far: _SoFar) -> None:
        """Keep what was read, and tell the asker."""
        if not so_far.is_told:
            await self._conversation.say_reading(message.place, message.user_id)
        kept = json.dumps({"seen": asdict(so_far.seen), "parts": so_far.parts}, default=sorted)
        await self._store.write(lambda tx: tx.key_values.put(_key(message), kept))

    async def _ended(self, message: IncomingMessage, so_far: _SoFar, seen: MessageContext) -> MessageContext:
        if so_far.is_told:
            await self._store.write(lambda tx: tx.key_values.remove(_key(message)))
        return seen

    async def _from_records(self, message: IncomingMessage) -> MessageContext | None:
        """The newest picture of a thread in which the bot has posted, so that it has heard of all that came
        after. None where all can be read, for any other thread, and for one that shows no known picture."""
        if not self._conversation.reads_little:
            return None
        for picture, together in await self._store.read(lambda tx: _known(tx, message)):
            if await self._conversation.still_shows(message.thread, str(picture.file_id)):
                shown = frozenset(str(one.file_id) for one in together)
                return MessageContext(message.files, newest=together, shown=shown)
        return None


def _known(tx: Transaction, message: IncomingMessage) -> list[tuple[SourceRef, tuple[SourceRef, ...]]]:
    """The pictures of a thread of ours from before the message, ours and those that people posted, newest
    first; each with those that came together with it."""
    jobs = tx.jobs.in_thread(message.place)
    if all(job.delivery is Delivery.NONE for job in jobs):
        return []
    found: list[tuple[float, tuple[SourceRef, ...]]] = []
    for job in jobs:
        at = (job.finished_at or job.created_at).timestamp()
        made = [one for one in tx.pictures.of_job(job.id) if one.state is PictureState.SHARED]
        found.append((at, tuple(SourceRef(file_id=picture.file_id) for picture in made)))
    root = tx.inbox.get(message_key(message.place, str(message.place.thread_ts)))
    for heard in (*([root] if root is not None else []), *tx.inbox.in_thread(message.place)):
        if float(heard.ts) < float(message.ts):
            files = tuple(ref for ref in heard.files if not ref.is_named_mask)
            found.append((float(heard.ts), files))
    newest_first = sorted(found, key=lambda one: one[0], reverse=True)
    return [(ref, together) for _, together in newest_first for ref in reversed(together)]


def forget_readings(tx: Transaction, message: IncomingMessage) -> None:
    """Give up the asks of the same person that still wait for the rest of this thread: whoever was told to
    wait or to attach the picture, and attaches one, means that instead. Safe to repeat."""
    for other in tx.inbox.in_thread(message.place):
        if other.key != message.key and other.user_id == message.user_id and tx.key_values.get(_key(other)):
            tx.key_values.remove(_key(other))
            tx.tasks.close(TaskKind.INTAKE, "", other.key)


def _load(tx: Transaction, message: IncomingMessage) -> _SoFar:
    kept = tx.key_values.get(_key(message))
    if kept is None:
        return _SoFar()
    values = json.loads(kept)
    seen = values["seen"]
    newest, files = tuple(map(_ref, seen["newest"])), tuple(map(_ref, seen["files"]))
    context = MessageContext(files, newest, frozenset(seen["shown"]), seen["is_whole"], seen["rest"])
    return _SoFar(context, values["parts"], is_told=True)


def _ref(values: dict[str, Any]) -> SourceRef:
    return SourceRef(**values | {"role": SourceRole(values["role"])})


def _key(message: IncomingMessage) -> str:
    return f"reading:{message.key}"
