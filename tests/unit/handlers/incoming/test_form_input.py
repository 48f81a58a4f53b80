"""What is read out of a form, which field an error stands at, and what a press on a message names."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.choices import Choices
from bot.domain.requests.refusals import AskRefused, PostingRefused
from bot.domain.requests.request import Format, Kind, Quality, Size
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.domain.requests.source import SourceRef, SourceRole
from bot.errors import StoreUnavailable
from handlers.incoming.form_input import field_of, read_chosen, read_form, seen_in, to_price
from handlers.incoming.interactions import place_of, pressed_picture, start_of_message
from handlers.incoming.slack_file import SlackFile
from handlers.views.form_state import Mode, Start
from handlers.views.request_form import form_view
from tests.unit.handlers.views.form_view_kit import FILE, PRICES, STARTS, opened, sent

PDF = {**FILE, "name": "a.pdf", "mimetype": "application/pdf"}
ALL = "\nKeep everything else exactly as it is."


def test_the_fields_become_a_request() -> None:
    filled = read_form(
        sent("command", prompt="a fox", size="landscape_3_2", quality="high", number="3", format="webp")
    )

    request = filled.request
    assert (request.kind, request.prompt, request.size) == (Kind.GENERATE, "a fox", Size(1536, 1024))
    assert (request.quality, request.n, request.format) == (Quality.HIGH, 3, Format.WEBP)
    assert (filled.view_id, filled.channel_id, filled.added) == ("V1", "C1", ())
    assert filled.choices == Choices(Quality.HIGH, 3, Format.WEBP, Size(1536, 1024))


def test_a_change_says_what_stays() -> None:
    plain = read_form(sent("third", change="make the sky pink", keep=""))
    kept = read_form(sent("third", change="make the sky pink", keep="the bottle."))

    assert plain.request.prompt == f"make the sky pink{ALL}"
    assert kept.request.prompt == ("make the sky pink\nPreserve exactly: the bottle.\nChange nothing else.")
    assert (kept.request.kind, kept.request.sources, kept.request.size) == (Kind.EDIT, 1, Size(1024, 1024))
    assert kept.choices.size is None, "the picture's"


def test_anew_are_the_words_and_no_picture() -> None:
    filled = read_form(sent("third", mode="anew", prompt="a blue fox"))

    assert (filled.request.kind, filled.request.prompt) == (Kind.GENERATE, "a blue fox")
    assert (filled.request.sources, filled.request.size) == (0, Size(1024, 1024))


def test_words_and_drafts_keep_what_they_start_from() -> None:
    words, draft = (read_form(sent(name, prompt="bluer")).request for name in ("words of an edit", "draft"))

    assert (words.kind, words.sources, words.prompt) == (Kind.EDIT, 1, "bluer")
    assert (draft.kind, draft.sources, draft.has_mask) == (Kind.EDIT, 2, True)


def test_an_uploads_shape_is_kept_and_a_new_picture_is_square() -> None:
    assert read_form(sent("files", change="bluer")).request.size is None
    assert read_form(sent("files", change="bluer", size="auto")).request.size is None, "of an older form"
    assert read_form(sent("files", change="x", size="portrait_2_3")).request.size == Size(1024, 1536)
    assert read_form(sent("command", prompt="a fox")).request.size == DEFAULT_SIZE


def test_flags_among_the_words_win() -> None:
    filled = read_form(
        sent("files", change="a fox --q low --n 2 --ar 1:1", quality="high", number="4", size="landscape_3_2")
    )

    request = filled.request
    assert (request.prompt, request.quality, request.n) == (f"a fox{ALL}", Quality.LOW, 2)
    assert request.size == Size(1024, 1024)
    assert (filled.choices.quality, filled.choices.n) == (Quality.HIGH, 4), "flags are for this once"


def test_small_talk_in_the_form_is_drawn() -> None:
    assert read_form(sent("command", prompt="good morning")).request.prompt == "good morning"


def test_uploads_follow_and_the_mask_is_one() -> None:
    filled = read_form(sent("files", change="x", pictures=[FILE], mask=[{**FILE, "id": "F8"}]))

    assert (filled.request.sources, filled.request.has_mask, filled.request.kind) == (2, True, Kind.EDIT)
    assert [ref.role for ref in filled.added] == [SourceRole.AUTO, SourceRole.MASK]
    kept = [SlackFile.of(str(ref.file_id)) for ref in filled.added]
    assert [(file.id, file.links, file.mimetype) for file in kept] == [
        ("F9", ("https://f/1",), "image/png"),
        ("F8", ("https://f/1",), "image/png"),
    ]


def test_a_picture_makes_a_new_one_an_edit() -> None:
    assert read_form(sent("command", prompt="a fox", pictures=[FILE])).request.kind is Kind.EDIT


@pytest.mark.parametrize(
    ("name", "values", "problem", "field"),
    [
        ("third", {"change": "  "}, Problem.EMPTY_PROMPT, "change"),
        ("command", {"prompt": "help"}, Problem.EMPTY_PROMPT, "prompt"),
        ("third", {"change": "x --sizzle"}, Problem.UNKNOWN_FLAG, "change"),
        ("third", {"change": "x --size 1920x1080"}, Problem.BAD_SIZE, "change"),
        ("third", {"change": "x", "size": "other", "custom": "1000x1000"}, Problem.BAD_SIZE, "size"),
        ("third", {"change": "x", "size": "other", "custom": "big"}, Problem.BAD_VALUE, "size"),
        ("no files", {"change": "x"}, Problem.NO_SOURCE, "pictures"),
        ("command", {"prompt": "x", "mask": [FILE]}, Problem.NO_SOURCE, "pictures"),
        ("files", {"change": "x", "pictures": [PDF]}, Problem.BAD_SOURCE, "pictures"),
        ("files", {"change": "x", "mask": [PDF]}, Problem.BAD_MASK, "mask"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_field(
    name: str, values: dict[str, Any], problem: Problem, field: str
) -> None:
    with pytest.raises(AskRefused) as refused:
        read_form(sent(name, **values))

    assert refused.value.problem is problem
    assert field_of(refused.value, opened(name)) == field


def test_other_errors_stand_at_the_words() -> None:
    assert field_of(StoreUnavailable("x"), opened("command")) == "prompt"
    assert field_of(StoreUnavailable("x"), opened("third")) == "change"
    assert field_of(AskRefused(NoPrice(None, Quality.LOW)), opened("third")) == "size"
    assert field_of(AskRefused(PostingRefused()), opened("third")) == "where"
    assert field_of(AskRefused(PostingRefused()), opened("direct")) == "prompt"


@pytest.mark.parametrize(("which", "position"), [("1", 1), ("3", 3), ("9", 4), ("0", 1)])
def test_the_choice_stays_among_the_results(which: str, position: int) -> None:
    assert read_form(sent("sheet", change="x", which=which)).which == position


def test_the_picture_that_the_form_was_opened_on_counts() -> None:
    assert read_form(sent("third", change="x")).which == 3


def test_the_price_is_known_before_the_words_are() -> None:
    view = sent("files", change="", number="2", size="other", custom="1000x1000", pictures=[FILE])
    start = Start.unpacked(view["private_metadata"])

    request = to_price(start, read_chosen(view, start)).request

    assert (request.n, request.sources, request.kind) == (2, 2, Kind.EDIT)


def test_the_old_words_are_no_change_where_the_mode_was_just_chosen() -> None:
    """Draw anew, then Change again: the state still holds the words of the other mode."""
    view = sent("third", change="")
    view["state"]["values"]["prompt"] = {"value": {"value": "a red fox in snow"}}
    start = Start.unpacked(view["private_metadata"])

    assert read_chosen(view, start).change == ""


def test_lists_and_sizes_among_the_words_are_a_set_of_what_the_fields_say() -> None:
    filled = read_form(sent("command", prompt="a {red,blue} fox", number="2", quality="high"))

    assert [(one.prompt, one.quality, one.n) for one in filled.orders.each] == [
        ("a red fox", Quality.HIGH, 2),
        ("a blue fox", Quality.HIGH, 2),
    ]
    assert (filled.request.prompt, filled.request.n) == ("a {red,blue} fox", 4)
    sized = read_form(sent("command", prompt="a fox --sizes story,wide", number="1"))
    assert [one.label for one in sized.orders.variations] == ["story", "wide"]
    edit = read_form(sent("third", change="make the sky {pink,grey}", keep="the hill"))
    assert [one.prompt.split("\n")[0] for one in edit.orders.each] == [
        "make the sky pink",
        "make the sky grey",
    ]
    assert {(one.kind, one.sources) for one in edit.orders.each} == {(Kind.EDIT, 1)}


def test_a_set_that_nobody_would_draw_has_no_price_in_the_form() -> None:
    view = sent("command", prompt="{a,b} " * 300, number="4")
    start = Start.unpacked(view["private_metadata"])

    assert to_price(start, read_chosen(view, start)).request.n == 4
    assert read_form(view).orders.is_too_large


@pytest.mark.parametrize("name", STARTS)
def test_an_open_form_tells_all_that_it_is_drawn_from(name: str) -> None:
    """An update without looking anything up shows the same."""
    view = sent(name)
    start = Start.unpacked(view["private_metadata"])
    chosen = read_chosen(view, start)

    again = form_view(start, seen_in(view), chosen, to_price(start, chosen), PRICES)

    assert again == opened(name)
    lost = form_view(start, seen_in(view, is_lost=True), chosen, to_price(start, chosen), PRICES)
    assert "were lost" in json.dumps(lost)


def test_fewer_files_than_were_seen_are_lost() -> None:
    view = sent("command", opened("command", files=1), prompt="x")

    assert read_form(view).is_lost
    assert not read_form(sent("command", prompt="x")).is_lost
    start = replace(Start.unpacked(view["private_metadata"]), seen_files=0)
    assert not read_form({**view, "private_metadata": start.packed()}).is_lost


def test_a_form_of_an_older_version_is_read() -> None:
    """Its words stood in one field, and its button had no price."""
    state = {
        "prompt": {"value": {"value": "bluer"}},
        "size": {"value": {"selected_option": {"value": "auto"}}},
    }
    view = {"id": "V1", "private_metadata": '{"j":"k3f9","n":3,"e":true}', "state": {"values": state}}

    filled = read_form(view)

    assert filled.chosen.mode is Mode.CHANGE
    assert (filled.request.prompt, filled.request.sources) == (f"bluer{ALL}", 1)
    assert filled.start.shown is None


def message(**more: Any) -> dict[str, Any]:
    return {"channel": {"id": "C1"}, "message_ts": "2.2", "message": {"ts": "2.2", "user": "U1", **more}}


def test_a_shortcut_starts_from_the_messages_pictures_in_its_thread() -> None:
    start = start_of_message(message(files=[FILE], thread_ts="1.1"), "UBOT")

    assert (start.channel_id, start.thread_ts, start.files) == ("C1", "1.1", ("F9",))
    alone = start_of_message(message(files=[FILE]), "UBOT")
    assert alone.thread_ts == "2.2"


def test_our_own_status_message_shows_its_pictures_as_blocks() -> None:
    blocks = [{"type": "context"}, {"type": "image", "slack_file": {"id": "F7"}}, {"type": "image"}]

    assert start_of_message(message(user="UBOT", blocks=blocks), "UBOT").files == ("F7",)
    assert start_of_message(message(user="U2", blocks=blocks), "UBOT").files == ()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("k3f9", ("k3f9", 0)),
        ("k3f9.3", ("k3f9", 3)),
        ("k3f9.0", ("k3f9", 0)),
        ("k3f9.x", ("k3f9", 0)),
        ("", ("", 0)),
    ],
)
def test_a_button_names_the_job_and_the_picture(value: str, named: tuple[str, int]) -> None:
    assert pressed_picture({"actions": [{"value": value}]}) == named


def test_the_place_of_a_press() -> None:
    pressed = {"channel": {"id": "C1"}, "message": {"ts": "2.2", "thread_ts": "1.1"}}

    place = place_of(pressed, "T1")
    assert place is not None
    assert (place.channel_id, place.thread_ts) == ("C1", "1.1")
    assert place_of({}, "T1") is None


def test_kept_files_come_back_and_plain_ids_are_plain() -> None:
    file = SlackFile.model_validate({**FILE, "mimetype": ""})

    assert SlackFile.of("F1") == SlackFile(id="F1")
    back = SlackFile.of(file.kept())
    assert (back.id, back.name, back.needs_info) == ("F9", "n.png", False)
    assert json.loads(file.kept().partition(" ")[2])["mimetype"]


def test_files_without_a_link_keep_their_id_only() -> None:
    assert SlackFile(id="F1").kept() == "F1"
    assert SourceRef(file_id=SlackFile(id="F1").kept()).file_id == "F1"
