"""The identity of a message about money, by which it is sent only once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to one recipient. ``to`` is the id of a person or a conversation, ``about`` names the
    occasion. Two messages with the same three values are the same message."""

    team_id: str
    to: str
    about: str

    @property
    def mark(self) -> str:
        """A hash that is posted with the message and by which it is found again. Others can read it there,
        so it reveals nothing."""
        return sha256(f"{self.team_id}|{self.to}|{self.about}".encode()).hexdigest()[:32]
