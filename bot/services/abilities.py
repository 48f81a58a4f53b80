"""What messages can do in a workspace, where only the workspace itself can tell: measured once by an
operator, kept, and followed by what is posted (loop reference 2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ports import Store, Transaction


class Ability(StrEnum):
    """The values are stored, and are what ``doctor`` calls them."""

    FILE_BUTTONS = "file_buttons"
    """A press on a button of a message with files arrives."""
    BLOCK_POST = "block_post"
    """Everybody sees a picture that is in a new message and shared nowhere."""
    BLOCK_UPDATE = "block_update"
    """Everybody sees a picture that a later edit has put into a message, and that is shared nowhere."""
    ALT_TXT = "alt_txt"
    """A file that is uploaded with a description is shared like any other."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Whether the workspace can do it, what was seen, and when (UTC)."""

    proven: bool
    seen: str
    at: datetime


class MessageAbilities:
    """Reads and keeps what was measured. What is measured anew replaces what was known. Raises
    StoreUnavailable; safe to repeat."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def known(self, team_id: str, ability: Ability) -> Measured | None:
        """What was measured last; None: never."""

        def unit(tx: Transaction) -> Measured | None:
            kept = tx.key_values.get(_key(team_id, ability))
            return _read(kept) if kept is not None else None

        return await self._store.read(unit)

    async def keep(self, team_id: str, ability: Ability, *, proven: bool, seen: str) -> Measured:
        """Keep what was measured now. ``seen`` says in a few words how it showed."""

        def unit(tx: Transaction) -> Measured:
            tx.key_values.put(
                _key(team_id, ability),
                json.dumps({"proven": proven, "seen": seen, "at": tx.now.isoformat()}),
            )
            return Measured(proven, seen, tx.now)

        return await self._store.write(unit)

    async def files_take_buttons(self, team_id: str) -> bool:
        """Whether messages with files may carry buttons: yes, until it was measured that these are dead."""
        found = await self.known(team_id, Ability.FILE_BUTTONS)
        return found is None or found.proven

    async def files_take_descriptions(self, team_id: str) -> bool:
        """Whether files may be uploaded with a description: only once it was measured that this hurts
        nothing."""
        found = await self.known(team_id, Ability.ALT_TXT)
        return found is not None and found.proven


def _read(kept: str) -> Measured:
    fields = json.loads(kept)
    return Measured(bool(fields["proven"]), str(fields["seen"]), datetime.fromisoformat(fields["at"]))


def _key(team_id: str, ability: Ability) -> str:
    return f"ability:{ability}:{team_id}"
