"""A message's text as an ask."""

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Kind
from bot.errors import NotAnAsk
from handlers.parsing import Help, Show, Status, parse, read_message


def test_words_are_a_new_picture_or_an_edit() -> None:
    new, notes = read_message("a fox --q low", 0)
    edit, _ = read_message("a fox", 2)

    assert (new.kind, new.prompt, notes) == (Kind.GENERATE, "a fox", ())
    assert (edit.kind, edit.sources, edit.size) == (Kind.EDIT, 2, None)


@pytest.mark.parametrize("sources", [0, 1])
def test_nothing_said_is_asked_about(sources: int) -> None:
    with pytest.raises(AskRefused) as refused:
        read_message("  ", sources)

    assert (refused.value.problem, refused.value.refusal.sources) == (Problem.EMPTY_PROMPT, sources)


@pytest.mark.parametrize(
    ("text", "command"), [("help", Help()), ("status?", Status()), ("show #k3f9q2abcd", Show("k3f9q2abcd"))]
)
def test_other_commands_are_no_asks_and_say_which_they_are(text: str, command: object) -> None:
    with pytest.raises(NotAnAsk):
        read_message(text, 1)

    assert parse(text) == command
