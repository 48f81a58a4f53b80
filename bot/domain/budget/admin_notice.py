"""What budget admins are told without having asked, once each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

TASK_PREFIX = "concern|"
"""How a task's subject says that it carries a concern."""


class AdminNoticeKind(StrEnum):
    """Each says which facts it carries; amounts are whole micro-dollars."""

    OVERRUN = "overrun"  # job, price, estimate, scopes: [[scope, period, over]]
    DOUBT = "doubt"  # job, estimate, channel, user
    NO_PRICE = "no_price"  # size, quality
    ODD_PRICE = "odd_price"  # job, stated, estimate
    DRIFT = "drift"  # violations: [[rule, detail]], count
    CLOCK = "clock"  # seconds: how far the clock is off
    DIGEST = "digest"  # see ``bot.domain.budget.weekly_digest``


def oddity_of(stated: str) -> str:
    """What is odd about a stated price, in one word: nobody needs to hear of the same thing all day."""
    if stated.startswith("-"):
        return "negative"
    if not stated.strip("0.$"):
        return "zero"
    return "high" if stated.strip("$")[:1].isdigit() else "no number"


@dataclass(frozen=True, slots=True)
class AdminNotice:
    """``key`` names the occasion: a second concern of the same key in a workspace is the same one."""

    team_id: str
    key: str
    kind: AdminNoticeKind
    facts: Mapping[str, Any]
    at: datetime

    @property
    def subject(self) -> str:
        """Names it in the task queue."""
        return f"{TASK_PREFIX}{self.team_id}|{self.key}"
