"""What one person is told about an error: what happened · was it charged · what to do · id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET
from bot.domain.problem import Failure, Problem
from bot.domain.requests.budget_refusals import (
    BudgetRefusal,
    NeedsConfirmation,
    OverBudget,
    TooManyPictures,
)
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.refusals import (
    AskRefused,
    EmptyPrompt,
    NotFound,
    PictureGone,
    Refusal,
    StateRefusal,
    TypedRefusal,
    UnknownFlag,
    UnsupportedFlag,
    WhichOfThese,
    WhichPicture,
)
from bot.domain.requests.source_refusals import BadMask, BadSource, NoSource, SourceRefusal
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, StoreUnavailable, TryLater, WorkspaceGone
from handlers.messages.block_kit import Json, Part, as_text, context, fallback, rich_text, section
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.command_buttons import change_button, command_button, draw_button
from handlers.messages.buttons.picture_buttons import CHANGE_WORDS, Target, choose_row
from handlers.messages.buttons.question_buttons import (
    confirm_buttons,
    offer_buttons,
    over_budget_buttons,
    too_many_buttons,
    which_buttons,
)
from handlers.messages.money.remaining import left_text, reset_text
from handlers.messages.money.scope_text import capital
from handlers.messages.problems.budget import budget_words
from handlers.messages.problems.charge_text import charge_text
from handlers.messages.problems.job import failure_words, fixed_words, internal_words
from handlers.messages.problems.request import typed_words
from handlers.messages.problems.source import source_words
from handlers.messages.problems.state import cannot_post, state_words
from handlers.messages.wording import BotNames, SentenceContext, Words


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one person. ``text`` is escaped for Slack's top-level text; the blocks say the same."""

    text: str
    blocks: list[Json]


def notice(parts: Iterable[Part], *, small: Iterable[str] = ()) -> Notice:
    """A notice of one paragraph, and small print below it."""
    body, prints = tuple(parts), [line for line in small if line]
    blocks = [rich_text(section(body))]
    if prints:
        blocks.append(context(*prints))
    return Notice(fallback(" ".join([as_text(body), *(f"({line})" for line in prints)])), blocks)


def sentence(
    error: Exception | Failure | Refusal,
    names: BotNames,
    *,
    job: Job | None = None,
    job_id: str | None = None,
    channel_id: str | None = None,
    reference: str | None = None,
    zone: str | None = None,
) -> Notice:
    """The notice for the asker. An error's own text is never in it: that is for the log.

    ``job`` makes what was charged exact; ``reference`` is what an unexpected error is logged under;
    ``zone`` is the IANA zone that dates are said in (default: as they come).
    """
    about = error.refusal if isinstance(error, AskRefused) else error
    identifier = job.id if job else job_id
    known = SentenceContext(
        names,
        job_id=identifier,
        channel_id=job.place.channel_id if job else channel_id,
        ended=job is not None and job.status.is_final,
        reference=reference,
        zone=zone,
    )
    said = notice(_parts(_words(about, known), job), small=[_small(about, zone)])
    return Notice(said.text, [*said.blocks, *_buttons(about)])


def _small(about: Exception | Failure | Refusal, zone: str | None) -> str:
    """What is left, for somebody who decides; when there is more again, for somebody who has nothing."""
    match about:
        case NeedsConfirmation(_, standings):
            return capital(left_text(standings))
        case OverBudget(needs_budget=False):
            return f"Starts anew on {reset_text(about.resets_at, zone)}"
        case _:
            return ""


def spoken(error: Exception, names: BotNames) -> str:
    """The same sentence for where Slack takes no blocks, such as the errors of a form."""
    about = error.refusal if isinstance(error, AskRefused) else error
    return as_text(_parts(_words(about, SentenceContext(names)), None))


def _buttons(about: Exception | Failure | Refusal) -> list[Json]:
    """The buttons by which the asker can answer at once."""
    match about:
        case NeedsConfirmation():
            return [confirm_buttons(about)]
        case OverBudget():
            return over_budget_buttons(about)
        case TooManyPictures(kept=PendingRequest() as kept):
            return [too_many_buttons(kept)]
        case WhichPicture(pending):
            return [which_buttons(pending)]
        case WhichOfThese():
            return [choose_row(about)]
        case UnknownFlag() | UnsupportedFlag():
            several = ", " in about.flag
            return [offer_buttons(about.offer, several=several)] if about.offer is not None else []
        case PictureGone(str(job_id)):
            return [actions(button(CHANGE_WORDS, "Use the words…", Target(job_id, SHEET).value))]
        case NotFound():
            return [actions(command_button("My pictures", "history"))]
        case EmptyPrompt(sources=0):
            return [actions(draw_button())]
        case NoSource():
            return [actions(change_button(), draw_button())]
        case BadSource() | BadMask():
            return [actions(change_button())]
        case _:
            return []


def _parts(words: Words, job: Job | None) -> tuple[Part, ...]:
    charged = charge_text(job, words.charge) if job else str(words.charge.value)
    parts: list[Part] = [*words.what]
    if charged:
        parts.append(f" {charged}")
    if words.todo:
        parts += [" ", *words.todo]
    return tuple(parts)


def _words(about: Exception | Failure | Refusal, known: SentenceContext) -> Words:
    match about:
        case Failure():
            return failure_words(about, known)
        case GivenUp():
            return failure_words(about.failure, known)
        case CannotPost():
            return cannot_post(about.reason, known.channel_id, known.names)
        case WorkspaceGone():
            return cannot_post(str(about), known.channel_id, known.names)
        case OutcomeUnknown():
            return failure_words(Failure(Problem.OUTCOME_UNKNOWN), known)
        case StoreUnavailable() | TryLater():
            return fixed_words(Problem.UNAVAILABLE)
        case Exception():
            return internal_words(known)
        case _:
            return refusal_words(about, known)


def refusal_words(refusal: Refusal, known: SentenceContext) -> Words:
    """The words for a refusal. mypy refuses one that is in no group, or that its group forgets."""
    if isinstance(refusal, TypedRefusal):
        return typed_words(refusal, known.names)
    if isinstance(refusal, StateRefusal):
        return state_words(refusal, known)
    if isinstance(refusal, BudgetRefusal):
        return budget_words(refusal)
    if isinstance(refusal, SourceRefusal):
        return source_words(refusal)
    assert_never(refusal)
