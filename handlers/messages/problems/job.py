"""Sentences for how a job ended without (all of) its pictures: what happened, was it charged, what to do.

A failure's ``detail`` is never shown: Slack's codes in it are looked up, kept refusals are read.
"""

from __future__ import annotations

from typing import Literal

from bot.domain.problem import Failure, Problem
from bot.domain.requests.source_refusals import read_kept
from handlers.messages.block_kit import Code, Part
from handlers.messages.problems.source import source_words
from handlers.messages.problems.state import WITHDRAWN, cannot_post, named, stuck_words
from handlers.messages.slack_reasons import reason_for, whereabouts
from handlers.messages.wording import Charge, SentenceContext, Words, say

FixedProblem = Literal[
    Problem.MODERATED,
    Problem.PROVIDER_REFUSED,
    Problem.PROVIDER_FAILED,
    Problem.PROVIDER_BUSY,
    Problem.PROVIDER_ACCOUNT,
    Problem.SOURCE_UNREACHABLE,
    Problem.NO_PICTURE,
    Problem.RESULT_GONE,
    Problem.RESULT_UNUSABLE,
    Problem.CANCELLED,
    Problem.UNAVAILABLE,
    Problem.PROCESS_DIED,
]
"""Problems whose sentence needs no facts."""


def failure_words(failure: Failure, context: SentenceContext) -> Words:
    """The words for a job's failure. mypy refuses a problem that is in none of the cases."""
    refusal = read_kept(failure.problem, failure.detail)
    if refusal is not None:
        return source_words(refusal)
    match failure.problem:
        case Problem.OUTCOME_UNKNOWN:
            return _outcome_unknown(context)
        case Problem.TIMED_OUT:
            return _timed_out(context)
        case Problem.CANNOT_POST:
            return cannot_post(failure.detail, context.channel_id, context.names)
        case Problem.DELIVERY_REFUSED:
            return _delivery_refused(failure.detail, context)
        case Problem.STUCK:
            return stuck_words(context)
        case Problem.NOT_SHOWN:
            return _not_shown()
        case (
            Problem.INTERNAL
            # What is refused before it is a job is no job's failure.
            | Problem.EMPTY_PROMPT | Problem.PROMPT_TOO_LONG | Problem.UNKNOWN_FLAG | Problem.UNSUPPORTED_FLAG
            | Problem.BAD_VALUE | Problem.BAD_SIZE | Problem.UNKNOWN_NAME | Problem.NO_PRICE
            | Problem.NOT_FOUND | Problem.NOT_ALLOWED | Problem.OVER_BUDGET | Problem.TOO_FAST
            | Problem.PAUSED | Problem.UNCONFIRMED | Problem.DECIDED | Problem.CLOCK_OFF
            # These were read above.
            | Problem.NO_SOURCE | Problem.BAD_SOURCE | Problem.BAD_MASK | Problem.NO_PUBLIC_ADDRESS
        ):  # fmt: skip
            return internal_words(context)
        case problem:
            return fixed_words(problem)


def fixed_words(problem: FixedProblem) -> Words:
    match problem:
        case Problem.MODERATED:
            return _MODERATED
        case Problem.PROVIDER_REFUSED:
            return _PROVIDER_REFUSED
        case Problem.PROVIDER_FAILED:
            return _PROVIDER_FAILED
        case Problem.PROVIDER_BUSY:
            return _PROVIDER_BUSY
        case Problem.PROVIDER_ACCOUNT:
            return _PROVIDER_ACCOUNT
        case Problem.SOURCE_UNREACHABLE:
            return _SOURCE_UNREACHABLE
        case Problem.NO_PICTURE:
            return _NO_PICTURE
        case Problem.RESULT_GONE:
            return _RESULT_GONE
        case Problem.RESULT_UNUSABLE:
            return _RESULT_UNUSABLE
        case Problem.CANCELLED:
            return WITHDRAWN
        case Problem.UNAVAILABLE:
            return _UNAVAILABLE
        case Problem.PROCESS_DIED:
            return _PROCESS_DIED


_OPERATOR = "If it goes on, tell the person who runs this bot."
_FETCH_AGAIN = "The person who runs this bot can have it fetched again, for no further charge."

