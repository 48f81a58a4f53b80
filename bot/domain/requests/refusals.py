"""Why an ask is not taken: one dataclass for each problem, with the facts that its sentence needs. Pure.

``Refusal`` is the union of all of them, so that mypy reports one that has no sentence in
``handlers/messages``. Those about money are in ``budget_refusals.py``, those about the pictures to edit in
``source_refusals.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from bot.domain.errors import BotError
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.budget_refusals import BudgetRefusal, NeedsConfirmation, OverBudget
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.request import UNNAMED, Named, Size
from bot.domain.requests.source_refusals import BadSource, SourceRefusal

# What was typed


@dataclass(frozen=True, slots=True)
class EmptyPrompt:
    """The message describes no picture. ``sources`` counts the pictures that came with it."""

    code: ClassVar[Problem] = Problem.EMPTY_PROMPT
    sources: int = 0


@dataclass(frozen=True, slots=True)
class PromptTooLong:
    """The prompt is too long; ``length`` and ``limit`` in characters."""

    code: ClassVar[Problem] = Problem.PROMPT_TOO_LONG
    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class UnknownFlag:
    """The text has flags that the bot does not know. ``flag`` names all of them, separated by commas;
    ``without`` is the text without them. ``offer`` is the pending request without them, for a button."""

    code: ClassVar[Problem] = Problem.UNKNOWN_FLAG
    flag: str
    closest: str | None = None
    without: str = ""
    offer: PendingRequest | None = None


@dataclass(frozen=True, slots=True)
class UnsupportedFlag:
    """The text has what other bots take and this one does not. ``why`` completes "<flag> is …", and ``todo``
    is advice; both are empty for a flag that does not exist here. The other fields are as in UnknownFlag."""

    code: ClassVar[Problem] = Problem.UNSUPPORTED_FLAG
    flag: str
    why: str = ""
    without: str = ""
    todo: str = ""
    offer: PendingRequest | None = None


@dataclass(frozen=True, slots=True)
class BadValue:
    """``given`` is not a value that ``flag`` takes. ``flag`` is a flag or a command; empty for a field of a
    form."""

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
    """The model does not draw the size ``given``; ``nearest`` is the nearest one that it draws."""

    code: ClassVar[Problem] = Problem.BAD_SIZE
    given: str
    rule: SizeRule
    nearest: Size


class NameKind(StrEnum):
    """What kind of scope a name in a budget command stands for."""

    PERSON = "person"
    CHANNEL = "channel"
    HERE = "here"  # in a direct message, which has no budget of its own


@dataclass(frozen=True, slots=True)
class UnknownName:
    """The name in a budget command fits nobody, or several people. ``people`` has the (name, user id) of each
    person that it fits; None when they could not be read in time, or when no person was meant."""

    code: ClassVar[Problem] = Problem.UNKNOWN_NAME
    given: str
    kind: NameKind
    people: tuple[tuple[str, str], ...] | None = None


# Which request was meant, and by whom


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such job, task or pending request, or this person may not know of it."""

    code: ClassVar[Problem] = Problem.NOT_FOUND
    id: str


class NotAllowedReason(StrEnum):
    """Why somebody may not do something."""

    NOT_ADMIN = "not_admin"
    ROLE_UNKNOWN = "role_unknown"  # whether this is an admin cannot be found out now
    NOT_YOURS = "not_yours"  # only the asker and admins may
    OWN_ASK = "own_ask"  # nobody may approve their own ask
    OTHER_WORKSPACE = "other_workspace"
    NOT_MEMBER = "not_member"  # only members of a conversation may post there
    TOO_LATE = "too_late"  # the image API has taken the order
    IN_DOUBT = "in_doubt"  # the image API may have taken the order
    ENDED = "ended"
    NOT_UNKNOWN = "not_unknown"  # its outcome is known by now


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """This person may not do that, or nobody may do it now. ``id`` is the job's, empty where it is not about
    a job. ``asker`` is the user id of whoever may, for NOT_YOURS."""

    code: ClassVar[Problem] = Problem.NOT_ALLOWED
    reason: NotAllowedReason
    id: str = ""
    asker: str = ""


class DecidedState(StrEnum):
    """The state of a pending request that can no longer be decided as somebody wanted to."""

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
    """The pending request cannot be decided any more, or not like this. ``by`` is the user id of whoever
    decided; ``prompt`` is set where the answer has to say which request it is about."""

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
    """The bot cannot post where the result was to be posted. ``reason`` is the conversation's own code for
    that."""

    code: ClassVar[Problem] = Problem.CANNOT_POST
    reason: str = ""
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class NoDirectMessages:
    """The asker's direct messages with the bot cannot be opened, at least ``is_for_now``."""

    code: ClassVar[Problem] = Problem.CANNOT_POST
    is_for_now: bool = False


@dataclass(frozen=True, slots=True)
class Stuck:
    """A task of the request is parked until an operator resumes it. ``reference`` names the task; ``prompt``
    is set where the task was to ask the budget admins."""

    code: ClassVar[Problem] = Problem.STUCK
    reference: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class WhichPicture:
    """The edit is about one of several pictures, and the text does not say which. ``pending`` waits until
    its asker chooses one of its ask's candidates."""

    code: ClassVar[Problem] = Problem.UNCONFIRMED
    pending: PendingRequest


@dataclass(frozen=True, slots=True)
class WhichOfThese:
    """The step is about one picture of a job, and it is not said which. ``numbers`` are those that are there;
    ``price`` is that of the step, None for a free one; ``size`` and ``named`` were named with it.
    ``is_private``: only the person is to see what comes of it."""

    code: ClassVar[Problem] = Problem.UNCONFIRMED
    job_id: str
    step: str
    numbers: tuple[int, ...]
    price: Money | None = None
    size: str | None = None
    is_private: bool = False
    named: Named = UNNAMED


@dataclass(frozen=True, slots=True)
class PictureGone:
    """The picture was deleted, or there never was one. ``job_id`` is the job whose words are kept, if there
    is one."""

    code: ClassVar[Problem] = Problem.NOT_FOUND
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class NoSuchPicture:
    """The conversation shows no picture of that number, or no longer; ``there`` are the numbers that it
    shows."""

    code: ClassVar[Problem] = Problem.NOT_FOUND
    number: int
    there: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FineEnough:
    """The picture is a 4K final already: nothing finer can be made."""

    code: ClassVar[Problem] = Problem.NOT_ALLOWED


# All together

TypedRefusal = EmptyPrompt | PromptTooLong | UnknownFlag | UnsupportedFlag | BadValue | BadSize | UnknownName
StateRefusal = (
    NotFound
    | NotAllowed
    | AlreadyDecided
    | Withdrawn
    | PostingRefused
    | NoDirectMessages
    | Stuck
    | WhichPicture
    | WhichOfThese
    | PictureGone
    | NoSuchPicture
    | FineEnough
)
Refusal = TypedRefusal | StateRefusal | BudgetRefusal | SourceRefusal
"""All of them. Each of the four groups has its sentences in a module of ``handlers/messages``."""


class AskRefused(BotError):
    """The ask is not taken and nothing is spent: tell the asker why, and only the asker."""

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
    """Add the file's ``name`` to an AskRefused BadSource that is raised inside, when the request has more
    than one picture (``of``) and the refusal has no name yet."""
    try:
        yield
    except AskRefused as refused:
        refusal = refused.refusal
        if of > 1 and name and isinstance(refusal, BadSource) and not refusal.name:
            raise AskRefused(replace(refusal, name=name)) from refused
        raise
