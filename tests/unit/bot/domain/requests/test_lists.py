"""Lists among the words, and what they and a set of sizes order (loop reference 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.requests.lists import find_lists
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.variations import (
    MOST_OF_A_SET,
    NamedSize,
    is_set,
    orders_of,
    typed_again,
)

SQUARE, STORY = NamedSize("square", Size(1024, 1024)), NamedSize("story", Size(864, 1536))


def request(words: str, n: int = 1) -> PictureRequest:
    return PictureRequest(Kind.GENERATE, words, Size(1024, 1024), Quality.LOW, Format.PNG, n)


def described(words: str) -> list[tuple[str, str]]:
    return list(find_lists(words).descriptions())


def test_every_combination_in_the_order_of_reading_the_last_turns_fastest() -> None:
    assert described("a {red, blue} fox in {snow,rain}") == [
        ("red, snow", "a red fox in snow"),
        ("red, rain", "a red fox in rain"),
        ("blue, snow", "a blue fox in snow"),
        ("blue, rain", "a blue fox in rain"),
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{hero,logo}", [("hero", "hero"), ("logo", "logo")]),
        ("a {big,small,} fox", [("big", "a big fox"), ("small", "a small fox"), ("without", "a fox")]),
        ("a { very  big , small } fox", [("very big", "a very big fox"), ("small", "a small fox")]),
        ("one\n{a,b}\ntwo", [("a", "one\na\ntwo"), ("b", "one\nb\ntwo")]),
        ("{rot,grün} {0, 1}", [("rot", "rot {0, 1}"), ("grün", "grün {0, 1}")]),
        ("a plain fox", [("", "a plain fox")]),
    ],
)
def test_options_are_put_in_and_spaces_joined(words: str, found: list[tuple[str, str]]) -> None:
    assert described(words) == found


@pytest.mark.parametrize(
    "words",
    [
        '{"scene": "a fox, in snow", "style": "ink"}',
        "{scene: fox, style: ink}",
        r"the formula \frac{a,b} on a wall",
        "a set {0, 1} on a wall",
        "a {red,} fox",
        "a {, } b",
        "a {one} fox",
        "a {red\n,blue} fox",
    ],
)
def test_other_braces_are_words(words: str) -> None:
    assert find_lists(words).count == 1
    assert described(words) == [("", "\n".join(" ".join(line.split()) for line in words.split("\n")))]
    assert not is_set(words)
    assert orders_of(request(words)).request.prompt == words


def test_lists_and_sizes_together() -> None:
    orders = orders_of(request("a {red,blue} fox", n=2), [SQUARE, STORY])

    assert [(one.label, one.request.prompt, str(one.request.size)) for one in orders.variations] == [
        ("red, square", "a red fox", "1024x1024"),
        ("red, story", "a red fox", "864x1536"),
        ("blue, square", "a blue fox", "1024x1024"),
        ("blue, story", "a blue fox", "864x1536"),
    ]
    whole = orders.request
    assert (whole.prompt, whole.n, whole.size) == ("a {red,blue} fox", 8, None)
    assert [one.label for one in orders_of(request("a fox"), [SQUARE, STORY]).variations] == [
        "square",
        "story",
    ]


def test_a_set_of_too_many_is_only_counted() -> None:
    orders = orders_of(request("{a,b} " * 500))

    assert orders.variations == ()
    assert orders.is_too_large
    assert orders.request.n == 2**500
    assert orders_of(request("{a,b} {a,b} {a,b}", n=4)).request.n == 32 > MOST_OF_A_SET


def test_a_set_is_typed_again_with_its_sizes_and_the_number_of_each() -> None:
    orders = orders_of(request("a {red,blue} fox", n=2), [SQUARE, STORY])

    again = typed_again(orders.request, orders.variations)

    assert (again.prompt, again.n) == ("a {red,blue} fox --sizes square,story", 2)
    edit = orders_of(replace(request("make it {red,blue}"), kind=Kind.EDIT, size=None))
    assert typed_again(edit.request, edit.variations).prompt == "make it {red,blue}"
