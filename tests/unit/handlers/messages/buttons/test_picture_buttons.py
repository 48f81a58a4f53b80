"""Buttons under pictures: labels with prices, values that older messages have, too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, WhichOfThese
from bot.domain.requests.request import Format, Kind, Named, Quality, Size
from bot.domain.requests.steps import varied
from handlers.messages.block_kit import Json
from handlers.messages.buttons.picture_buttons import (
    Target,
    cancel_row,
    choose_row,
    chosen_named,
    chosen_step,
    label_price,
    order_again_row,
    picture_row,
    price_of,
    sheet_rows,
    target_of,
)
from tests.unit.handlers.delivery_kit import PRICES, a_job, a_request
from tests.unit.handlers.messages.block_checks import check_blocks


def drawn(quality: Quality = Quality.LOW, **changes: Any) -> Any:
    return a_job(request=a_request(quality=quality, size=Size(1024, 1024), **changes), estimate=Money(40_000))


def labels(row: Json) -> list[str]:
    return [one["text"]["text"] for one in row["elements"] if one["type"] == "button"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("k3f9.3", Target("k3f9", 3)),
        ("k3f9.0", Target("k3f9", 0)),
        ("k3f9.12", Target("k3f9", 12)),
        ("k3f9", Target("k3f9", 0)),
        ("a.b.2", Target("a.b", 2)),
        (".3", Target(".3", 0)),
        ("k3f9.", Target("k3f9.", 0)),
        ("k3f9.-1", Target("k3f9.-1", 0)),
        ("k3f9.99999", Target("k3f9.99999", 0)),
        ("", Target("", 0)),
    ],
)
def test_a_value_names_a_picture_and_an_older_one_all_of_the_job(value: str, wanted: Target) -> None:
    assert target_of(value) == wanted


def test_every_value_leads_back_to_its_picture() -> None:
    for number in (0, 1, 12):
        assert target_of(Target("k3f9", number).value) == Target("k3f9", number)


@pytest.mark.parametrize(
    ("micros", "wanted"),
    [(0, "$0.00"), (4_000, "under $0.01"), (10_000, "$0.01"), (80_000, "$0.08"), (1_230_000, "$1.23")],
)
def test_prices_are_short(micros: int, wanted: str) -> None:
    assert label_price(Money(micros)) == wanted


@pytest.mark.parametrize(
    ("quality", "wanted"),
    [
        (Quality.LOW, ["Vary ×4 · $0.08", "Edit…", "Finish · $0.23", "Again · $0.01"]),
        (Quality.MEDIUM, ["Vary ×4 · $0.08", "Edit…", "Finish · $0.23", "Again · $0.06"]),
        (Quality.HIGH, ["Vary ×4 · $0.08", "Edit…", "4K · $0.58", "Again · $0.22"]),
    ],
)
def test_whatever_costs_shows_its_price(quality: Quality, wanted: list[str]) -> None:
    row = picture_row(drawn(quality), 1, PRICES)

    assert labels(row) == wanted
    assert check_blocks([row]) == []
    styles = {one["text"]["text"]: one.get("style") for one in row["elements"] if one["type"] == "button"}
    assert {label for label, style in styles.items() if style == "primary"} == {wanted[2]}


def test_what_is_in_4k_cannot_be_finished_further() -> None:
    largest = a_job(request=a_request(quality=Quality.HIGH, size=Size(2880, 2880)))

    assert [label.split(" ·")[0] for label in labels(picture_row(largest, 1, PRICES))] == [
        "Vary ×4", "Edit…", "Again",
    ]  # fmt: skip


def test_without_a_price_there_is_no_button_that_costs() -> None:
    class Empty(PriceTable):
        def __init__(self) -> None:
            pass

        def estimate(self, request: Any) -> Money:
            raise AskRefused(NoPrice(request.size, request.quality))

    assert labels(picture_row(drawn(), 1, Empty())) == ["Edit…"]
    assert [labels(row) for row in sheet_rows(drawn(n=2), [1, 2], Empty())] == [["Use 1", "Use 2"], ["Edit…"]]
    assert price_of(PRICES, None) is None


def test_the_price_of_a_variation_is_that_of_four_drafts() -> None:
    assert price_of(PRICES, varied(drawn(Quality.HIGH).request)) == Money(80_000)


def test_an_edit_that_is_drawn_again_costs_as_an_edit() -> None:
    edit = drawn(kind=Kind.EDIT, sources=1)

    assert labels(picture_row(edit, 1, PRICES))[3] == "Again · $0.02"


def test_a_sheet_has_a_button_a_picture_twice_and_says_them_aloud() -> None:
    rows = sheet_rows(drawn(n=4), [1, 2, 4], PRICES)

    assert [labels(row) for row in rows] == [
        ["Use 1", "Use 2", "Use 4"], ["Vary 1", "Vary 2", "Vary 4"], ["Again · $0.04", "Edit…"],
    ]  # fmt: skip
    assert [one["action_id"] for one in rows[0]["elements"]] == ["use_1", "use_2", "use_4"]
    assert rows[0]["elements"][2]["accessibility_label"] == "Use picture 4, free"
    assert rows[1]["elements"][2]["accessibility_label"] == "Four new takes on picture 4, $0.08"
    assert rows[2]["elements"][-1]["type"] == "overflow"
    assert check_blocks(rows) == []
    assert len({row["block_id"] for row in rows}) == 3


@pytest.mark.parametrize(("channel", "wanted"), [("C0DESIGN", "Share…"), ("D0ALICE", "Post to channel…")])
def test_where_a_picture_may_go(channel: str, wanted: str) -> None:
    row = picture_row(replace(drawn(), place=Place("T1", channel)), 2, PRICES)

    more = row["elements"][-1]
    assert [(one["text"]["text"], one["value"]) for one in more["options"]] == [
        ("Sizes, 2K, 4K…", "sizes.k3f9q2ab.2"),
        ("Details…", "details.k3f9q2ab.2"),
        ("Alt text…", "alt.k3f9q2ab.2"),
        (wanted, "share.k3f9q2ab.2"),
        ("Delete…", "delete.k3f9q2ab.2"),
    ]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (WhichOfThese("k3f9", "vary", (1, 3), Money(80_000)), ["1 · $0.08", "3 · $0.08"]),
        (WhichOfThese("k3f9", "use", (1, 2)), ["1", "2"]),
        (WhichOfThese("k3f9", "vary", (2,), Money(80_000), named=Named(Quality.HIGH, 2)), ["2 · $0.08"]),
        (WhichOfThese("k3f9", "again", (2,), None, "16:9", named=Named(format=Format.WEBP)), ["2"]),
        (WhichOfThese("k3f9", "finish", (2,), Money(580_000), "4k"), ["2 · $0.58"]),
        (WhichOfThese("k3f9", "reshape", (1, 2), Money(20_000), "16:9"), ["1 · $0.02", "2 · $0.02"]),
    ],
)
def test_a_question_which_one_remembers_the_step_and_the_size(asked: WhichOfThese, wanted: list[str]) -> None:
    row = choose_row(asked)

    assert labels(row) == wanted
    assert [target_of(one["value"]) for one in row["elements"]] == [Target("k3f9", n) for n in asked.numbers]
    for private in ("", ".private"):
        assert chosen_step(row["block_id"] + private) == (asked.step, asked.size)
        assert chosen_named(row["block_id"] + private) == asked.named
    assert check_blocks([row]) == []


def test_cancelling_is_free_while_it_waits_and_thought_over_while_it_is_drawn() -> None:
    (waiting,) = cancel_row(drawn(), is_drawing=False)["elements"]
    (drawing,) = cancel_row(drawn(n=2), is_drawing=True)["elements"]

    assert (waiting["action_id"], "confirm" in waiting) == ("pic_cancel", False)
    assert drawing["action_id"] == "pic_withdraw"
    assert "The pictures will come" in drawing["confirm"]["text"]["text"]
    rows = [cancel_row(drawn(n=2), is_drawing=True), order_again_row(drawn(), Money(40_000))]
    assert check_blocks(rows) == []


def test_ordering_again_is_what_older_buttons_did() -> None:
    (button,) = order_again_row(drawn(), Money(40_000))["elements"]

    assert (button["action_id"], button["value"]) == ("run_again", "k3f9q2ab")
