"""What can go wrong with an ask, as data. Sentences for people are made from these in one place."""

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
    NOT_SHOWN = "not_shown"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """An ended attempt: the code people's sentences are made from, and raw text for operators only.

    ``detail`` is at most 500 characters, without keys or links with secrets; it is never shown to users.
    """

    problem: Problem
    detail: str = ""
