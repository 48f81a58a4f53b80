"""What every sentence about a problem is made of: what happened, whether it was charged, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from handlers.messages.block_kit import Part, shorten


@dataclass(frozen=True, slots=True)
class BotNames:
    """What people type to reach this installation: its slash command, and its name in mentions."""

    command: str = "/imagine"
    bot_name: str = "@Imagine"


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """What a sentence may mention that its problem does not know. ``reference`` is what an unexpected error
    is logged under; ``ended``: the job is over; ``zone`` is the IANA zone of dates (None: as they come)."""

    names: BotNames
    job_id: str | None = None
    channel_id: str | None = None
    ended: bool = False
    reference: str | None = None
    zone: str | None = None


class Charge(Enum):
    """What an ended attempt cost, in words; a job's own settled price says it better when there is one."""

    NOTHING = ""
    FREE = "Nothing was charged."
    UNCLEAR = "Its price stays aside for a day at most."
    PAID = "The image service charged for it."
    UNSAID = NOTHING


@dataclass(frozen=True, slots=True)
class Words:
    """``short`` is the same in a few words, for one picture of several: "the third failed: …"."""

    what: tuple[Part, ...]
    charge: Charge
    todo: tuple[Part, ...] = ()
    short: str = "failed"


def say(what: str, charge: Charge, todo: str = "", short: str = "failed") -> Words:
    return Words((what,), charge, (todo,) if todo else (), short)


def fact(value: object) -> str:
    """A fact on one line and not too long to stand in a sentence; empty when it is not known."""
    return "" if value is None else shorten(str(value), 200)