_PROCESS_DIED = say(
    "This picture made me stop three times.", Charge.FREE, "Try a smaller one.", "made me stop three times"
)
_MODERATED = say(
    "The image service's safety check refused this.",
    Charge.FREE,
    "Describe it in other words, or start from another picture.",
    "refused by the safety check",
)
_PROVIDER_REFUSED = say(
    "The image service did not accept this request.",
    Charge.FREE,
    "Try another size or simpler words.",
    "not accepted by the image service",
)
_PROVIDER_FAILED = say(
    "The image service broke off while drawing.",
    Charge.FREE,
    f"Asking again often helps. {_OPERATOR}",
    "the image service broke off",
)
_PROVIDER_BUSY = say(
    "The image service stayed too busy to take this.",
    Charge.FREE,
    "Ask again later.",
    "the image service was too busy",
)
_PROVIDER_ACCOUNT = say(
    "The image service takes nothing from this bot at the moment.",
    Charge.FREE,
    "Tell the person who runs this bot: its key, its balance or its settings need a look.",
    "this bot was refused",
)
_SOURCE_UNREACHABLE = say(
    "The image service could not fetch the picture to edit.",
    Charge.FREE,
    f"Ask again. {_OPERATOR}",
    "the picture to edit could not be fetched",
)
_NO_PICTURE = say(
    "The image service finished without sending a picture.",
    Charge.UNCLEAR,
    "You can ask again.",
    "finished without a picture",
)
_RESULT_GONE = say(
    "The picture was made, but it was gone before I could fetch it.",
    Charge.PAID,
    _FETCH_AGAIN,
    "gone before it could be fetched",
)
_RESULT_UNUSABLE = say(
    "What came back is not a usable picture.",
    Charge.PAID,
    _FETCH_AGAIN,
    "came back unusable",
)
_UNAVAILABLE = say("I cannot take new requests at the moment.", Charge.NOTHING, "Try again in a minute.")


def _outcome_unknown(context: SentenceContext) -> Words:
    if context.ended:
        return say(
            "The connection broke while I was placing the order, and I never learnt whether the image "
            "service took it.",
            Charge.UNCLEAR,
            "Ask again if you still want it.",
            "its order was never answered",
        )
    return say(
        "The connection broke while I was placing the order, so I cannot tell whether the image service "
        "took it. I do not order twice by myself.",
        Charge.UNCLEAR,
        "Run again is a new order and may be charged twice.",
        "its order was not answered",
    )


def _timed_out(context: SentenceContext) -> Words:
    if context.ended:
        return say(
            "The image service took this, and sent nothing within a day.",
            Charge.UNCLEAR,
            "Ask again if you still want it.",
            "it never arrived",
        )
    return say(
        "This takes unusually long: it is still running at the image service.",
        Charge.UNCLEAR,
        "I go on asking, and post the picture if it arrives.",
        "it is still running at the image service",
    )


def _delivery_refused(code: str, context: SentenceContext) -> Words:
    reason = reason_for(code)
    why = f": {named(reason.why, context.names)}." if reason.why else "."
    todo: tuple[Part, ...] = (named(reason.todo, context.names),)
    kept = "It is kept, and can be delivered later without paying again."
    if reason.invite:
        todo = ("Let me back in: type ", Code(f"/invite {context.names.bot_name}"), " there.")
    if reason.is_for_good:
        kept = "It is kept."
        todo = ("The person who runs this bot can give it to you; asking again draws a new one.",)
    return Words(
        (
            "It is finished, but Slack did not let me post it ",
            *whereabouts(context.channel_id),
            f"{why} {kept}",
        ),
        Charge.UNSAID,
        todo,
        "could not be posted",
    )


def internal_words(context: SentenceContext) -> Words:
    reference = context.reference
    quoted = f"If it happens again, quote {reference} to the person who runs this bot."
    todo = quoted if reference else _OPERATOR
    return say("Something went wrong on my side.", Charge.UNSAID, todo, "something went wrong on my side")


def _not_shown() -> Words:
    return say(
        "This picture's message may be out of date.",
        Charge.UNSAID,
        "Finished pictures still come.",
        "its message may be out of date",
    )
