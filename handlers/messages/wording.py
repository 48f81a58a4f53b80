"""The shape of what is said about a problem: what happened, whether it was charged, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from handlers.messages.block_kit import Part, shorten


class Charge(Enum):
    """What an ended attempt cost, in words; a job's own settled price says it better when there is one."""

    NOTHING = "Nothing was spent."
    FREE = "Not charged."
    UNCLEAR = "Its price stays counted against the budget until the charge is known, a day at most."
    PAID = "The image service charged for it."
    UNSAID = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The facts that a sentence may need. ``facts`` come from AskRefused, ``detail`` from a Failure."""

    command: str
    bot_name: str
    job_id: str | None = None
    channel_id: str | None = None
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    ended: bool = False
    """The job is over: nothing more will be heard of it."""

    def fact(self, *names: str) -> str:
        """The first of these facts that is there, on one line; empty when none is."""
        found = next((self.facts[name] for name in names if self.facts.get(name) is not None), "")
        return shorten(str(found), 200)


@dataclass(frozen=True, slots=True)
class Words:
    what: tuple[Part, ...]
    charge: Charge
    todo: tuple[Part, ...] = ()
    short: str = "failed"
    """The same in a few words, for one picture of several: "the third failed: …"."""


def say(what: str, charge: Charge, todo: str = "", short: str = "failed") -> Words:
    return Words((what,), charge, (todo,) if todo else (), short)
