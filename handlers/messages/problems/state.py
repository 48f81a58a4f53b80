"""Sentences for a request that is not there, is not this person's, or stands so that nothing can be done."""

from __future__ import annotations

from typing import assert_never

from bot.domain.requests.refusals import (
    AlreadyDecided,
    DecidedState,
    FineEnough,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    PictureGone,
    PostingRefused,
    StateRefusal,
    Stuck,
    WhichOfThese,
    WhichPicture,
    Withdrawn,
)
from handlers.messages.block_kit import Code, Part, Person
from handlers.messages.slack_reasons import invite, is_between_people, reason_for, whereabouts
from handlers.messages.wording import BotNames, Charge, SentenceContext, Words, fact, say

WITHDRAWN = say("Stopped before anything was sent to the image service.", Charge.FREE, short="cancelled")


def state_words(refusal: StateRefusal, context: SentenceContext) -> Words:
    match refusal:
        case NotFound(wanted):
            return _not_found(fact(wanted).lstrip("#"), context)
        case NotAllowed():
            return _not_allowed(refusal)
        case AlreadyDecided():
            return _decided(refusal)
        case Withdrawn():
            return WITHDRAWN
        case PostingRefused(reason, channel_id):
            return cannot_post(reason, context.channel_id or channel_id, context.names)
        case Stuck(reference, prompt):
            return stuck_words(context, reference=fact(reference), prompt=fact(prompt))
        case WhichPicture():
            return say("Which one?", Charge.UNSAID, "Nothing is spent until you say so.")
        case WhichOfThese():
            return say("Which one?", Charge.UNSAID)
        case PictureGone():
            return say("That picture was deleted.", Charge.UNSAID)
        case FineEnough():
            return say("This picture is a 4K final already.", Charge.UNSAID)
        case _:
            assert_never(refusal)


def _not_found(wanted: str, context: SentenceContext) -> Words:
    return Words(
        (f"I know no picture #{wanted} here." if wanted else "I do not know that picture.",),
        Charge.UNSAID,
        (Code(f"{context.names.command} history"), " lists your latest."),
    )


def _not_allowed(refusal: NotAllowed) -> Words:
    which = f"#{ident}" if (ident := fact(refusal.id).lstrip("#")) else "This"
    match refusal.reason:
        case NotAllowedReason.NOT_YOURS:
            return say(f"{which} is somebody else's: only they or an admin can do that.", Charge.UNSAID)
        case NotAllowedReason.NOT_UNKNOWN:
            return say(f"{which} is settled by now: there is nothing to run again.", Charge.NOTHING)
        case NotAllowedReason.TOO_LATE:
            return say(
                f"{which} is already with the image service, which cannot take an order back.",
                Charge.UNSAID,
                "The picture will arrive as usual.",
            )
        case NotAllowedReason.IN_DOUBT:
            return say(
                f"{which} may be with the image service, which cannot take an order back.",
                Charge.UNCLEAR,
                "Its thread says so when I learn more.",
            )
        case NotAllowedReason.ENDED:
            return say(f"{which} is over already: there is nothing to cancel.", Charge.UNSAID)
        case NotAllowedReason.ROLE_UNKNOWN:
            return say(
                "Slack does not say just now whether you may do that.",
                Charge.NOTHING,
                "Nothing was changed. Try again in a moment.",
            )
        case NotAllowedReason.OWN_ASK:
            return say("Somebody else has to approve what you ask for yourself.", Charge.NOTHING)
        case NotAllowedReason.NOT_ADMIN:
            return say("You may not do that here.", Charge.NOTHING, "A budget admin can.")
        case NotAllowedReason.OTHER_WORKSPACE:
            return say("Only people of this workspace can do that here.", Charge.NOTHING)
        case _:
            assert_never(refusal.reason)


_DECIDED = {
    DecidedState.RUN: "is running already",
    DecidedState.APPROVED: "was approved already",
    DecidedState.DENIED: "was declined already",
    DecidedState.CANCELLED: "was cancelled already",
    DecidedState.ASKED: "waits for a budget admin already",
    DecidedState.EXPIRED: "waited too long and has lapsed",
    DecidedState.DEARER: "costs more by now than when it was asked",
    DecidedState.NO_CHEAPER: "cannot be made any cheaper",
    DecidedState.PENDING: "was decided already",
}
_ASK_AGAIN = frozenset({DecidedState.EXPIRED, DecidedState.DEARER, DecidedState.NO_CHEAPER})


def _decided(refusal: AlreadyDecided) -> Words:
    prompt = fact(refusal.prompt)
    what: tuple[Part, ...] = (f"{f'“{prompt}”' if prompt else 'This'} {_DECIDED[refusal.state]}",)
    if refusal.by:
        what = (*what, ", by ", Person(refusal.by))
    if refusal.state in _ASK_AGAIN:
        return Words((*what, "."), Charge.NOTHING, ("Ask again.",))
    return Words((*what, "."), Charge.UNSAID)


def cannot_post(code: str, channel_id: str | None, names: BotNames) -> Words:
    """``code`` is Slack's, also inside "method: code"."""
    reason = reason_for(code)
    if is_between_people(reason, channel_id):
        return say(
            "I can never post in a direct message between people.",
            Charge.NOTHING,
            f"Ask in a channel, or in your direct message with {names.bot_name}.",
            "could not be posted",
        )
    why = f": {named(reason.why, names)}." if reason.why else "."
    todo = invite(names.bot_name, channel_id) if reason.invite else (named(reason.todo, names),)
    what = ("I cannot post ", *whereabouts(channel_id), why)
    return Words(what, Charge.NOTHING, todo, "could not be posted")


def stuck_words(context: SentenceContext, *, reference: str = "", prompt: str = "") -> Words:
    """``reference`` is what operators know it by; a job is known by its id."""
    name = reference or (f"#{context.job_id}" if context.job_id else "")
    if prompt:
        return say(
            f"I got stuck on asking the budget admins about “{prompt}”: they may not have seen it.",
            Charge.NOTHING,
            f"The people who run this bot can take it up again. Quote {name} to them.",
        )
    todo = "The people who run this bot see it and can take it up again; nothing that was made is lost."
    return say(
        "I got stuck on this and have stopped trying.",
        Charge.FREE if context.job_id else Charge.NOTHING,
        f"{todo} Quote {name} to them." if name else todo,
        "I got stuck on it",
    )


def named(text: str, names: BotNames) -> str:
    """``text`` of a SlackReason with the bot's name in its place."""
    return text.replace("{bot}", names.bot_name)
