"""What screen readers say for a picture: what it shows, and that AI drew it. Pure (loop reference 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.jobs.job import Job
from bot.domain.jobs.numbers import numbered
from bot.domain.requests.request import Kind, Manner, PictureRequest
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


def earlier_alt_text(view: JobView) -> str:
    """The text of the picture that the job's was made from, where both are shown."""
    if view.before is not None and view.before.alt_text:
        return cut(inert(shorten(view.before.alt_text, MOST)), MOST)
    return made_from_words(view.parent) if view.parent is not None else "The picture before."


def made_from_words(job: Job, parent: Job | None = None) -> str:
    """The text of a picture that nobody has described."""
    words = _first_sentence(job.request.words)
    if job.request.manner.of_a_change or (
        job.request.kind is Kind.EDIT and job.request.manner is Manner.PLAIN
    ):
        before = _first_sentence(parent.request.words) if parent is not None else words
        told = f" Before: {before}." if before != words else ""  # a step after a change has the same words
        return f"Changed from an earlier picture: {words}.{told} Drawn by AI."
    return f"{words[:1].upper()}{words[1:]}. Drawn by AI from these words."


def sheet_alt_text(view: JobView) -> str:
    """The text of the contact sheet, with the texts of its pictures that were written."""
    pictures = numbered(view.pictures, view.submissions)
    told = {number: picture.alt_text or label_of(view, number) for number, picture in pictures.items()}
    return sheet_text(view.job.request, told)


def sheet_text(request: PictureRequest, told: Mapping[int, str]) -> str:
    """As ``sheet_alt_text``. ``told`` is what is said of single pictures, by number; empty: nothing."""
    count = request.n
    start = f"{_COUNTS.get(count, str(count))} numbered {_name(request)} of: "
    text = f"{start}{_first_sentence(request.words)}. Drawn by AI."
    for number, said in told.items():
        if said:
            text += f" {number}: {inert(shorten(said, _WORDS))}"
    return cut(text, MOST)


def label_of(view: JobView, number: int) -> str:
    """What tells a picture of a set from the others; empty for any other."""
    member = view.job_of(number).member if view.members else None
    return member.label if member is not None else ""


def _name(request: PictureRequest) -> str:
    name = {"low": "draft", "high": "final"}.get(request.quality.value, "picture")
    return name if request.n == 1 else f"{name}s"


def _first_sentence(words: str) -> str:
    line = shorten(words, 10 * _WORDS)
    match = _SENTENCE.match(line)
    return inert(shorten(match[0] if match else line, _WORDS)).rstrip(" .!?")
