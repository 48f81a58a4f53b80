"""A message about money for one person or one desk, sent once each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """``to`` is a person or a conversation, ``about`` names the occasion: a second letter of the same three
    is the same one."""

    team_id: str
    to: str
    about: str

    @property
    def mark(self) -> str:
        """Goes with the message and finds it again. Others may read it there, so it says nothing."""
        return sha256(f"{self.team_id}|{self.to}|{self.about}".encode()).hexdigest()[:32]
