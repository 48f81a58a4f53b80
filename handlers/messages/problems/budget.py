"""Sentences for a request that money, limits or the clock stand in the way of. Nothing was spent."""

from __future__ import annotations

from typing import assert_never

from bot.domain.money import Money
from bot.domain.requests.budget_refusals import (
    BudgetRefusal,
    ClockOff,
    NeedsConfirmation,
    NoPrice,
    OverBudget,
    Paused,
    TooFast,
)
from handlers.messages.block_kit import Bold, Channel, Code, Part
from handlers.messages.remaining import reset_text
from handlers.messages.scope_text import capital, own_budget
from handlers.messages.status_text import price, variant_text
from handlers.messages.wording import Charge, SentenceContext, Words, say


def budget_words(refusal: BudgetRefusal, context: SentenceContext) -> Words:
    match refusal:
        case NoPrice():
            return _no_price(refusal)
        case OverBudget():
            return _over_budget(refusal, context)
        case NeedsConfirmation(pending):
            # What is left is small print, and the buttons below say what can be done.
            variant = variant_text(pending.ask.request)
            cost = Bold(price(pending.estimate, exact=False))
            asked = f": {variant}. Nothing is spent until you say so."
            return Words(("This costs ", cost, asked), Charge.UNSAID)
        case TooFast():
            return _too_fast(refusal)
        case Paused():
            return say(
                "New pictures are paused in this workspace.",
                Charge.NOTHING,
                "A budget admin can resume them; what is being drawn still arrives.",
            )
        case ClockOff():
            return _clock_off(refusal)
        case _:
            assert_never(refusal)


def _no_price(refusal: NoPrice) -> Words:
    which = f"{refusal.size} at " if refusal.size else ""
    return say(
        f"I have no price for {which}{refusal.quality} quality, and draw nothing that I cannot price.",
        Charge.NOTHING,
        "Choose another size or quality, or ask an admin to add the price.",
    )


def _over_budget(refusal: OverBudget, context: SentenceContext) -> Words:
    """Which limit, how much is left, what this costs, when it resets, what to do (budgets reference 3.1)."""
    left = max(refusal.left, Money.zero())
    fits = "Nothing smaller fits either. "
    if refusal.cheaper is not None:
        cost = price(refusal.cheaper.price, exact=True)
        fits = f"This would fit: {variant_text(refusal.cheaper.request)} for {cost}. "
    what: tuple[Part, ...] = (
        "This costs ",
        Bold(price(refusal.price, exact=False)),
        ", and ",
        *own_budget(refusal.scope, refusal.window),
        f" has {left.as_room()} of {refusal.limit.as_room()} left.",
    )
    resets = f"It resets {reset_text(refusal.resets_at, context.zone)}. {fits}"
    return Words(
        what, Charge.NOTHING, (resets, Code(f"{context.names.command} budget"), " shows what is left.")
    )


def _too_fast(refusal: TooFast) -> Words:
    wait = f"Try again in {refusal.seconds} s."
    if refusal.channel_id:
        channel = Channel(refusal.channel_id)
        return Words((channel, " starts no more pictures this minute."), Charge.NOTHING, (wait,))
    return say("That was a lot at once.", Charge.NOTHING, wait)


def _clock_off(refusal: ClockOff) -> Words:
    clock = clock_text(refusal.seconds, refusal.months)
    return say(
        f"{capital(clock)}, so I cannot tell which budget period it is.",
        Charge.NOTHING,
        "An operator must set the clock; the budget admins have been told.",
    )


def clock_text(seconds: int | None, months: int | None) -> str:
    """How wrong the clock is, as the middle of a sentence; see ClockOff."""
    if seconds is None:
        ahead = f"is {months} months ahead of the last ask" if months else "is wrong"
        return f"this computer's clock {ahead}"
    minutes = max(abs(seconds) // 60, 1)
    span = next(
        (f"{minutes // size} {unit}s" for size, unit in ((1440, "day"), (60, "hour")) if minutes >= 2 * size),
        f"{minutes} minutes",
    )
    return f"this computer's clock is off by {span} ({'ahead' if seconds > 0 else 'behind'})"
