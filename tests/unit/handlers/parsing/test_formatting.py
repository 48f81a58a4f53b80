"""Slack's formatting comes off; what only looks like it stays."""

from handlers import parsing
from handlers.parsing.formatting import without_formatting

SAME = [
    "5 * 3 * 2", "snake_case_name", "a ~ b", "2*3*4", "at 10:30: a fox", "ratio 16:9:4",
    "<3 > 2", "-> an arrow",
    "https://example.com:8080/a", "*", "**", "a * b", "it's `", "std::vector", "x_1 and x_2", ">= 3 birds",
]  # fmt: skip

PLAIN = {
    "*a red fox*": "a red fox",
    "_a red fox_": "a red fox",
    "a *very red* fox": "a very red fox",
    "~old~ new": "old new",
    "`a fox --n 2`": "a fox --n 2",
    "```a red fox```": "a red fox",
    "```\na red fox\nin snow\n```": "a red fox\nin snow",
    "> a red fox": "a red fox",
    ">>> a red fox\nin snow": "a red fox\nin snow",
    "> line one\n> line two": "line one\nline two",
    "*_both_*": "both",
    "a party :tada:": "a party 🎉",
    ":fox_face: in snow": "🦊 in snow",
    "wave :wave::skin-tone-5:": "wave 👋🏾",
    ":flag-de: flag": "🇩🇪 flag",
    ":+1: sign": "👍 sign",
    "a :party_parrot:": "a party parrot",
}


def test_marks_come_off() -> None:
    for text, plain in PLAIN.items():
        assert without_formatting(text) == plain, text
        assert without_formatting(plain) == plain, text


def test_what_is_no_formatting_stays() -> None:
    for text in SAME:
        assert without_formatting(text) == text, text


def test_the_words_are_drawn() -> None:
    command = parsing.parse("> *a red fox* :tada: `--n 2`")
    assert isinstance(command, parsing.Imagine)
    assert (command.request.prompt, command.request.n) == ("a red fox 🎉", 2)
