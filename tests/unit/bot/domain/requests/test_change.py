"""What an edit sends, and how it is read again; what was chosen last."""

import pytest

from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.request import Format, Quality, Size

NAMED = Change("make the sky pink", "the bottle, its label, the light")


def test_what_is_named_is_kept_and_nothing_else_is_changed() -> None:
    assert NAMED.prompt == (
        "make the sky pink\nPreserve exactly: the bottle, its label, the light.\nChange nothing else."
    )
    assert Change("make it pink").prompt == "make it pink\nKeep everything else exactly as it is."


@pytest.mark.parametrize("keep", ["the bottle.", " the bottle ", "the bottle..."])
def test_a_sentence_ends_once(keep: str) -> None:
    assert Change("x", keep).prompt == "x\nPreserve exactly: the bottle.\nChange nothing else."


@pytest.mark.parametrize("keep", ["", " ", "."])
def test_nothing_to_keep_is_everything(keep: str) -> None:
    assert Change("x", keep).prompt == Change("x").prompt


@pytest.mark.parametrize("change", [NAMED, Change("two\nlines", "a, b"), Change("x"), Change("")])
def test_it_is_read_from_the_prompt(change: Change) -> None:
    assert Change.read(change.prompt) == change


def test_a_prompt_that_was_typed_is_all_change() -> None:
    for typed in ("bluer", "x\nPreserve exactly: the sky"):
        assert Change.read(typed) == Change(typed)


def test_choices_come_back() -> None:
    for choices in (Choices(), Choices(Quality.HIGH, 4, Format.WEBP, Size(1536, 1024))):
        assert Choices.read(choices.as_text(), most=4) == choices


@pytest.mark.parametrize(
    "text",
    [
        None, "", "[]", "{}", "null", '{"q":"best","n":1,"f":"png","s":null}',
        '{"q":"low","n":5,"f":"png","s":null}', '{"q":"low","n":1,"f":"png","s":[1000,1000]}',
        '{"q":"low","n":1,"f":"png","s":[1024]}',
    ],
)  # fmt: skip
def test_choices_that_are_not_understood_are_none(text: str | None) -> None:
    assert Choices.read(text, most=4) is None
