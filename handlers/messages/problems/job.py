"""Sentences for how a job ended without (all of) its pictures: what happened, was it charged, what to do.

A failure's ``detail`` is never shown: Slack's codes in it are looked up, kept refusals are read.
"""

from __future__ import annotations

from typing import Literal

from bot.domain.problem import Failure, Problem
from bot.domain.requests.source_refusals import read_kept
from handlers.messages.block_kit import Code, Part
from handlers.messages.problems.slack_reasons import reason_for, whereabouts
from handlers.messages.problems.source import source_words
from handlers.messages.problems.state import WITHDRAWN, cannot_post, named, stuck_words
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
            | Problem.TOO_MANY_PICTURES
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


_PROCESS_DIED = say("This picture is too much to work with.", Charge.FREE, short="was too much for the bot")
_MODERATED = say("The safety check refused these words.", Charge.FREE, short="refused by the safety check")
_PROVIDER_REFUSED = say(
    "The image service did not take this.", Charge.FREE, short="not accepted by the image service"
)
_PROVIDER_FAILED = say(
    "The image service broke off while drawing.", Charge.FREE, short="the image service broke off"
)
_PROVIDER_BUSY = say(
    "The image service stayed too busy.", Charge.FREE, short="the image service was too busy"
)
_PROVIDER_ACCOUNT = say(
    "Pictures are off for the moment.", Charge.FREE, "The operators know.", "pictures are off"
)
_SOURCE_UNREACHABLE = say(
    "The image service could not fetch the picture to change.",
    Charge.FREE,
    short="the picture to change could not be fetched",
)
_NO_PICTURE = say("The image service sent no picture.", Charge.UNCLEAR, short="finished without a picture")
_RESULT_GONE = say(
    "The picture was made, but could not be fetched.",
    Charge.PAID,
    "Fetching it again costs nothing.",
    "gone before it could be fetched",
)
_RESULT_UNUSABLE = say(
    "What came back is not a usable picture.",
    Charge.PAID,
    "Fetching it again costs nothing.",
    "came back unusable",
)
_UNAVAILABLE = say("Nothing new can be taken at the moment.", Charge.NOTHING, "Try again in a minute.")


def _outcome_unknown(context: SentenceContext) -> Words:
    short = "its order was not answered"
    if context.ended:
        return say("The image service never answered this order.", Charge.UNCLEAR, short=short)
    return say("I don't know whether the order went through.", Charge.UNCLEAR, short=short)


def _timed_out(context: SentenceContext) -> Words:
    short = "it is still with the image service"
    if context.ended:
        return say("The image service sent nothing within a day.", Charge.UNCLEAR, short=short)
    return say("Still waiting: I'll post it when it comes.", Charge.UNCLEAR, short=short)


def _delivery_refused(code: str, context: SentenceContext) -> Words:
    reason = reason_for(code)
    why = f": {named(reason.why, context.names)}." if reason.why else "."
    todo: tuple[Part, ...] = (named(reason.todo, context.names),) if reason.todo else ()
    if reason.invite:
        todo = ("Invite it with ", Code(f"/invite {context.names.bot_name}"), ".")
    where = whereabouts(context.channel_id)
    return Words(
        ("Slack did not take it ", *where, why),
        Charge.UNSAID,
        todo,
        "could not be posted",
    )


def internal_words(context: SentenceContext) -> Words:
    reference = context.reference
    quoted = f"If it happens again, quote {reference} to whoever runs this bot."
    todo = quoted if reference else "If it goes on, tell whoever runs this bot."
    return say("Something went wrong on my side.", Charge.UNSAID, todo, "something went wrong on my side")


def _not_shown() -> Words:
    return say(
        "This picture's message may be out of date.",
        Charge.UNSAID,
        "Finished pictures still come.",
        "its message may be out of date",
    )
