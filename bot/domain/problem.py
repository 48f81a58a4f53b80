"""What can go wrong with an ask, as data. Sentences for people are made from these in ``handlers/messages``.

The words for what goes wrong, and how they differ:

- ``Problem``: the public code, in the database and in logs. It is a name only, without facts.
- a *refusal* (``requests/refusals.py``): why an ask is not taken, with the facts for its sentence; one
  dataclass for each problem. Nothing is recorded as a job and nothing is spent. ``AskRefused`` carries it.
- ``Failure``: how a job that was taken ended without (all of) its pictures. It is kept with the job.
- a *reason* (``SourceReason``, ``NotAllowedReason``, …): tells the cases of one problem apart.
- an *error* (``bot/errors.py``): an exception, named after what its catcher does about it.
- an *admin notice* (``budget/admin_notice.py``): what budget admins are told about money.
- a *reaction* (``MessageReaction``): the mark on the message that asked. It is never an error.
"""

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why an ask ended without (all of) its pictures, or was not taken. The value is the public code."""

    # The ask as typed (nothing was recorded, nothing spent)
    EMPTY_PROMPT = "empty_prompt"
    PROMPT_TOO_LONG = "prompt_too_long"
    UNKNOWN_FLAG = "unknown_flag"
    UNSUPPORTED_FLAG = "unsupported_flag"
    BAD_VALUE = "bad_value"
    BAD_SIZE = "bad_size"
    UNKNOWN_NAME = "unknown_name"
    NO_PRICE = "no_price"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    # Limits
    OVER_BUDGET = "over_budget"
    TOO_FAST = "too_fast"
    TOO_MANY_PICTURES = "too_many_pictures"
    PAUSED = "paused"
    UNCONFIRMED = "unconfirmed"
    DECIDED = "decided"
    CLOCK_OFF = "clock_off"
    # The conversation
    CANNOT_POST = "cannot_post"
    # The pictures that came with the ask
    NO_SOURCE = "no_source"
    BAD_SOURCE = "bad_source"
    BAD_MASK = "bad_mask"
    NO_PUBLIC_ADDRESS = "no_public_address"
    # The provider
    MODERATED = "moderated"
    PROVIDER_REFUSED = "provider_refused"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_BUSY = "provider_busy"
    PROVIDER_ACCOUNT = "provider_account"
    SOURCE_UNREACHABLE = "source_unreachable"
    NO_PICTURE = "no_picture"
    OUTCOME_UNKNOWN = "outcome_unknown"
    TIMED_OUT = "timed_out"
    # The result
    RESULT_GONE = "result_gone"
    RESULT_UNUSABLE = "result_unusable"
    DELIVERY_REFUSED = "delivery_refused"
    # Us
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"
    STUCK = "stuck"
    PROCESS_DIED = "process_died"
    NOT_SHOWN = "not_shown"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """How a job ended: the code that its sentence is made from, and a text for operators only.

    ``detail`` is at most 500 characters, without keys or links with secrets; it is never shown to users.
    """

    problem: Problem
    detail: str = ""
