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
    TooManyPictures,
)
from handlers.messages.block_kit import Bold, Channel
from handlers.messages.money.amounts import drawn
from handlers.messages.money.scope_text import capital, holder, short_period
from handlers.messages.status_text import price
from handlers.messages.wording import Charge, Words, say

_COUNTED = 1_000_000
"""So many pictures nobody has counted who typed the lists."""


def budget_words(refusal: BudgetRefusal) -> Words:
    match refusal:
        case NoPrice():
            return _no_price(refusal)
        case OverBudget():
            return _over_budget(refusal)
        case NeedsConfirmation():
            return _question(refusal)
        case TooFast():
            return _too_fast(refusal)
        case TooManyPictures(count, most):
            many = f"{count:,}" if count < _COUNTED else "a great many"
            return say(f"That makes {many} pictures; {most} is the most at once.", Charge.UNSAID)
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
        f"There is no price for {which}{refusal.quality} quality here, so it is not drawn.",
        Charge.NOTHING,
        "Choose another size or quality.",
    )


def _question(asked: NeedsConfirmation) -> Words:
    """``4 finals for $0.88?`` What is left is small print, and the buttons below say what can be done."""
    cost = Bold(price(asked.pending.estimate, exact=True))
    if asked.is_dearer:
        return Words(("It is ", cost, " by now."), Charge.UNSAID)
    return Words((f"{drawn(asked.pending.ask.request)} for ", cost, "?"), Charge.UNSAID)


def _over_budget(refusal: OverBudget) -> Words:
    """What this costs, whose budget has less left, and how much; the rest is small print and buttons (loop
    reference 12)."""
    if refusal.needs_budget:
        return say("Guests need a budget before they can draw.", Charge.UNSAID)
    left = max(refusal.left, Money.zero()).as_room()
    cost = Bold(price(refusal.price, exact=True))
    more = f" left{short_period(refusal.window)} ({left})."
    return Words((cost, " is more than ", *holder(refusal.scope), more), Charge.UNSAID)


def _too_fast(refusal: TooFast) -> Words:
    wait = f"Try again in {refusal.seconds} s."
    if refusal.channel_id:
        channel = Channel(refusal.channel_id)
        return Words((channel, " starts no more pictures this minute."), Charge.NOTHING, (wait,))
    return say("That was a lot at once.", Charge.NOTHING, wait)


def _clock_off(refusal: ClockOff) -> Words:
    clock = clock_text(refusal.seconds, refusal.months)
    return say(
        f"{capital(clock)}, so new pictures wait.",
        Charge.NOTHING,
        "The budget admins know.",
    )


def clock_text(seconds: int | None, months: int | None) -> str:
    """How wrong the clock is, as the middle of a sentence; see ClockOff."""
    if seconds is None:
        ahead = f"is {months} months ahead" if months else "is wrong"
        return f"the bot's clock {ahead}"
    minutes = max(abs(seconds) // 60, 1)
    span = next(
        (f"{minutes // size} {unit}s" for size, unit in ((1440, "day"), (60, "hour")) if minutes >= 2 * size),
        f"{minutes} minutes",
    )
    return f"the bot's clock is off by {span} ({'ahead' if seconds > 0 else 'behind'})"
