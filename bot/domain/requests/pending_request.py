"""Requests that wait until a person confirms or approves them, before they cost money. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.requests.ask import Ask


class PendingKind(StrEnum):
    """Why the request waits."""

    CONFIRM = "confirm"  # waits for the asker
    APPROVAL = "approval"  # over budget: waits for the asker, then for an admin


class PendingState(StrEnum):
    """Whose decision the request waits for, or how it was decided."""

    PENDING = "pending"  # the asker has to confirm
    ASKED = "asked"  # an admin has to decide
    RUN = "run"  # confirmed or approved: it became a job
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody decided in time


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """An ask with its price at the time: exactly this will run. It is decided once, by compare-and-set.

    ``round`` counts how often its price has changed since it was made; ``reason`` is what the person who
    decided wrote.
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
        """The value of its buttons. It changes with the price, so that a button that shows an older price is
        recognised."""
        return f"{self.id}.{self.round}" if self.round else self.id

    def state_at(self, now: datetime) -> PendingState:
        """Its state at ``now``: EXPIRED once its time is over, even if the database does not say so yet."""
        waits = self.state in {PendingState.PENDING, PendingState.ASKED}
        return PendingState.EXPIRED if waits and now >= self.expires_at else self.state

    @property
    def team_id(self) -> str:
        return self.ask.place.team_id

    @property
    def user_id(self) -> str:
        return self.ask.user_id


def cheaper_ref(ref: str, price: Money) -> str:
    """The value of the button for a cheaper variant of the pending request ``ref``: with the ``price`` that
    the button shows, by which the variant is found again."""
    return f"{ref}@{price.micros}"


def cheaper_parts(value: str) -> tuple[str, Money | None]:
    """The pending request's ref and the price shown, from a value of ``cheaper_ref``. The price is None on
    buttons of earlier versions."""
    ref, _, micros = value.partition("@")
    return ref, Money(int(micros)) if micros.isdecimal() and len(micros) < 12 else None


def parts_of(ref: str) -> tuple[str, int]:
    """The pending request's id and ``round``, from a button's value (``PendingRequest.ref``). The round is 0
    when it is missing or is not a number."""
    ident, _, number = ref.partition(".")
    return ident, int(number) if number.isdecimal() and len(number) < 9 else 0
