"""One voice: every error becomes what happened · was it charged · what to do · id, for the asker only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.budget.periods import Window
from bot.domain.jobs.job import Job
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.pending_request import PendingRequest
from bot.errors import (
    AskRefused,
    BudgetExceeded,
    CannotPost,
    GivenUp,
    OutcomeUnknown,
    StoreUnavailable,
    TryLater,
    Unconfirmed,
    WorkspaceGone,
)
from handlers.messages.block_kit import (
    Bold,
    Channel,
    Code,
    Json,
    Part,
    as_text,
    context,
    fallback,
    rich_text,
    section,
)
from handlers.messages.buttons import confirm_buttons, offer_buttons, over_budget_buttons, variant_text
from handlers.messages.job_problems import words_for
from handlers.messages.remaining import left_text, reset_text
from handlers.messages.status_text import charge_text, price, short_id
from handlers.messages.wording import Case, Charge, Words


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one person. ``text`` is escaped for Slack's top-level text; the blocks say the same."""

    text: str
    blocks: list[Json]


def notice(parts: Iterable[Part], *, small: Iterable[str] = ()) -> Notice:
    """A notice of one paragraph, and small print below it."""
    told, prints = tuple(parts), [line for line in small if line]
    blocks = [rich_text(section(told))]
    if prints:
        blocks.append(context(*prints))
    return Notice(fallback(" ".join([as_text(told), *(f"({line})" for line in prints)])), blocks)


def sentence(
    error: Exception | Failure,
    *,
    command: str = "/imagine",
    bot_name: str = "@Imagine",
    job: Job | None = None,
    job_id: str | None = None,
    channel_id: str | None = None,
    reference: str | None = None,
    zone: str | None = None,
) -> Notice:
    """What the asker is told. Never an error's own text: that is for the log.

    ``job`` makes what was charged exact; ``reference`` is what an unexpected error is logged under;
    ``zone`` is the IANA zone that dates are said in (default: as they come).
    """
    identifier = job.id if job else job_id
    case = Case(
        command=command,
        bot_name=bot_name,
        job_id=identifier,
        channel_id=job.place.channel_id if job else channel_id,
        ended=job is not None and job.status.is_final,
        facts={"reference": reference} if reference else {},
    )
    told = notice(_told(error, case, job, zone), small=_small(error, identifier))
    return Notice(told.text, [*told.blocks, *_buttons(error)])


def _small(error: Exception | Failure, identifier: str | None) -> list[str]:
    left = left_text(error.standings, in_full=True) if isinstance(error, Unconfirmed) else ""
    return [f"{left[0].upper()}{left[1:]}" if left else "", short_id(identifier) if identifier else ""]


def _buttons(error: Exception | Failure) -> list[Json]:
    """What can be answered to it at once."""
    match error:
        case Unconfirmed():
            return [confirm_buttons(error)]
        case BudgetExceeded():
            return over_budget_buttons(error)
        case AskRefused(facts={"offer": PendingRequest() as pending}):
            return [offer_buttons(pending)]
        case _:
            return []


def spoken(error: Exception, *, command: str, bot_name: str) -> str:
    """The same sentence for where nothing is parsed, such as the errors of a form."""
    return as_text(_told(error, Case(command=command, bot_name=bot_name), None, None))


def _told(error: Exception | Failure, case: Case, job: Job | None, zone: str | None) -> tuple[Part, ...]:
    if isinstance(error, BudgetExceeded):
        return _over_budget(error, case.command, zone)
    if isinstance(error, Unconfirmed):
        return _unconfirmed(error)
    problem, detail = _problem(error)
    facts = dict(error.facts) if isinstance(error, AskRefused) else {}
    return _joined(words_for(problem, replace(case, detail=detail, facts=facts | dict(case.facts))), job)


def _joined(words: Words, job: Job | None) -> tuple[Part, ...]:
    charged = charge_text(job, words.charge) if job else str(words.charge.value)
    parts: list[Part] = [*words.what]
    if charged:
        parts.append(f" {charged}")
    if words.todo:
        parts += [" ", *words.todo]
    return tuple(parts)


def _problem(error: Exception | Failure) -> tuple[Problem, str]:
    match error:
        case Failure():
            return error.problem, error.detail
        case AskRefused():
            return error.problem, ""
        case GivenUp():
            return error.failure.problem, error.failure.detail
        case CannotPost():
            return Problem.CANNOT_POST, error.reason
        case WorkspaceGone():
            return Problem.CANNOT_POST, str(error)
        case OutcomeUnknown():
            return Problem.OUTCOME_UNKNOWN, ""
        case StoreUnavailable() | TryLater():
            return Problem.UNAVAILABLE, ""
        case _:
            return Problem.INTERNAL, ""


def _unconfirmed(waiting: Unconfirmed) -> tuple[Part, ...]:
    """What it is and what it costs; what is left is small print, the buttons below say what can be done."""
    pending = waiting.pending
    return (
        "This costs ",
        Bold(price(pending.estimate, exact=False)),
        f": {variant_text(pending.ask.request)}. Nothing is spent until you say so.",
    )


def _over_budget(error: BudgetExceeded, command: str, zone: str | None) -> tuple[Part, ...]:
    """Which limit, how much is left, what this costs, when it resets, what to do (budgets reference 3.1)."""
    left = error.left if error.left.micros > 0 else Money.zero()
    if error.cheaper is not None and error.cheaper_price is not None:
        variant, cost = variant_text(error.cheaper), price(error.cheaper_price, exact=True)
        todo: tuple[Part, ...] = (f"This would fit: {variant} for {cost}. ",)
    else:
        todo = ("Nothing smaller fits either. ",)
    return (
        "This costs ",
        Bold(price(error.price, exact=False)),
        ", and ",
        *_whose(error),
        f" has {left.as_room()} of {error.limit.as_room()} left. {Charge.NOTHING.value} ",
        f"It resets {reset_text(error.resets_at, zone)}. ",
        *todo,
        Code(f"{command} budget"),
        " shows what is left.",
    )


_PER = {Window.DAY: " for today", Window.WEEK: " for this week", Window.MONTH: ""}


def _whose(error: BudgetExceeded) -> tuple[Part, ...]:
    """``channel:T1/C1`` in people's words."""
    kind, _, ident = error.scope.partition(":")
    per = _PER[error.window]
    if kind == "channel":
        return ("the budget of ", Channel(ident.rpartition("/")[2]), per)
    return (f"your own budget{per}",) if kind == "user" else (f"the workspace's budget{per}",)


def invite_notice(bot_name: str, channel_id: str | None = None) -> Notice:
    """The bot is not in the conversation: how to let it in."""
    return sentence(CannotPost("not_in_channel"), bot_name=bot_name, channel_id=channel_id)
