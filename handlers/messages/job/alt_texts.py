"""What screen readers say for a picture: what it shows, and that AI drew it. Pure (loop reference 13)."""

from __future__ import annotations

import re

from bot.domain.jobs.job import Job
from bot.domain.jobs.numbers import numbered
from bot.domain.requests.request import Kind, Manner
from bot.ports import JobView
from handlers.messages.block_kit import cut, inert, shorten

MOST = 2000
"""Characters of an image block's ``alt_text`` (docs reference/block-kit/blocks/image-block)."""

_WORDS = 250
_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine"}
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


def alt_text(view: JobView, number: int) -> str:
    """The text of the picture ``number``: what a person wrote, else made from the words."""
    picture = numbered(view.pictures, view.submissions).get(number)
    written = picture.alt_text if picture is not None else None
    return cut(
        inert(shorten(written, MOST)) if written else made_from_words(view.job_of(number), view.parent), MOST
    )


def made_from_words(job: Job, parent: Job | None = None) -> str:
    """The text of a picture that nobody has described."""
    words = _first_sentence(job.request.prompt)
    if job.request.manner.of_a_change or (
        job.request.kind is Kind.EDIT and job.request.manner is Manner.PLAIN
    ):
        before = f" Before: {_first_sentence(parent.request.prompt)}." if parent is not None else ""
        return f"Changed from an earlier picture: {words}.{before} Drawn by AI."
    return f"{words[:1].upper()}{words[1:]}. Drawn by AI from these words."


def sheet_alt_text(view: JobView) -> str:
    """The text of the contact sheet, with the texts of its pictures that were written."""
    count = view.job.request.n
    start = f"{_COUNTS.get(count, str(count))} numbered {_name(view, count)} of: "
    text = f"{start}{_first_sentence(view.job.request.prompt)}. Drawn by AI."
    for number, picture in numbered(view.pictures, view.submissions).items():
        if said := picture.alt_text or label_of(view, number):
            text += f" {number}: {inert(shorten(said, _WORDS))}"
    return cut(text, MOST)


def label_of(view: JobView, number: int) -> str:
    """What tells a picture of a set from the others; empty for any other."""
    member = view.job_of(number).member if view.members else None
    return member.label if member is not None else ""


def _name(view: JobView, count: int) -> str:
    name = {"low": "draft", "high": "final"}.get(view.job.request.quality.value, "picture")
    return name if count == 1 else f"{name}s"


def _first_sentence(words: str) -> str:
    line = shorten(words, 10 * _WORDS)
    match = _SENTENCE.match(line)
    return inert(shorten(match[0] if match else line, _WORDS)).rstrip(" .!?")
