"""What screen readers say for pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.requests.change import Change
from bot.domain.requests.request import Kind, Manner
from handlers.messages.job.alt_texts import MOST, alt_text, earlier_alt_text, made_from_words, sheet_alt_text
from tests.unit.handlers.delivery_kit import NASTY, a_job, a_picture, a_request, a_submission, a_view


def view(prompt: str = "a red fox in snow", n: int = 1, **request: Any) -> Any:
    job = a_job(request=a_request(prompt=prompt, n=n, **request))
    return a_view(job, *(a_picture(index) for index in range(n)), submissions=[a_submission(0, n=n)])


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("a red fox in snow", "A red fox in snow. Drawn by AI from these words."),
        ("a fox. It sleeps. Blue.", "A fox. Drawn by AI from these words."),
        ("What a fox!", "What a fox. Drawn by AI from these words."),
        ("a fox, 3.5 m long", "A fox, 3.5 m long. Drawn by AI from these words."),
        ("Ein Fuchs", "Ein Fuchs. Drawn by AI from these words."),
    ],
)
def test_a_picture_is_told_by_the_first_sentence_of_its_words(prompt: str, wanted: str) -> None:
    assert alt_text(view(prompt), 1) == wanted


def test_the_words_are_shortened() -> None:
    text = alt_text(view("word " * 500), 1)

    assert len(text) < 300
    assert text.endswith(". Drawn by AI from these words.")


def test_an_edit_tells_what_was_before() -> None:
    edit = view("make the sky pink", kind=Kind.EDIT)

    assert made_from_words(edit.job) == "Changed from an earlier picture: make the sky pink. Drawn by AI."
    parent = a_job(request=a_request(prompt="a red fox. In snow."))
    assert (
        alt_text(replace(edit, parent=parent), 1)
        == made_from_words(edit.job, parent)
        == ("Changed from an earlier picture: make the sky pink. Before: a red fox. Drawn by AI.")
    )


def test_what_stays_is_no_part_of_what_was_changed() -> None:
    asked = Change("make the sky pink", "the fox")
    for change in (asked, replace(asked, keep="")):
        edit = view(change.prompt, kind=Kind.EDIT)
        assert made_from_words(edit.job) == "Changed from an earlier picture: make the sky pink. Drawn by AI."
        again = view("make it darker", kind=Kind.EDIT)
        assert made_from_words(again.job, edit.job) == (
            "Changed from an earlier picture: make it darker. Before: make the sky pink. Drawn by AI."
        )


def test_a_step_after_a_change_does_not_tell_it_twice() -> None:
    edit = view("make the sky pink", kind=Kind.EDIT)
    finished = view("make the sky pink", kind=Kind.EDIT, manner=Manner.CHANGED_FINISHED)

    assert made_from_words(finished.job, edit.job) == (
        "Changed from an earlier picture: make the sky pink. Drawn by AI."
    )


def test_the_picture_before_has_its_own_text() -> None:
    edit, fox = view("make the sky pink", kind=Kind.EDIT), a_job(request=a_request(prompt="a red fox"))
    both = replace(edit, parent=fox, before=a_picture(9))

    assert earlier_alt_text(both) == "A red fox. Drawn by AI from these words."
    described = replace(both, before=a_picture(9, alt_text="It sleeps"))
    assert earlier_alt_text(described) == "It sleeps"


def test_a_step_that_keeps_the_words_is_told_by_them() -> None:
    for manner in (Manner.VARIATION, Manner.FINISHED, Manner.EXTENDED):
        step = view(kind=Kind.EDIT, manner=manner)
        assert made_from_words(step.job) == "A red fox in snow. Drawn by AI from these words."


def test_what_a_person_wrote_stands_for_it_whole() -> None:
    several = view(n=2)
    first, second = several.pictures
    described = replace(several, pictures=[first, replace(second, alt_text="A fox that sleeps")])

    assert alt_text(described, 1) == "A red fox in snow. Drawn by AI from these words."
    assert alt_text(described, 2) == "A fox that sleeps"
    assert len(alt_text(replace(several, pictures=[replace(first, alt_text="x" * 5000)]), 1)) <= MOST


def test_a_sheet_counts_its_pictures_and_tells_what_was_written() -> None:
    four = view(n=4)

    assert sheet_alt_text(four) == "Four numbered finals of: a red fox in snow. Drawn by AI."
    described = [*four.pictures[:1], replace(four.pictures[1], alt_text="It sleeps"), *four.pictures[2:]]
    assert sheet_alt_text(replace(four, pictures=described)).endswith(" Drawn by AI. 2: It sleeps")
    every = [replace(picture, alt_text="y" * 3000) for picture in four.pictures]
    assert len(sheet_alt_text(replace(four, pictures=every))) <= MOST


def test_nothing_that_anyone_wrote_can_ping() -> None:
    nasty = view(NASTY)
    written = replace(nasty, pictures=[replace(nasty.pictures[0], alt_text=NASTY)])

    for text in (alt_text(nasty, 1), alt_text(written, 1), sheet_alt_text(written)):
        assert "<!" not in text
        assert "@here" not in text
