"""Sentences for a request that cannot be taken as it was typed: they say what to type instead."""

from __future__ import annotations

from typing import assert_never

from bot.domain.requests.refusals import (
    BadSize,
    BadValue,
    EmptyPrompt,
    NameKind,
    PromptTooLong,
    SizeRule,
    TypedRefusal,
    UnknownFlag,
    UnknownName,
    UnsupportedFlag,
)
from handlers.messages.block_kit import Code, Part, cut
from handlers.messages.wording import BotNames, Charge, Words, fact, say

_MOST_PEOPLE = 5
"""Named in an answer when a name fits several."""


def typed_words(refusal: TypedRefusal, names: BotNames) -> Words:
    match refusal:
        case EmptyPrompt():
            return _empty_prompt(refusal, names)
        case PromptTooLong(_, limit):
            too_long = f"These words are too long. The image service takes {limit} characters."
            return say(too_long, Charge.NOTHING, "Shorten it and ask again.")
        case UnknownFlag():
            return _unknown_flag(refusal)
        case UnsupportedFlag():
            return _unsupported_flag(refusal)
        case BadValue():
            return _bad_value(refusal)
        case BadSize():
            return _bad_size(refusal)
        case UnknownName():
            what, todo = _name(refusal)
            # Only commands about budgets name somebody: there is nothing to spend, but something to change.
            return Words((*what, ". Nothing was changed."), Charge.UNSAID, todo)
        case _:
            assert_never(refusal)


def _empty_prompt(refusal: EmptyPrompt, names: BotNames) -> Words:
    if refusal.sources:
        what = "What should change in the picture?"
        example = Code(f"{names.bot_name} make the sky pink")
        return Words((what,), Charge.NOTHING, ("Say it in a reply here, such as ", example, "."))
    return say("There is nothing to draw in this.", Charge.NOTHING)


def _missing(flags: str) -> tuple[Part, ...]:
    """``--seed and --stylize don't exist here.``"""
    names = [Code(name) for name in fact(flags).split(", ")]
    parts: list[Part] = [names[0]]
    for name in names[1:-1]:
        parts += [", ", name]
    if len(names) > 1:
        parts += [" and ", names[-1]]
    return (*parts, " don't exist here." if len(names) > 1 else " doesn't exist here.")


def _unknown_flag(refusal: UnknownFlag) -> Words:
    """The ask without it is one press away, so that it need not be typed again."""
    closest = fact(refusal.closest)
    meant: tuple[Part, ...] = ("Did you mean ", Code(closest), "?") if closest else ()
    return Words(_missing(refusal.flag), Charge.UNSAID, meant)


def _unsupported_flag(refusal: UnsupportedFlag) -> Words:
    if not refusal.why:
        return Words(_missing(refusal.flag), Charge.UNSAID)
    what = (Code(fact(refusal.flag)), f" is {fact(refusal.why)}.")
    return Words(what, Charge.NOTHING, (fact(refusal.todo),) if refusal.todo else ())


def _bad_value(refusal: BadValue) -> Words:
    flag, given, closest = fact(refusal.flag), fact(refusal.given), fact(refusal.closest)
    what: tuple[Part, ...]
    if flag:
        what = (Code(flag), " does not take ", Code(given) if given else "this", ".")
    else:
        what = (Code(given) if given else "This", " cannot be read.")
    wants = f"It takes {fact(refusal.expected)}."
    meant: tuple[Part, ...] = (" Did you mean ", Code(closest), "?") if closest else ()
    return Words(what, Charge.NOTHING, (wants, *meant))


def _name(refusal: UnknownName) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What is wrong with the name, and what to type instead."""
    given = Code(cut(fact(refusal.given), 100))
    match refusal.kind:
        case NameKind.HERE:
            instead = "Say it in the channel that you mean."
            return ("A direct message has no budget of its own",), (instead,)
        case NameKind.CHANNEL:
            by_place = "Say it there, or give its id."
            return ("Channels are known by id only, not as ", given), (by_place,)
        case NameKind.PERSON:
            return _person(refusal.people, given)
        case _:
            assert_never(refusal.kind)


def _person(
    people: tuple[tuple[str, str], ...] | None, given: Code
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    by_id = "give the person's id (profile, Copy member ID)."
    if people is None:
        return ("Slack did not say in time who is called ", given), ("Say it again in a moment.",)
    if not people:
        return ("Nobody here is called ", given), (f"Check the name, or {by_id}",)
    listed: list[Part] = []
    for name, ident in people[:_MOST_PEOPLE]:
        listed += [", ", f"{cut(name, 80)} ", Code(ident)]
    more = " and others." if len(people) > _MOST_PEOPLE else "."
    return (f"{len(people)} people here are called ", given), ("Say whom you mean by id: ", *listed[1:], more)


_RULES = {
    SizeRule.GRID: "both edges must be multiples of 16",
    SizeRule.EDGE: "no edge may be longer than 3840 pixels",
    SizeRule.RATIO: "it is longer than 3:1",
    SizeRule.TOO_SMALL: "it has too few pixels",
    SizeRule.TOO_LARGE: "it has too many pixels",
}


def _bad_size(refusal: BadSize) -> Words:
    what = f"The image service cannot draw {fact(refusal.given)}: {_RULES[refusal.rule]}."
    return Words((what,), Charge.NOTHING, ("The nearest it can: ", Code(f"--size {refusal.nearest}")))
