"""What each problem is called in front of people: what happened, whether it was charged, what to do.

Raw text of the provider or of Slack (``Failure.detail``) is never shown; Slack's codes are looked up.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.problem import Problem
from handlers.messages.block_kit import Channel, Code, Part, Person
from handlers.messages.request_problems import ASK_PROBLEMS
from handlers.messages.slack_reasons import invite, is_between_people, reason_for, whereabouts
from handlers.messages.source_problems import bad_mask, bad_source, no_public_address, no_source
from handlers.messages.wording import Case, Charge, Words, say


def words_for(problem: Problem, case: Case) -> Words:
    """The words for ``problem``. Every problem has some; a missing fact leaves a shorter sentence."""
    return _TOLD[problem](case) if problem in _TOLD else _FIXED[problem]


_OPERATOR = "If it goes on, tell the person who runs this bot."
_FETCH_AGAIN = "The person who runs this bot can have it fetched again, for no further charge."

_FIXED: dict[Problem, Words] = {
    Problem.OVER_BUDGET: say("This does not fit the budget.", Charge.NOTHING, "A smaller one may."),
    Problem.PAUSED: say(
        "New pictures are paused in this workspace.",
        Charge.NOTHING,
        "A budget admin can resume them; what is being drawn still arrives.",
    ),
    Problem.UNCONFIRMED: say("This waits for your word.", Charge.NOTHING, "Run it, or ask for less."),
    Problem.MODERATED: say(
        "The image service's safety check refused this.",
        Charge.FREE,
        "Describe it in other words, or start from another picture.",
        "refused by the safety check",
    ),
    Problem.PROVIDER_REFUSED: say(
        "The image service did not accept this request.",
        Charge.FREE,
        "Try another size or simpler words.",
        "not accepted by the image service",
    ),
    Problem.PROVIDER_FAILED: say(
        "The image service broke off while drawing.",
        Charge.FREE,
        f"Asking again often helps. {_OPERATOR}",
        "the image service broke off",
    ),
    Problem.PROVIDER_BUSY: say(
        "The image service stayed too busy to take this.",
        Charge.FREE,
        "Ask again later.",
        "the image service was too busy",
    ),
    Problem.PROVIDER_ACCOUNT: say(
        "The image service takes nothing from this bot at the moment.",
        Charge.FREE,
        "Tell the person who runs this bot: its key, its balance or its settings need a look.",
        "this bot was refused",
    ),
    Problem.SOURCE_UNREACHABLE: say(
        "The image service could not fetch the picture to edit.",
        Charge.FREE,
        f"Ask again. {_OPERATOR}",
        "the picture to edit could not be fetched",
    ),
    Problem.NO_PICTURE: say(
        "The image service finished without sending a picture.",
        Charge.UNCLEAR,
        "You can ask again.",
        "finished without a picture",
    ),
    Problem.RESULT_GONE: say(
        "The picture was made, but it was gone before I could fetch it.",
        Charge.PAID,
        _FETCH_AGAIN,
        "gone before it could be fetched",
    ),
    Problem.RESULT_UNUSABLE: say(
        "What came back is not a usable picture.",
        Charge.PAID,
        _FETCH_AGAIN,
        "came back unusable",
    ),
    Problem.CANCELLED: say(
        "Stopped before anything was sent to the image service.", Charge.FREE, short="cancelled"
    ),
    Problem.UNAVAILABLE: say(
        "I cannot take new requests at the moment.", Charge.NOTHING, "Try again in a minute."
    ),
}


def _outcome_unknown(case: Case) -> Words:
    if case.ended:
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


def _timed_out(case: Case) -> Words:
    if case.ended:
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


def _not_found(case: Case) -> Words:
    wanted = case.fact("id").lstrip("#")
    return Words(
        (f"I know no picture #{wanted} here." if wanted else "I do not know that picture.",),
        Charge.UNSAID,
        (Code(f"{case.command} history"), " lists your latest."),
    )


def _not_allowed(case: Case) -> Words:
    which = f"#{ident}" if (ident := case.fact("id").lstrip("#")) else "This"
    match case.fact("reason"):
        case "not_yours":
            return say(f"{which} is somebody else's: only they or an admin can do that.", Charge.UNSAID)
        case "not_unknown":
            return say(f"{which} is settled by now: there is nothing to run again.", Charge.NOTHING)
        case "too_late":
            return say(
                f"{which} is already with the image service, which cannot take an order back.",
                Charge.UNSAID,
                "The picture will arrive as usual.",
            )
        case "in_doubt":
            return say(
                f"{which} may be with the image service, which cannot take an order back.",
                Charge.UNCLEAR,
                "Its thread says so when I learn more.",
            )
        case "ended":
            return say(f"{which} is over already: there is nothing to cancel.", Charge.UNSAID)
        case "own_ask":
            return say("Somebody else has to approve what you ask for yourself.", Charge.NOTHING)
        case _:
            return say("You may not do that here.", Charge.NOTHING, "A budget admin can.")


_DECIDED = {
    "run": "is running already",
    "approved": "was approved already",
    "denied": "was declined already",
    "cancelled": "was cancelled already",
    "asked": "waits for a budget admin already",
    "expired": "waited too long and has lapsed",
    "dearer": "costs more by now than when it was asked",
    "no_cheaper": "cannot be made any cheaper",
}


def _decided(case: Case) -> Words:
    what = _DECIDED.get(case.fact("state"), "was decided already")
    which = f"“{case.fact('prompt')}”" if case.fact("prompt") else "This"
    who: tuple[Part, ...] = (f"{which} {what}",)
    if by := case.fact("by"):
        who = (*who, ", by ", Person(by))
    lapsed = case.fact("state") in {"expired", "dearer", "no_cheaper"}
    return Words((*who, "."), Charge.NOTHING if lapsed else Charge.UNSAID, ("Ask again.",) if lapsed else ())


def _too_fast(case: Case) -> Words:
    seconds = case.fact("seconds", "after", "retry_after", "wait")
    wait = f"Try again in {seconds.removesuffix('.0')} s." if seconds else "Try again in a minute."
    if channel := case.fact("channel"):
        return Words((Channel(channel), " starts no more pictures this minute."), Charge.NOTHING, (wait,))
    return say("That was a lot at once.", Charge.NOTHING, wait)


def _cannot_post(case: Case) -> Words:
    reason = reason_for(case.detail or case.fact("reason"))
    channel = case.channel_id or case.fact("channel") or None
    if is_between_people(reason, channel):
        return say(
            "I can never post in a direct message between people.",
            Charge.NOTHING,
            f"Ask in a channel, or in your direct message with {case.bot_name}.",
            "could not be posted",
        )
    why = f": {_named(reason.why, case)}." if reason.why else "."
    todo = invite(case.bot_name, channel) if reason.invite else (_named(reason.todo, case),)
    what = ("I cannot post ", *whereabouts(channel), why)
    return Words(what, Charge.NOTHING, todo, "could not be posted")


def _delivery_refused(case: Case) -> Words:
    reason = reason_for(case.detail)
    why = f": {_named(reason.why, case)}." if reason.why else "."
    todo: tuple[Part, ...] = (_named(reason.todo, case),)
    if reason.invite:
        todo = ("Let me back in: type ", Code(f"/invite {case.bot_name}"), " there.")
    return Words(
        (
            "It is finished, but Slack did not let me post it ",
            *whereabouts(case.channel_id),
            f"{why} It is kept, and can be delivered later without paying again.",
        ),
        Charge.UNSAID,
        todo,
        "could not be posted",
    )


def _internal(case: Case) -> Words:
    reference = case.fact("reference")
    quoted = f"If it happens again, quote {reference} to the person who runs this bot."
    todo = quoted if reference else _OPERATOR
    return say("Something went wrong on my side.", Charge.UNSAID, todo, "something went wrong on my side")


def _stuck(case: Case) -> Words:
    name = case.fact("reference") or (f"#{case.job_id}" if case.job_id else "")
    if prompt := case.fact("prompt"):
        return say(
            f"I got stuck on asking the budget admins about “{prompt}”: they may not have seen it.",
            Charge.NOTHING,
            f"The people who run this bot can take it up again. Quote {name} to them.",
        )
    todo = "The people who run this bot see it and can take it up again; nothing that was made is lost."
    return say(
        "I got stuck on this and have stopped trying.",
        Charge.FREE if case.job_id else Charge.NOTHING,
        f"{todo} Quote {name} to them." if name else todo,
        "I got stuck on it",
    )


def _not_shown(case: Case) -> Words:
    which = f" of #{case.job_id}" if case.job_id else ""
    how = (Code(f"{case.command} show {case.job_id}"), " tells how it stands. ") if case.job_id else ()
    return Words(
        (f"I can no longer keep the status message{which} up to date: what it shows may be old.",),
        Charge.UNSAID,
        (*how, "Finished pictures still come. The people who run this bot see it and can take it up again."),
        "its status message stands still",
    )


def _named(text: str, case: Case) -> str:
    return text.replace("{bot}", case.bot_name)


_TOLD: dict[Problem, Callable[[Case], Words]] = {
    **ASK_PROBLEMS,
    Problem.NOT_FOUND: _not_found,
    Problem.OUTCOME_UNKNOWN: _outcome_unknown,
    Problem.TIMED_OUT: _timed_out,
    Problem.NOT_ALLOWED: _not_allowed,
    Problem.DECIDED: _decided,
    Problem.TOO_FAST: _too_fast,
    Problem.CANNOT_POST: _cannot_post,
    Problem.DELIVERY_REFUSED: _delivery_refused,
    Problem.BAD_SOURCE: bad_source,
    Problem.BAD_MASK: bad_mask,
    Problem.NO_PUBLIC_ADDRESS: no_public_address,
    Problem.NO_SOURCE: no_source,
    Problem.INTERNAL: _internal,
    Problem.STUCK: _stuck,
    Problem.NOT_SHOWN: _not_shown,
}
