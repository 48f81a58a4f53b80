"""Asks that wait for a person's word before they cost money. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.job import Place
from bot.domain.money import Money
from bot.domain.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.source import SourceRef, SourceRole


class DraftKind(StrEnum):
    CONFIRM = "confirm"  # waits for the asker
    APPROVAL = "approval"  # over budget: waits for the asker, then for an admin


class DraftState(StrEnum):
    PENDING = "pending"  # the asker's word is due
    ASKED = "asked"  # the admins' word is due
    RUN = "run"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody said a word in time


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asked for and where. ``request_key`` is the same for every delivery of one ask."""

    request_key: str
    place: Place
    user_id: str
    request: PictureRequest
    notes: tuple[str, ...] = ()
    reply_url: str | None = None
    parent_id: str | None = None
    ask_ts: str | None = None
    sources: tuple[SourceRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A frozen ask: what was priced is what will run. Decided once, by compare-and-set.

    ``round`` counts how often it was priced anew since; ``reason`` is what the decider said.
    """

    id: str
    kind: DraftKind
    state: DraftState
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

    def state_at(self, now: datetime) -> DraftState:
        """What it is at ``now``: what waited too long has lapsed, also where nobody has noted it yet."""
        waits = self.state in {DraftState.PENDING, DraftState.ASKED}
        return DraftState.EXPIRED if waits and now >= self.expires_at else self.state

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


def ask_to_data(ask: Ask) -> dict[str, Any]:
    """As plain data, for keeping."""
    return dataclasses.asdict(ask)


def ask_from_data(data: dict[str, Any]) -> Ask:
    request = data["request"]
    size = request["size"]
    return Ask(
        **{
            **data,
            "place": Place(**data["place"]),
            "request": PictureRequest(
                **{
                    **request,
                    "kind": Kind(request["kind"]),
                    "quality": Quality(request["quality"]),
                    "format": Format(request["format"]),
                    "size": Size(**size) if size else None,
                }
            ),
            "notes": tuple(data["notes"]),
            "sources": tuple(
                SourceRef(**{**ref, "role": SourceRole(ref["role"])}) for ref in data["sources"]
            ),
        }
    )
