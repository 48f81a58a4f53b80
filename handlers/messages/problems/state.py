"""Sentences for a request that is not there, is not this person's, or stands so that nothing can be done."""

from __future__ import annotations

from typing import assert_never

from bot.domain.requests.refusals import (
    AlreadyDecided,
    DecidedState,
    FineEnough,
    NoDirectMessages,
    NoSuchPicture,
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
from handlers.messages.block_kit import Part, Person
from handlers.messages.problems.slack_reasons import invite, is_between_people, reason_for, whereabouts
from handlers.messages.wording import BotNames, Charge, SentenceContext, Words, fact, say

WITHDRAWN = say("Cancelled.", Charge.FREE, short="cancelled")


def state_words(refusal: StateRefusal, context: SentenceContext) -> Words:
    match refusal:
        case NotFound(wanted):
            return _not_found(fact(wanted).lstrip("#"))
        case NotAllowed():
            return _not_allowed(refusal)
        case AlreadyDecided():
            return _decided(refusal)
        case Withdrawn():
            return WITHDRAWN
        case PostingRefused(reason, channel_id):
            return cannot_post(reason, context.channel_id or channel_id, context.names)
        case NoDirectMessages(is_for_now):
            return _no_direct_messages(context.names, is_for_now=is_for_now)
        case Stuck(_, prompt):
            return stuck_words(context, prompt=fact(prompt))
        case WhichPicture() | WhichOfThese():
            return say("Which one?", Charge.UNSAID)
        case PictureGone():
            return say("That picture was deleted.", Charge.UNSAID)
        case NoSuchPicture():
            return _no_such_picture(refusal)
        case FineEnough():
            return say("This picture is a 4K final already.", Charge.UNSAID)
        case _:
            assert_never(refusal)


def _no_such_picture(refusal: NoSuchPicture) -> Words:
    *most, last = [str(number) for number in refusal.there] or [""]
    there = f"{', '.join(most)} and {last}" if most else last
    todo = f"Here {'are' if most else 'is'} {there}." if there else ""
    return say(f"There is no picture {refusal.number} here.", Charge.UNSAID, todo)


def _not_found(wanted: str) -> Words:
    if not wanted:
        return say("That picture was deleted.", Charge.UNSAID)
    return say("There is no such picture here.", Charge.UNSAID)


def _not_allowed(refusal: NotAllowed) -> Words:
    match refusal.reason:
        case NotAllowedReason.NOT_YOURS:
            spoken = "whoever asked for it"
            who = Person(refusal.asker, spoken) if refusal.asker else spoken
            return Words(("Only ", who, " or an admin can do that."), Charge.UNSAID)
        case NotAllowedReason.NOT_UNKNOWN:
            return say("The first order was answered meanwhile.", Charge.NOTHING)
        case NotAllowedReason.TOO_LATE:
            return say(
                "The image service has this order already, and cannot take it back.",
                Charge.UNSAID,
                "The picture will come as usual.",
            )
        case NotAllowedReason.IN_DOUBT:
            return say("The image service may have this already.", Charge.UNCLEAR)
        case NotAllowedReason.ENDED:
            return say("That has ended already.", Charge.UNSAID)
        case NotAllowedReason.ROLE_UNKNOWN:
            return say(
                "Slack does not say just now whether you may do that.",
                Charge.UNSAID,
                "Try again in a moment.",
            )
        case NotAllowedReason.OWN_ASK:
            return say("Somebody else has to approve what you ask for yourself.", Charge.UNSAID)
        case NotAllowedReason.NOT_ADMIN:
            return say("Only a budget admin can do that.", Charge.UNSAID)
        case NotAllowedReason.NOT_MEMBER:
            return say("Only people in that channel can post there.", Charge.UNSAID)
        case NotAllowedReason.OTHER_WORKSPACE:
            return say("Only people of this workspace can draw.", Charge.UNSAID)
        case _:
            assert_never(refusal.reason)


_DECIDED = {
    DecidedState.RUN: "is being drawn already",
    DecidedState.APPROVED: "was approved already",
    DecidedState.DENIED: "was declined already",
    DecidedState.CANCELLED: "was cancelled already",
    DecidedState.ASKED: "waits for a budget admin already",
    DecidedState.EXPIRED: "waited too long and has lapsed",
    DecidedState.DEARER: "costs more by now",
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
        return Words((*what, "."), Charge.UNSAID, ("Ask again.",))
    return Words((*what, "."), Charge.UNSAID)


def cannot_post(code: str, channel_id: str | None, names: BotNames) -> Words:
    """``code`` is Slack's, also inside "method: code"."""
    reason = reason_for(code)
    if is_between_people(reason, channel_id):
        return say(
            "Bots can't post in messages between people.",
            Charge.FREE,
            f"Ask in your messages with {names.bot_name}.",
            "could not be posted",
        )
    why = f": {named(reason.why, names)}." if reason.why else "."
    todo = invite(names.bot_name, channel_id) if reason.invite else (named(reason.todo, names),)
    what = ("Pictures can't be posted ", *whereabouts(channel_id), why)
    return Words(what, Charge.FREE, todo, "could not be posted")


def _no_direct_messages(names: BotNames, *, is_for_now: bool) -> Words:
    if is_for_now:
        return say("Slack does not open our direct messages just now.", Charge.FREE, "Try again in a moment.")
    what = "Our direct messages can't be opened from here."
    return say(what, Charge.FREE, f"Open {names.bot_name} and ask there.")


def stuck_words(context: SentenceContext, *, prompt: str = "") -> Words:
    """``prompt`` is that of an approval request which nobody may have seen."""
    if prompt:
        return say(
            f"“{prompt}” may not have reached the budget admins.",
            Charge.NOTHING,
            "Whoever runs this bot can resume it.",
        )
    return say(
        "This got stuck; nothing is lost.",
        Charge.FREE if context.job_id else Charge.NOTHING,
        "Whoever runs this bot can resume it.",
        "it got stuck",
    )


def named(text: str, names: BotNames) -> str:
    """``text`` of a SlackReason with the bot's name in its place."""
    return text.replace("{bot}", names.bot_name)
