"""The table "typed | drawn" (loop reference 6), through the parser and the pure rules."""

import itertools

import pytest

from bot.domain.requests.amounts import (
    Asked,
    PictureMode,
    edit_orders,
    new_orders,
    of_edit,
    of_new,
)
from bot.domain.requests.request import Quality
from handlers.parsing import Imagine, parse

DRAFTS, SINGLE = PictureMode
LOW, MEDIUM, HIGH = Quality


def drawn(flags: str, mode: PictureMode) -> tuple[Quality, int]:
    command = parse(f"a fox {flags}")
    assert isinstance(command, Imagine)
    request = new_orders(command.request, command.asked, mode).request
    return request.quality, request.n


@pytest.mark.parametrize(
    ("flags", "amount"),
    [
        ("", (LOW, 4)),
        ("--draft", (LOW, 4)),
        ("--q low", (LOW, 4)),
        ("--q medium", (MEDIUM, 1)),
        ("--q high", (HIGH, 1)),
        ("--n 1", (MEDIUM, 1)),
        ("--n 2", (LOW, 2)),
        ("--n 3", (LOW, 3)),
        ("--n 4", (LOW, 4)),
        ("--final", (HIGH, 1)),
        ("--n 3 --q high", (HIGH, 3)),
        ("--final --n 2", (HIGH, 2)),
        ("--n 1 --q low", (LOW, 1)),
        ("--draft --n 1", (LOW, 1)),
        ("--draft --n 2", (LOW, 2)),
        ("--draft --final", (HIGH, 1)),  # of two the last one counts, and a note says so
        ("--final --q medium", (MEDIUM, 1)),
        ("--ar 16:9 --format webp", (LOW, 4)),
    ],
)
def test_drafts_first(flags, amount):
    assert drawn(flags, DRAFTS) == amount


@pytest.mark.parametrize(
    ("flags", "amount"),
    [
        ("", (MEDIUM, 1)),
        ("--q low", (LOW, 1)),
        ("--q high", (HIGH, 1)),
        ("--ar 16:9", (MEDIUM, 1)),
        ("--n 3", (MEDIUM, 3)),
        ("--draft", (LOW, 4)),  # whoever says draft wants several to choose from
        ("--final", (HIGH, 1)),
    ],
)
def test_one_picture_at_a_time(flags, amount):
    assert drawn(flags, SINGLE) == amount


def test_what_is_said_always_counts():
    for quality, n, is_draft, mode in itertools.product(Quality, (1, 2, 3, 4), (False, True), PictureMode):
        asked = Asked(quality, n, is_draft)
        assert of_new(asked, mode) == of_edit(asked, HIGH) == (quality, n)


@pytest.mark.parametrize(
    ("flags", "source", "amount"),
    [
        ("", LOW, (LOW, 1)),
        ("", HIGH, (HIGH, 1)),
        ("", None, (MEDIUM, 1)),
        ("--q low", HIGH, (LOW, 1)),
        ("--draft", HIGH, (LOW, 1)),
        ("--final", LOW, (HIGH, 1)),
        ("--n 3", LOW, (LOW, 3)),
    ],
)
def test_an_edit_is_like_its_source(flags, source, amount):
    command = parse(f"make it blue {flags}", sources=1)
    assert isinstance(command, Imagine)
    request = edit_orders(command.request, command.asked, source).request

    assert (request.quality, request.n) == amount


def test_a_form_says_quality_and_number_itself():
    command = parse("a fox", default_quality=LOW, default_count=1)
    assert isinstance(command, Imagine)

    assert new_orders(command.request, command.asked, DRAFTS).request == command.request
    assert (command.request.quality, command.request.n) == (LOW, 1)


@pytest.mark.parametrize(
    ("flags", "mode", "each"),
    [
        ("", DRAFTS, (LOW, 1)),
        ("", SINGLE, (MEDIUM, 1)),
        ("--n 1", DRAFTS, (LOW, 1)),
        ("--n 3", DRAFTS, (LOW, 3)),
        ("--draft", SINGLE, (LOW, 1)),
        ("--q medium", DRAFTS, (MEDIUM, 1)),
        ("--final", DRAFTS, (HIGH, 1)),
        ("--final --n 2", SINGLE, (HIGH, 2)),
    ],
)
def test_of_a_set_each_order_is_one_draft_unless_more_is_said(flags, mode, each):
    command = parse(f"a {{red,blue}} fox {flags}")
    assert isinstance(command, Imagine)
    orders = new_orders(command.request, command.asked, mode)

    assert [(one.quality, one.n) for one in orders.each] == [each, each]
    assert orders.request.n == 2 * each[1]


@pytest.mark.parametrize(("flags", "each"), [("", (HIGH, 1)), ("--n 2 --q low", (LOW, 2))])
def test_a_set_of_edits_is_like_its_source(flags, each):
    command = parse(f"make it {{red,blue}} {flags}", sources=1)
    assert isinstance(command, Imagine)
    orders = edit_orders(command.request, command.asked, HIGH)

    assert [(one.quality, one.n) for one in orders.each] == [each, each]
    assert [one.prompt for one in orders.each] == ["make it red", "make it blue"]
    assert {(one.size, one.sources) for one in orders.each} == {(None, 1)}
