"""Why an ask is not taken: one dataclass for each problem, with the facts that its sentence needs. Pure.

``Refusal`` is all of them together, so that mypy says where one has no sentence (``handlers/messages``).
Those about money are in ``budget_refusals.py``, those about the pictures to edit in ``source_refusals.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from bot.domain.errors import BotError
from bot.domain.problem import Problem
from bot.domain.requests.budget_refusals import BudgetRefusal, NeedsConfirmation, OverBudget
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.request import Size
from bot.domain.requests.source_refusals import BadSource, SourceRefusal

# What was typed


@dataclass(frozen=True, slots=True)
class EmptyPrompt:
    """Nothing is described. ``sources`` counts the pictures that came with the message."""

    code: ClassVar[Problem] = Problem.EMPTY_PROMPT
    sources: int = 0


@dataclass(frozen=True, slots=True)
class PromptTooLong:
    """``length`` and ``limit`` in characters."""

    code: ClassVar[Problem] = Problem.PROMPT_TOO_LONG
    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class UnknownFlag:
    """``flag`` names all of them, with commas between; ``without`` is the text without them. ``offer`` is the
    request without them, kept for a button."""

    code: ClassVar[Problem] = Problem.UNKNOWN_FLAG
    flag: str
    closest: str | None = None
    without: str = ""
    offer: PendingRequest | None = None


@dataclass(frozen=True, slots=True)
class UnsupportedFlag:
    """``why`` completes "… is"; ``todo`` is said where there is no text ``without`` it; the rest is as in
    UnknownFlag."""

    code: ClassVar[Problem] = Problem.UNSUPPORTED_FLAG
    flag: str
    why: str
    without: str = ""
    todo: str = ""
    offer: PendingRequest | None = None


@dataclass(frozen=True, slots=True)
class BadValue:
    """``flag`` (a flag or a command; empty for a field of a form) does not take ``given``."""

    code: ClassVar[Problem] = Problem.BAD_VALUE
    given: str
    expected: str
    flag: str = ""
    closest: str | None = None


class SizeRule(StrEnum):
    """The rule that a refused size breaks."""

    GRID = "grid"
    EDGE = "edge"
    RATIO = "ratio"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class BadSize:
    """The model does not draw the size ``given``; ``nearest`` is one that it draws."""

    code: ClassVar[Problem] = Problem.BAD_SIZE
    given: str
    rule: SizeRule
    nearest: Size


class NameKind(StrEnum):
    """Whose budget a name was to say."""

    PERSON = "person"
    CHANNEL = "channel"
    HERE = "here"  # in a direct message, which has no budget of its own


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A budget command names nobody, or several. ``people`` are the (name, user id) that it fits; None when
    they could not be read in time, or when no person was meant."""

    code: ClassVar[Problem] = Problem.UNKNOWN_NAME
    given: str
    kind: NameKind
    people: tuple[tuple[str, str], ...] | None = None


# Which request was meant, and by whom


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such job, step or pending request, or none that this person may know of."""

    code: ClassVar[Problem] = Problem.NOT_FOUND
    id: str


class NotAllowedReason(StrEnum):
    NOT_ADMIN = "not_admin"
    NOT_YOURS = "not_yours"  # only the asker and admins may
    OWN_ASK = "own_ask"  # nobody approves what they ask for themselves
    OTHER_WORKSPACE = "other_workspace"
    TOO_LATE = "too_late"  # the image service has it
    IN_DOUBT = "in_doubt"  # the image service may have it
    ENDED = "ended"
    NOT_UNKNOWN = "not_unknown"  # its outcome is known by now


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """This person may not do that, or nobody may now. ``id`` is the job's, empty where none is meant."""

    code: ClassVar[Problem] = Problem.NOT_ALLOWED
    reason: NotAllowedReason
    id: str = ""


class DecidedState(StrEnum):
    """How a request stands that can no longer be decided as somebody wants to."""

    PENDING = "pending"
    RUN = "run"
    APPROVED = "approved"
    DENIED = "denied"
    CANCELLED = "cancelled"
    ASKED = "asked"
    EXPIRED = "expired"
    DEARER = "dearer"
    NO_CHEAPER = "no_cheaper"


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """``by`` is the user id of whoever decided; ``prompt`` is set where it is not plain which request is
    meant."""

    code: ClassVar[Problem] = Problem.DECIDED
    state: DecidedState
    by: str | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The asker has deleted the message that asked."""

    code: ClassVar[Problem] = Problem.CANCELLED


@dataclass(frozen=True, slots=True)
class PostingRefused:
    """The bot cannot post where the result was to come. ``reason`` is the conversation's own code for it."""

    code: ClassVar[Problem] = Problem.CANNOT_POST
    reason: str = ""
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """The work on a request was given up until an operator takes it up again. ``reference`` names the step;
    ``prompt`` is set where the step was to ask the budget admins."""

    code: ClassVar[Problem] = Problem.STUCK
    reference: str
    prompt: str = ""


# All together

TypedRefusal = EmptyPrompt | PromptTooLong | UnknownFlag | UnsupportedFlag | BadValue | BadSize | UnknownName
StateRefusal = NotFound | NotAllowed | AlreadyDecided | Withdrawn | PostingRefused | Stuck
Refusal = TypedRefusal | StateRefusal | BudgetRefusal | SourceRefusal
"""All of them. Each of the four groups has its sentences in a module of ``handlers/messages``."""


class AskRefused(BotError):
    """An ask is not taken, and nothing is spent: tell the asker, and only the asker, why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.code))
        self.refusal = refusal

    @property
    def problem(self) -> Problem:
        return self.refusal.code


class BudgetExceeded(AskRefused):
    """The price does not fit a budget: keep the request for an approval."""

    refusal: OverBudget

    def __init__(self, refusal: OverBudget) -> None:
        super().__init__(refusal)


class Unconfirmed(AskRefused):
    """The request is kept until its asker confirms it."""

    refusal: NeedsConfirmation

    def __init__(self, refusal: NeedsConfirmation) -> None:
        super().__init__(refusal)


@contextmanager
def naming(name: str, *, of: int) -> Iterator[None]:
    """A BadSource that is raised within gets the file's ``name``, where the request has several (``of``)."""
    try:
        yield
    except AskRefused as refused:
        refusal = refused.refusal
        if of > 1 and name and isinstance(refusal, BadSource) and not refusal.name:
            raise AskRefused(replace(refusal, name=name)) from refused
        raise
