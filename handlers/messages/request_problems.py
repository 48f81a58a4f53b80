"""Problems of an ask as it was typed: nothing was recorded, nothing spent, and there is something to type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.problem import Problem
from handlers.messages.block_kit import Code, Part, cut
from handlers.messages.wording import Case, Charge, Words, say


def _empty_prompt(case: Case) -> Words:
    if case.facts.get("sources"):
        what = "I have the picture, but no words for what to change in it."
        example = Code(f"{case.bot_name} make the sky pink")
        return Words((what,), Charge.NOTHING, ("Say it in a reply here, such as ", example, "."))
    example = Code(f"{case.command} a lighthouse at dusk --ar 16:9")
    return Words(("There is no picture described in this.",), Charge.NOTHING, ("For example: ", example))


def _prompt_too_long(case: Case) -> Words:
    most = case.fact("limit", "most", "max")
    room = f" The image service takes {most} characters." if most else ""
    return say(f"This description is too long.{room}", Charge.NOTHING, "Shorten it and ask again.")


def _without(case: Case) -> tuple[Part, ...]:
    """The ask without the flag that is in the way, ready to be copied."""
    rest = str(case.facts.get("without") or "").strip()
    return ("Without it: ", Code(cut(f"{case.command} {rest}", 2500))) if rest else ()


def _unknown_flag(case: Case) -> Words:
    flag, closest = case.fact("flag", "given"), case.fact("closest", "suggestion")
    what = ("I do not know the flag ", Code(flag), ".") if flag else ("I do not know one of these flags.",)
    meant: tuple[Part, ...] = ("Did you mean ", Code(closest), "? ") if closest else ()
    todo = (*meant, *_without(case)) or (Code(f"{case.command} help"), " lists the flags I know.")
    return Words(what, Charge.NOTHING, todo)


def _unsupported_flag(case: Case) -> Words:
    flag, why = case.fact("flag", "given"), case.fact("why", "reason")
    subject: Part = Code(flag) if flag else "This"
    because = f" is {why}." if why else " is not supported: the image model has nothing like it."
    todo = case.fact("todo") or "Leave it out and ask again."
    return Words((subject, because), Charge.NOTHING, _without(case) or (todo,))


def _bad_value(case: Case) -> Words:
    flag, given = case.fact("flag"), case.fact("given", "value")
    expected, closest = case.fact("expected", "allowed"), case.fact("closest", "suggestion")
    taken = (Code(flag), " does not take ") if flag else ("I cannot read ",)
    what: tuple[Part, ...] = (*taken, Code(given) if given else "this", ".")
    wants = f"It takes {expected}." if expected else ""
    meant: tuple[Part, ...] = (f"{' ' if wants else ''}Did you mean ", Code(closest), "?") if closest else ()
    return Words(what, Charge.NOTHING, tuple(part for part in (wants, *meant) if part))


def _unknown_name(case: Case) -> Words:
    """Only commands about budgets name somebody: there is nothing to spend, but something to change."""
    what, todo = _whom(case.facts.get("people"), Code(cut(case.fact("given"), 100)), case)
    return Words((*what, ". Nothing was changed."), Charge.UNSAID, todo)


def _whom(people: object, given: Code, case: Case) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    if case.facts.get("direct"):
        instead = "Say it in the channel that you mean, or name a person or the workspace instead."
        return ("A direct message has no budget of its own",), (instead,)
    if case.facts.get("channel"):
        by_place = "Say it in that channel without a name, or give the channel's id (in its details)."
        return ("I know channels by id only, not as ", given), (by_place,)
    by_id = "give the person's id (profile, Copy member ID)."
    if not isinstance(people, list):
        return ("I could not read in time who is called ", given), (f"Say it again in a moment, or {by_id}",)
    if not people:
        return ("Nobody here is called ", given), (f"Check the name, or {by_id}",)
    listed: list[Part] = []
    for name, ident in people[:_CANDIDATES]:
        listed += [", ", f"{cut(name, 80)} ", Code(ident)]
    more = " and others." if len(people) > _CANDIDATES else "."
    return (f"{len(people)} people here are called ", given), ("Say whom you mean by id: ", *listed[1:], more)


_CANDIDATES = 5

_RULES = {
    "grid": "both edges must be multiples of 16",
    "edge": "no edge may be longer than 3840 pixels",
    "ratio": "the long edge may be at most three times the short one",
    "too_small": "it has too few pixels",
    "too_large": "it has too many pixels",
}


def _bad_size(case: Case) -> Words:
    given, nearest = case.fact("given", "value", "size"), case.fact("nearest", "closest")
    rule = _RULES.get(case.fact("rule"), "")
    what = f"The image model cannot draw {given or 'this size'}{': ' + rule if rule else ''}."
    todo: tuple[Part, ...] = ("The nearest it can: ", Code(f"--size {nearest}")) if nearest else ()
    return Words((what,), Charge.NOTHING, todo or (Code(f"{case.command} help"), " lists the sizes."))


def _no_price(case: Case) -> Words:
    size, quality = case.fact("size"), case.fact("quality")
    which = " at ".join(part for part in (size, f"{quality} quality" if quality else "") if part)
    what = f"I have no price for {which or 'this'}, and draw nothing that I cannot price."
    return say(what, Charge.NOTHING, "Choose another size or quality, or ask an admin to add the price.")


def clock_text(facts: Mapping[str, object]) -> str:
    """How wrong the clock is, as the middle of a sentence."""
    seconds = facts.get("seconds")
    if not isinstance(seconds, int):
        months = facts.get("months")
        ahead = f"is {months} months ahead of the last ask, and nothing confirms it" if months else "is wrong"
        return f"this computer's clock {ahead}"
    minutes = max(abs(seconds) // 60, 1)
    span = next(
        (f"{minutes // size} {unit}s" for size, unit in ((1440, "day"), (60, "hour")) if minutes >= 2 * size),
        f"{minutes} minutes",
    )
    return f"this computer's clock is off by {span} ({'ahead' if seconds > 0 else 'behind'})"


def _clock_off(case: Case) -> Words:
    what = clock_text(case.facts)
    return say(
        f"{what[0].upper()}{what[1:]}, so I cannot tell which budget period it is.",
        Charge.NOTHING,
        "An operator must set the clock; the budget admins have been told.",
    )


ASK_PROBLEMS: dict[Problem, Callable[[Case], Words]] = {
    Problem.EMPTY_PROMPT: _empty_prompt,
    Problem.PROMPT_TOO_LONG: _prompt_too_long,
    Problem.UNKNOWN_FLAG: _unknown_flag,
    Problem.UNSUPPORTED_FLAG: _unsupported_flag,
    Problem.BAD_VALUE: _bad_value,
    Problem.BAD_SIZE: _bad_size,
    Problem.UNKNOWN_NAME: _unknown_name,
    Problem.NO_PRICE: _no_price,
    Problem.CLOCK_OFF: _clock_off,
}
