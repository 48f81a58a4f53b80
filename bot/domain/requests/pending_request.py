"""Asks that wait for a person's word before they cost money. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.requests.ask import Ask


class PendingKind(StrEnum):
    CONFIRM = "confirm"  # waits for the asker
    APPROVAL = "approval"  # over budget: waits for the asker, then for an admin


class PendingState(StrEnum):
    PENDING = "pending"  # the asker's word is due
    ASKED = "asked"  # the admins' word is due
    RUN = "run"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody said a word in time


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A frozen ask: what was priced is what will run. Decided once, by compare-and-set.

    ``round`` counts how often it was priced anew since; ``reason`` is what the decider said.
    """

    id: str
    kind: PendingKind
    state: PendingState
    ask: Ask
    estimate: Money
    price_version: str
    created_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    job_id: str | None = None
    reason: str | None = None
    round: int = 0

    @property
    def ref(self) -> str:
        """What a button carries: a press on an older price's button is told from one on this price's."""
        return f"{self.id}.{self.round}" if self.round else self.id

    def state_at(self, now: datetime) -> PendingState:
        """What it is at ``now``: what waited too long has lapsed, also where nobody has noted it yet."""
        waits = self.state in {PendingState.PENDING, PendingState.ASKED}
        return PendingState.EXPIRED if waits and now >= self.expires_at else self.state

    @property
    def team_id(self) -> str:
        return self.ask.place.team_id

    @property
    def user_id(self) -> str:
        return self.ask.user_id


def parts_of(ref: str) -> tuple[str, int]:
    """A draft's id and its ``round``, from what a button carried."""
    ident, _, number = ref.partition(".")
    return ident, int(number) if number.isdecimal() and len(number) < 9 else 0
