"""Our few error classes, each named after what its catcher does about it.

The errors of drivers and HTTP libraries stay inside the package that uses the library: it translates them
into one of these, keeps the original with ``from`` and puts no secret into the message. ``AskRefused`` is
beside the refusals that it carries, in ``bot/domain/requests/refusals.py``.
"""

from __future__ import annotations

from bot.domain.errors import BotError
from bot.domain.problem import Failure


class NotAnAsk(BotError):
    """The message asks for no picture but for something else, such as the help: answer that privately."""


class TryLater(BotError):
    """The other side did not do it and may do it later: repeat after ``after`` seconds (None: we choose)."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class WorkspaceGone(TryLater):
    """The workspace has removed the app or disabled its token: its steps wait until it is installed again."""


class Unreachable(TryLater):
    """The other side could not be reached. It says nothing about the request itself, so it is not counted as
    one of the tries after which a step is given up."""


class NotUnderstood(TryLater):
    """The answer has a form that we do not know; something between us and the other side may have sent it.
    Try a few times more: the worker counts it as a fault, so that in the end the step is parked."""


class OutcomeUnknown(BotError):
    """The answer was lost, so the effect may have happened: find out before it is repeated."""


class GivenUp(BotError):
    """The other side refused for good: end this step with ``failure``."""

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
    """Another worker holds this task now: stop, and write nothing."""


class StoreUnavailable(BotError):
    """The database cannot be reached or written now: refuse new work, keep what is recorded."""
