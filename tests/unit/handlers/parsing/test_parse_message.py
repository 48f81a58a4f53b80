"""A message's text as an ask."""

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Kind
from bot.errors import NotAnAsk
from handlers.parsing import Help, Show, Status, parse, read_message


def test_words_are_a_new_picture_or_an_edit() -> None:
    new = read_message("a fox --q low", 0, in_conversation=False)
    edit = read_message("a fox", 2, in_conversation=True).request

    assert (new.request.kind, new.request.prompt, new.notes) == (Kind.GENERATE, "a fox", ())
    assert new.is_clear
    assert (edit.kind, edit.sources, edit.size) == (Kind.EDIT, 2, None)


def test_what_hardly_asks_for_a_picture_is_not_clear() -> None:
    assert not read_message("undo", 1, in_conversation=True).is_clear
    assert not read_message("hi", 0, in_conversation=False).is_clear


@pytest.mark.parametrize("sources", [0, 1])
def test_nothing_said_is_asked_about(sources: int) -> None:
    with pytest.raises(AskRefused) as refused:
        read_message("  ", sources, in_conversation=True)

    assert (refused.value.problem, refused.value.refusal.sources) == (Problem.EMPTY_PROMPT, sources)


@pytest.mark.parametrize(
    ("text", "command"), [("help", Help()), ("status?", Status()), ("show #k3f9q2abcd", Show("k3f9q2abcd"))]
)
def test_other_commands_are_no_asks_and_say_which_they_are(text: str, command: object) -> None:
    with pytest.raises(NotAnAsk):
        read_message(text, 1, in_conversation=True)

    assert parse(text) == command
