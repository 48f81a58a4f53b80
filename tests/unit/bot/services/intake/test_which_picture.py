"""Which picture is meant: what came with the message itself is, all of it."""

from __future__ import annotations

import pytest

from bot.domain.place import Place
from bot.domain.requests.ask import LAST, UNCLEAR, Ask, Choice, TypedAsk
from bot.domain.requests.source import SourceRef
from bot.services.intake.which_picture import Start, chosen
from tests.contract.samples import a_job

FILES = (SourceRef(file_id="F1"), SourceRef(file_id="F2"))


def ask_about(start: Start, number: int) -> Ask:
    request = a_job().request
    ask = Ask(
        "key", Place("T1", "C1", "1.0"), "U1", request, sources=start.sources, candidates=start.candidates
    )
    return chosen(ask, start, TypedAsk(request, choice=Choice(number, "make it blue")))


@pytest.mark.parametrize("number", [1, 2, LAST, UNCLEAR])
def test_attached_pictures_are_all_meant(number: int) -> None:
    ask = ask_about(Start(FILES, attached=True), number)

    assert (ask.sources, ask.candidates, ask.request) == (FILES, (), a_job().request)


def test_of_candidates_the_named_one_is_taken_and_else_the_asker_chooses() -> None:
    start = Start(FILES[:1], candidates=FILES)

    second, last = ask_about(start, 2), ask_about(start, LAST)
    assert (second.sources, second.candidates, second.request.prompt) == (FILES[1:], (), "make it blue")
    assert last.sources == FILES[1:]
    for number in (3, UNCLEAR):
        assert ask_about(start, number).candidates == FILES


def test_a_number_that_a_single_picture_does_not_have_is_asked_back() -> None:
    assert ask_about(Start(FILES[:1]), 7).candidates == FILES[:1]
