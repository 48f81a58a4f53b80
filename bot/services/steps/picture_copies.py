"""Shares a picture in another conversation: as a file of its own, which everybody there can see."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import Posting
from bot.domain.requests.refusals import AskRefused, PictureGone
from bot.domain.requests.source import SourceRole
from bot.errors import TryLater
from bot.ports import Conversation, JobView, Transaction
from bot.services.lease import Leased

LOOK_SECONDS = 1.0
"""How soon it is looked whether the copy is there; files are shared asynchronously."""


class PictureCopies:
    """Copies a file, and shares the copy once: its id is committed before the call that shares it."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def __call__(self, lease: Leased, view: JobView, posting: Posting) -> str:
        """Return the ts of the message with the copy. Safe to repeat. Raises TryLater until it is there,
        CannotPost, and AskRefused when the picture is gone or its file is refused."""
        file_id = await lease.write(lambda tx: tx.key_values.get(copy_key(posting)))
        if file_id is None:
            file_id = await self._copied(lease, view, posting)
        ts = await self._conversation.copy_at(posting, file_id)
        if ts is None:
            await self._conversation.share_copy(view, posting, file_id)
            raise TryLater("the copy is not there yet", after=LOOK_SECONDS)
        return ts

    async def _copied(self, lease: Leased, view: JobView, posting: Posting) -> str:
        picture = numbered(view.pictures, view.submissions).get(posting.number)
        if picture is None or picture.file_id is None:
            raise AskRefused(PictureGone())
        team = view.job.place.team_id
        found = await self._conversation.fetch(team, picture.file_id, SourceRole.PICTURE)
        try:
            sized = replace(picture, size_bytes=found.path.stat().st_size)
            ticket = await self._conversation.ticket(view, sized, described=False)
            await self._conversation.upload(ticket, found.path)
        finally:
            found.path.unlink(missing_ok=True)
        await lease.write(lambda tx: _keep(tx, posting, ticket.file_id))
        return ticket.file_id


def copy_key(posting: Posting) -> str:
    """Where the id of the copy is kept."""
    return f"copy:{posting.id}"


def _keep(tx: Transaction, posting: Posting, file_id: str) -> None:
    tx.key_values.put(copy_key(posting), file_id)
