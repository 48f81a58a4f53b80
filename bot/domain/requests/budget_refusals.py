"""Why an ask is not taken because of money, limits or the clock, with the facts for its sentence. Pure."""

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
    """The price table has no price for this size and quality. ``size`` None: an edit that keeps its source's
    ratio."""

    code: ClassVar[Problem] = Problem.NO_PRICE
    size: Size | None
    quality: Quality


@dataclass(frozen=True, slots=True)
class Variant:
    """A cheaper request that would be taken, and its price. ``is_smaller``: it has fewer pixels."""

    request: PictureRequest
    price: Money
    is_smaller: bool = False


@dataclass(frozen=True, slots=True)
class OverBudget:
    """``price`` does not fit into what is ``left`` of ``scope`` (budgets reference 3.1).

    ``ref`` is the pending request's, which an admin may approve (``PendingRequest.ref``); ``cheaper`` is a
    request that fits. ``needs_budget``: a guest to whom nobody has given a budget yet.
    """

    code: ClassVar[Problem] = Problem.OVER_BUDGET
    scope: Scope
    limit: Money
    left: Money
    price: Money
    resets_at: datetime
    window: Window = Window.MONTH
    cheaper: Variant | None = None
    ref: str | None = None
    needs_budget: bool = False


@dataclass(frozen=True, slots=True)
class NeedsConfirmation:
    """The request costs enough that its asker has to confirm it first: it is kept as ``pending`` until the
    asker presses Draw, the ``cheaper`` variant, or Leave it."""

    code: ClassVar[Problem] = Problem.UNCONFIRMED
    pending: PendingRequest
    standings: tuple[ScopePeriod, ...]
    cheaper: Variant | None

    @property
    def is_dearer(self) -> bool:
        """Whether the asker saw a lower price before, and is asked because of that alone."""
        agreed = self.pending.ask.agreed
        return self.pending.round > 0 or (agreed is not None and agreed < self.pending.estimate)


@dataclass(frozen=True, slots=True)
class TooFast:
    """Too many asks in a minute: try again after ``seconds``. ``channel_id`` is set when the channel's rate
    is exceeded, not the person's."""

    code: ClassVar[Problem] = Problem.TOO_FAST
    seconds: int
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class TooManyPictures:
    """The ask is for ``count`` pictures, and ``most`` may be drawn at once. ``kept`` is the pending request
    that holds its words, for a form to change them in."""

    code: ClassVar[Problem] = Problem.TOO_MANY_PICTURES
    count: int
    most: int
    kept: PendingRequest | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """An admin has paused new pictures in the workspace."""

    code: ClassVar[Problem] = Problem.PAUSED


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The clock cannot be right: it is off by ``seconds`` (negative: behind), or it is ``months`` ahead of
    the last ask and no other clock confirms it."""

    code: ClassVar[Problem] = Problem.CLOCK_OFF
    seconds: int | None = None
    months: int | None = None


BudgetRefusal = NoPrice | OverBudget | NeedsConfirmation | TooFast | TooManyPictures | Paused | ClockOff
