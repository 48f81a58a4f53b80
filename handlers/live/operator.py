"""Whoever runs ``doctor --live`` and looks at the workspace meanwhile."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from bot.services.abilities import Ability


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Operator(Protocol):
    def tell(self, text: str) -> None:
        """Say what happens, or what is to be done."""
        ...

    async def ask(self, ability: Ability, question: str) -> Answer:
        """Ask what was seen; UNKNOWN where nobody is there to answer."""
        ...
