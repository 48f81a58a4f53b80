"""The bot's error classes, each named after what its catcher does about it.

The errors of drivers and HTTP libraries stay inside the package that uses the library: it translates them
into one of these, keeps the original with ``from`` and puts no secret into the message. ``AskRefused`` is
beside the refusals that it carries, in ``bot/domain/requests/refusals.py``.
"""

from __future__ import annotations

from bot.domain.errors import BotError
from bot.domain.problem import Failure


class NotAnAsk(BotError):
    """The message asks for something else than a picture, such as the help: answer that privately."""


class TryLater(BotError):
    """The other side did not do it and may do it later: repeat after ``after`` seconds (None: the caller
    chooses)."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class WorkspaceGone(TryLater):
    """The workspace has removed the app or disabled its token: its tasks wait until the app is installed
    again."""


class Unreachable(TryLater):
    """The other side could not be reached. This says nothing about the request itself, so it does not count
    as one of the attempts after which a step gives up."""


class NotUnderstood(TryLater):
    """The answer has an unknown form; something between the bot and the other side may have sent it. Try a
    few more times: the worker counts it as a fault, and parks the task after too many."""


class OutcomeUnknown(BotError):
    """The answer was lost, so the effect may have happened: find out whether it did before repeating it."""


class GivenUp(BotError):
    """The other side refused for good: do not repeat the call, and end this step with ``failure``."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.problem}: {failure.detail}")
        self.failure = failure


class CannotPost(BotError):
    """The bot may not post in this conversation: tell the asker how to invite it, and spend nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RouteMissing(BotError):
    """This dialect's route does not exist at the provider, and the call cannot have created a task: use the
    other dialect."""


class StaleLease(BotError):
    """Another worker holds this task now: stop, and write nothing."""


class StoreUnavailable(BotError):
    """The database cannot be reached or written to now: refuse new work, and keep what is recorded."""
