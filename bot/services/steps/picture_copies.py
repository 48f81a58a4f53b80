"""Brings a picture that is shared elsewhere into its root there: as a file of its own, which everybody there
can see (loop reference 2: the file in the root's thread, the picture in the root)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.jobs.job import Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import Posting, Preview, is_shown_as_it_is
from bot.domain.requests.refusals import AskRefused, PictureGone
from bot.domain.requests.source import SourceRole
from bot.errors import CannotPost, GivenUp, TryLater
from bot.ports import Conversation, JobView, Transaction
from bot.services.lease import Leased

LOOK_SECONDS = 1.0
"""How soon it is looked whether the copies are there; files are shared asynchronously."""


class PictureCopies:
    """Copies a picture's file, and what stands for it in messages, and shares the copies once: their ids are
    committed before the call that shares them."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def __call__(self, lease: Leased, view: JobView, posting: Posting) -> None:
        """Share the copies in the thread of the root ``posting.ts``, then show the picture in the root. Safe
        to repeat. Raises TryLater until that is done, CannotPost, and AskRefused when the picture is gone."""
        copies = await lease.write(lambda tx: copies_of(tx, posting))
        try:
            if not copies:
                copies = await self._copied(lease, view, posting)
            known = await lease.write(lambda tx: message_of_copies(tx, posting))
            ts = known or await self._conversation.copy_at(posting, copies[0])
            if ts is None:
                await self._conversation.share_copies(view, posting, copies)
                raise TryLater("the copy is not there yet", after=LOOK_SECONDS)
        except GivenUp as refused:
            raise CannotPost(refused.failure.detail) from refused
        if ts == posting.ts:  # older versions shared the file without a root: that cannot be edited
            return
        await lease.write(lambda tx: tx.key_values.put(_message_key(posting), ts))
        await self._conversation.finish_share(view, posting, copies[-1])

    async def _copied(self, lease: Leased, view: JobView, posting: Posting) -> tuple[str, ...]:
        ids = []
        for item in _files(view, posting.number):
            ids.append(await self._copy(view, item))
        if not ids:
            raise AskRefused(PictureGone())
        await lease.write(lambda tx: tx.key_values.put(_copies_key(posting), " ".join(ids)))
        return tuple(ids)

    async def _copy(self, view: JobView, item: Picture | Preview) -> str:
        assert item.file_id is not None
        found = await self._conversation.fetch(view.job.place.team_id, item.file_id, SourceRole.PICTURE)
        try:
            sized = replace(item, size_bytes=found.path.stat().st_size)
            ticket = await self._conversation.ticket(view, sized, described=False)
            await self._conversation.upload(ticket, found.path)
        finally:
            found.path.unlink(missing_ok=True)
        return ticket.file_id


def copies_of(tx: Transaction, posting: Posting) -> tuple[str, ...]:
    """The files of a shared picture: the picture, then what stands for it in messages, if that is another."""
    return tuple((tx.key_values.get(_copies_key(posting)) or "").split())


def message_of_copies(tx: Transaction, posting: Posting) -> str | None:
    """The ts of the message in the root's thread that has these files."""
    return tx.key_values.get(_message_key(posting))


def forget_copies(tx: Transaction, posting: Posting) -> None:
    """The next try begins anew."""
    tx.key_values.remove(_copies_key(posting))


def _files(view: JobView, number: int) -> Sequence[Picture | Preview]:
    picture = numbered(view.pictures, view.submissions).get(number)
    if picture is None or picture.file_id is None:
        return ()
    stand_in = next((one for one in view.previews if one.number == number), None)
    if is_shown_as_it_is(picture) or stand_in is None or stand_in.state is not PictureState.SHARED:
        return (picture,)
    return (picture, stand_in)


def _copies_key(posting: Posting) -> str:
    return f"copy:{posting.id}"


def _message_key(posting: Posting) -> str:
    return f"copy:{posting.id}:message"
