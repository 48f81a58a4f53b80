"""Our few error classes, each named after the reaction it calls for.

Drivers' and HTTP libraries' errors never cross a room's wall: the room translates them into one of
these, keeps the original with ``from`` and lets no secret into the message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from bot.domain.budget.periods import Window
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import PictureRequest

if TYPE_CHECKING:
    from bot.domain.budget.ledger import ScopePeriod
    from bot.domain.requests.pending_request import PendingRequest


class BotError(Exception):
    """Base of all errors that we raise on purpose."""


class SettingsError(BotError):
    """The start ends here: one sentence a wrong setting, exit code 2."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class AskRefused(BotError):
    """Tell the asker (only the asker), spend nothing. ``facts`` fill the sentence for ``problem``."""

    def __init__(self, problem: Problem, **facts: object) -> None:
        super().__init__(f"{problem}: {facts}" if facts else str(problem))
        self.problem = problem
        self.facts = facts


class NotAnAsk(AskRefused):
    """The message wants something else of the bot, such as its help: the asker gets that, privately, and
    nothing went wrong. The fact ``command`` says what."""


class BudgetExceeded(AskRefused):
    """The price does not fit ``scope``. Carries what the refusal must say (budgets reference 3.1).

    ``draft_id`` names the kept ask, which an admin may approve; ``cheaper`` is a variant that fits.
    """

    pending_id: str | None = None
    cheaper: PictureRequest | None = None
    cheaper_price: Money | None = None

    def __init__(
        self,
        *,
        scope: str,
        limit: Money,
        left: Money,
        price: Money,
        resets_at: datetime,
        window: Window = Window.MONTH,
    ) -> None:
        super().__init__(
            Problem.OVER_BUDGET, scope=scope, limit=limit, left=left, price=price, resets_at=resets_at
        )
        self.scope = scope
        self.limit = limit
        self.left = left
        self.price = price
        self.resets_at = resets_at
        self.window = window


class Unconfirmed(AskRefused):
    """The ask is kept and costs enough to wait for its asker's word: Run, Cheaper or Cancel."""

    def __init__(
        self,
        pending: PendingRequest,
        standings: Sequence[ScopePeriod],
        cheaper: PictureRequest | None,
        price: Money,
    ) -> None:
        super().__init__(Problem.UNCONFIRMED, id=pending.id)
        self.pending = pending
        self.standings = tuple(standings)
        self.cheaper = cheaper
        self.cheaper_price = price


class TryLater(BotError):
    """The other side did not do it and may do it later: repeat after ``after`` seconds (None: we choose)."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class WorkspaceGone(TryLater):
    """The workspace has removed the app or disabled its token: what waits there waits for a new install."""


class Unreachable(TryLater):
    """Nobody was there to be asked: it says nothing about what was asked for, and uses up no patience."""


class NotUnderstood(TryLater):
    """The answer is none that we know, perhaps not even the other side's: ask again a few times. The worker
    counts it as a fault, so that a step which hears nothing else comes to an end, visibly."""


class OutcomeUnknown(BotError):
    """It may have happened and the answer was lost: reconcile before any repeat, never just repeat."""


class GivenUp(BotError):
    """The other side says no and will go on saying no: end this step with ``failure``."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.problem}: {failure.detail}")
        self.failure = failure


class CannotPost(BotError):
    """The bot may not post in this conversation: tell the asker how to invite it, spend nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RouteMissing(BotError):
    """This dialect's route does not exist at the provider and no task can have come of the call."""


class StaleLease(BotError):
    """Another worker holds this task now: stop and effect nothing."""


class StoreUnavailable(BotError):
    """The database cannot be reached or written now: refuse new work, keep what is recorded."""


def detail_of(refused: AskRefused) -> str:
    """A refusal in one line that can be kept and read back (``facts_in``): ``too_many most=16``."""
    facts = {name: value for name, value in refused.facts.items() if value is not None}
    reason = str(facts.pop("reason", ""))
    if not reason:
        return ""
    return " ".join([reason, *(f"{name}={quote(str(value))}" for name, value in sorted(facts.items()))])[:500]


def facts_in(detail: str) -> dict[str, str]:
    """What ``detail_of`` wrote down. Whatever else the text is, its first word is taken for the reason."""
    reason, *facts = detail.split(" ")
    pairs = (fact.partition("=") for fact in facts)
    return {"reason": reason} | {name: unquote(value) for name, sign, value in pairs if sign}


@contextmanager
def naming(name: str, *, of: int) -> Iterator[None]:
    """A refusal within says which of several files it is about (fact ``name``)."""
    try:
        yield
    except AskRefused as refused:
        if of > 1 and name and "name" not in refused.facts:
            raise AskRefused(refused.problem, **refused.facts, name=name) from refused
        raise
