"""What budget admins are told without having asked, once each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

TASK_PREFIX = "concern|"
"""The subject of a task that sends an admin notice begins with this. The stored value keeps an older word."""


class AdminNoticeKind(StrEnum):
    """What the notice is about. Each comment lists the keys of ``AdminNotice.facts``; amounts are whole
    micro-dollars."""

    OVERRUN = "overrun"  # job, price, scopes: [[scope, period, over]]
    DOUBT = "doubt"  # job, estimate, channel, user
    NO_PRICE = "no_price"  # size, quality
    ODD_PRICE = "odd_price"  # job, stated, estimate
    DRIFT = "drift"  # violations: [[rule, detail]], count
    CLOCK = "clock"  # seconds: how far the clock is off; months: how far it is ahead of the last ask
    MORE = "more"  # user, amount, window, reason: somebody asks for a larger budget
    DIGEST = "digest"  # see ``bot.domain.budget.weekly_digest``


def kind_of_odd_price(stated: str) -> str:
    """What is odd about a stated price: negative, zero, high or no number. It goes into the notice's key, so
    that admins are told of each oddity only once a day."""
    if stated.startswith("-"):
        return "negative"
    if not stated.strip("0.$"):
        return "zero"
    return "high" if stated.strip("$")[:1].isdigit() else "no number"


@dataclass(frozen=True, slots=True)
class AdminNotice:
    """One notice to a workspace's budget admins.

    ``key`` names the occasion: a second notice with the same key in a workspace is the same one, and is not
    sent again. ``facts`` are plain data, as ``kind`` says.
    """

    team_id: str
    key: str
    kind: AdminNoticeKind
    facts: Mapping[str, Any]
    at: datetime

    @property
    def subject(self) -> str:
        """The subject of the task that sends it."""
        return f"{TASK_PREFIX}{self.team_id}|{self.key}"
