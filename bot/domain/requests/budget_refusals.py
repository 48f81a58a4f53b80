"""Why a request is not taken: what money, limits or the clock stand in the way of, with the facts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.request import PictureRequest, Quality, Size


@dataclass(frozen=True, slots=True)
class NoPrice:
    """The price table has no price for it. ``size`` None: an edit in its source's own size."""

    code: ClassVar[Problem] = Problem.NO_PRICE
    size: Size | None
    quality: Quality


@dataclass(frozen=True, slots=True)
class Variant:
    """A cheaper request that would be taken, and its price."""

    request: PictureRequest
    price: Money


@dataclass(frozen=True, slots=True)
class OverBudget:
    """``price`` does not fit into what is ``left`` of ``scope`` (budgets reference 3.1).

    ``pending_id`` names the kept request, which an admin may approve; ``cheaper`` fits.
    """

    code: ClassVar[Problem] = Problem.OVER_BUDGET
    scope: Scope
    limit: Money
    left: Money
    price: Money
    resets_at: datetime
    window: Window = Window.MONTH
    cheaper: Variant | None = None
    pending_id: str | None = None


@dataclass(frozen=True, slots=True)
class NeedsConfirmation:
    """The request is kept; it costs enough to wait until its asker says Run, Cheaper or Cancel."""

    code: ClassVar[Problem] = Problem.UNCONFIRMED
    pending: PendingRequest
    standings: tuple[ScopePeriod, ...]
    cheaper: Variant | None


@dataclass(frozen=True, slots=True)
class TooFast:
    """``channel_id`` is set where the channel's rate is in the way, not the person's."""

    code: ClassVar[Problem] = Problem.TOO_FAST
    seconds: int
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """An admin has paused new pictures in the workspace."""

    code: ClassVar[Problem] = Problem.PAUSED


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The clock cannot be right: off by ``seconds`` (negative: behind), or ``months`` ahead of the last ask
    with nothing to confirm it."""

    code: ClassVar[Problem] = Problem.CLOCK_OFF
    seconds: int | None = None
    months: int | None = None


BudgetRefusal = NoPrice | OverBudget | NeedsConfirmation | TooFast | Paused | ClockOff
