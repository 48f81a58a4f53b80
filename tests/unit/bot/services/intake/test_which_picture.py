"""Which picture is meant: what came with the message itself is, all of it."""

from __future__ import annotations

import pytest

from bot.domain.place import Place
from bot.domain.requests.ask import LAST, UNCLEAR, Ask, Choice, TypedAsk
from bot.domain.requests.refusals import AskRefused, NoSuchPicture
from bot.domain.requests.source import SourceRef
from bot.services.intake.which_picture import Start, chosen, newest_of, picked
from tests.contract.samples import a_job, a_picture

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


def test_a_number_that_is_not_there_is_refused_and_never_exchanged() -> None:
    sheet = tuple(a_picture(f"P{n}", "J1", ordinal=n - 1, file_id=f"F{n}") for n in (1, 2, 4))
    numbers = {"P1": 1, "P2": 2, "P4": 4}
    start = newest_of(sheet, numbers)

    for of in (start, picked(sheet[1], 2, start), Start(FILES[:1])):
        for number in (3, 7):
            with pytest.raises(AskRefused) as refused:
                ask_about(of, number)
            assert refused.value.refusal == NoSuchPicture(number, (1, 2, 4) if of.sets else ())
    assert ask_about(picked(sheet[1], 2, start), 4).parent_picture == 4
    assert ask_about(start, UNCLEAR).candidates == start.candidates


@pytest.mark.parametrize("number", [1, LAST])
def test_the_only_picture_is_the_first_and_the_last(number: int) -> None:
    ask = ask_about(Start(FILES[:1]), number)

    assert (ask.sources, ask.candidates) == (FILES[:1], ())


def test_the_last_one_left_of_a_sheet_keeps_its_number() -> None:
    left = newest_of((a_picture("P3", "J1", ordinal=2, file_id="F3"),), {"P3": 3})

    ask = ask_about(left, 3)

    assert ([ref.picture_id for ref in ask.sources], ask.parent_picture) == (["P3"], 3)
