"""All about one job, for whoever asks for it by its id: what was asked for, what became of it, what it cost.
Pure."""

from __future__ import annotations

from bot.domain.jobs.job import Job
from bot.ports import JobView
from handlers.messages.block_kit import (
    Bold,
    Json,
    Part,
    Person,
    as_text,
    context,
    cut,
    fallback,
    quote,
    rich_text,
    section,
    shorten,
    visible,
)
from handlers.messages.job.job_outcome import explanation, headline
from handlers.messages.problems.error_message import Notice
from handlers.messages.status_text import PROMPT_CHARACTERS, job_price, settings, short_id
from handlers.messages.wording import BotNames

_MOST_NOTES = 5
_MOST_PROMPT = 6000


def show_notice(view: JobView, names: BotNames) -> Notice:
    """The job in words, without its pictures: a private note cannot show Slack's own files
    (java-slack-sdk#1349)."""
    job = view.job
    title, tail = headline(view)
    told = explanation(view, names)
    first: list[Part] = [Bold(title), f" {tail}" if tail else "", " · asked by ", Person(job.user_id)]
    blocks = [
        rich_text(section(first), quote(shorten(job.request.words, PROMPT_CHARACTERS))),
        context(settings(view)),
        *_notes(job),
        *([rich_text(section(told))] if told else []),
        *_all_words(job),
        context(_origin(job)),
    ]
    return Notice(_spoken(job, f"{title} {tail}".strip(), told), blocks)


def _notes(job: Job) -> list[Json]:
    """What was understood differently from how it was typed."""
    notes = [f"Note: {shorten(note, PROMPT_CHARACTERS)}" for note in job.notes[:_MOST_NOTES] if note.strip()]
    return [context(*notes)] if notes else []


def _all_words(job: Job) -> list[Json]:
    """The prompt where it is shortened above, as far as one message takes it."""
    prompt = visible(job.request.prompt).strip()
    if shorten(prompt) == prompt:
        return []
    return [rich_text(section([Bold("All of the words")]), quote(cut(prompt, _MOST_PROMPT)))]


def _origin(job: Job) -> str:
    """The id, and which job it was edited from, where no note names that already."""
    parts = [short_id(job.id)]
    if job.parent_id and not any(short_id(job.parent_id) in note for note in job.notes):
        parts.append(f"edited from {short_id(job.parent_id)}")
    return " · ".join(parts)


def _spoken(job: Job, state: str, told: tuple[Part, ...]) -> str:
    """The notice for notifications and screen readers."""
    prompt = shorten(job.request.words, PROMPT_CHARACTERS)
    line = " · ".join([state, f"“{prompt}”", job_price(job), short_id(job.id)])
    return fallback(f"{line}\n{as_text(told)}" if told else line)
