"""The form: what it shows, what it hides in its metadata, and what is read out of it."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from slack_sdk.models.views import View

from bot.domain.problem import Problem
from bot.domain.requests.budget_refusals import NoPrice
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Kind, Quality, Size
from bot.domain.requests.sizes import DEFAULT_SIZE, broken_rule, parse_size
from bot.domain.requests.source import SourceRef, SourceRole
from bot.errors import StoreUnavailable
from handlers.incoming.form_input import field_of, read_form
from handlers.incoming.interactions import place_of, start_of_button, start_of_message
from handlers.incoming.slack_file import SlackFile
from handlers.views.request_form import FORM, Start, form_view

EDIT = Start("C1", "1.1", ("F1",), is_edit=True)
RESULT = Start(job_id="k3f9q2abcd", count=3, is_edit=True, is_thread=True)
STARTS = {"new": Start("C1"), "global": Start(), "edit": EDIT, "bare edit": Start("C1", "1.1", is_edit=True), "result": RESULT}  # fmt: skip  # noqa: E501
FILE = {"id": "F9", "name": "n.png", "mimetype": "image/png", "mode": "hosted", "url_private": "https://f/1"}
PDF = {**FILE, "name": "a.pdf", "mimetype": "application/pdf"}


def sent(start: Start, prompt: str = "a fox", **values: Any) -> dict[str, Any]:
    state = {"prompt": {"value": {"type": "plain_text_input", "value": prompt}}}
    for block, value in values.items():
        kind = "files" if block in {"pictures", "mask"} else "selected_option"
        state[block] = {"value": {kind: value if kind == "files" else {"value": value}}}
    return {"id": "V1", "private_metadata": start.packed(), "state": {"values": state}}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_slack_takes_it_and_the_metadata_comes_back(start: Start) -> None:
    view = form_view(start)

    View(**view).validate_json()
    assert view["callback_id"] == FORM
    assert Start.unpacked(view["private_metadata"]) == start
    assert all(len(view[key]["text"]) <= 24 for key in ("title", "submit", "close"))
    ids = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert len(ids) == len(set(ids))


def test_the_longest_metadata_fits() -> None:
    longest = Start("C" * 12, "1" * 20, tuple("F" * 14 for _ in range(10)), "j" * 20, 10, True, True)

    assert len(longest.packed()) < 1000


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{"])
def test_metadata_of_others_is_no_form(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError
        Start.unpacked(text)


def element(start: Start, block_id: str) -> dict[str, Any] | None:
    found = [b for b in form_view(start)["blocks"] if b.get("block_id") == block_id]
    return cast("dict[str, Any]", found[0]) if found else None


def test_fields_depend_on_where_it_starts() -> None:
    assert {name for name, start in STARTS.items() if element(start, "where")} == {"global"}
    assert {name for name, start in STARTS.items() if element(start, "which")} == {"result"}
    optional = {name: element(start, "pictures")["optional"] for name, start in STARTS.items()}  # type: ignore[index]
    assert optional == {"new": True, "global": True, "edit": True, "bare edit": False, "result": True}


def test_every_size_on_offer_is_one_that_the_model_takes() -> None:
    options = element(EDIT, "size")["element"]["options"]  # type: ignore[index]

    values = [option["value"] for option in options]
    assert values[0] == "auto"
    assert all(broken_rule(parse_size(value)) is None for value in values[1:])


def test_the_fields_become_a_request() -> None:
    filled = read_form(sent(Start("C1"), size="landscape_3_2", quality="high", number="3", format="webp"))

    request = filled.request
    assert (request.kind, request.prompt, request.size) == (Kind.GENERATE, "a fox", Size(1536, 1024))
    assert (request.quality, request.n, request.format) == (Quality.HIGH, 3, Format.WEBP)
    assert (filled.view_id, filled.channel_id, filled.added) == ("V1", "C1", ())


def test_auto_keeps_an_edits_shape_and_gives_a_new_picture_the_default() -> None:
    assert read_form(sent(EDIT, size="auto")).request.size is None
    assert read_form(sent(EDIT, size="portrait_2_3")).request.size == Size(1024, 1536)
    assert read_form(sent(Start("C1"))).request.size == DEFAULT_SIZE


def test_flags_among_the_words_win() -> None:
    request = read_form(
        sent(EDIT, "a fox --q low --n 2 --ar 1:1", quality="high", number="4", size="landscape_3_2")
    ).request

    assert (request.prompt, request.quality, request.n) == ("a fox", Quality.LOW, 2)
    assert request.size == Size(1024, 1024)


def test_uploads_follow_and_the_mask_is_one() -> None:
    filled = read_form(sent(EDIT, pictures=[FILE], mask=[{**FILE, "id": "F8"}]))

    assert (filled.request.sources, filled.request.has_mask, filled.request.kind) == (2, True, Kind.EDIT)
    assert [ref.role for ref in filled.added] == [SourceRole.AUTO, SourceRole.MASK]
    kept = [SlackFile.of(str(ref.file_id)) for ref in filled.added]
    assert [(file.id, file.links, file.mimetype) for file in kept] == [
        ("F9", ("https://f/1",), "image/png"),
        ("F8", ("https://f/1",), "image/png"),
    ]


def test_a_picture_makes_a_new_one_an_edit() -> None:
    assert read_form(sent(Start("C1"), pictures=[FILE])).request.kind is Kind.EDIT


@pytest.mark.parametrize(
    ("start", "values", "problem", "field"),
    [
        (EDIT, {"prompt": "  "}, Problem.EMPTY_PROMPT, "prompt"),
        (EDIT, {"prompt": "help"}, Problem.EMPTY_PROMPT, "prompt"),
        (EDIT, {"prompt": "x --sizzle"}, Problem.UNKNOWN_FLAG, "prompt"),
        (EDIT, {"prompt": "x --size 1920x1080"}, Problem.BAD_SIZE, "prompt"),
        (Start("C1", is_edit=True), {}, Problem.NO_SOURCE, "pictures"),
        (Start("C1"), {"mask": [FILE]}, Problem.NO_SOURCE, "pictures"),
        (EDIT, {"pictures": [PDF]}, Problem.BAD_SOURCE, "pictures"),
        (EDIT, {"mask": [PDF]}, Problem.BAD_MASK, "mask"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_field(
    start: Start, values: dict[str, Any], problem: Problem, field: str
) -> None:
    with pytest.raises(AskRefused) as refused:
        read_form(sent(start, **values))

    assert refused.value.problem is problem
    assert field_of(refused.value, form_view(start)) == field


def test_other_errors_stand_at_the_words() -> None:
    assert field_of(StoreUnavailable("x"), form_view(Start())) == "prompt"
    assert field_of(AskRefused(NoPrice(None, Quality.LOW)), form_view(Start())) == "size"


@pytest.mark.parametrize(("which", "position"), [("1", 1), ("3", 3), ("9", 3), ("0", 1)])
def test_the_choice_stays_among_the_results(which: str, position: int) -> None:
    assert read_form(sent(RESULT, which=which)).which == position


def message(**more: Any) -> dict[str, Any]:
    return {"channel": {"id": "C1"}, "message_ts": "2.2", "message": {"ts": "2.2", "user": "U1", **more}}


def test_a_shortcut_starts_from_the_messages_pictures_in_its_thread() -> None:
    start = start_of_message(message(files=[FILE], thread_ts="1.1"), "UBOT")

    assert (start.channel_id, start.thread_ts, start.files) == ("C1", "1.1", ("F9",))
    assert start.is_thread
    alone = start_of_message(message(files=[FILE]), "UBOT")
    assert (alone.thread_ts, alone.is_thread) == ("2.2", False)


def test_our_own_status_message_shows_its_pictures_as_blocks() -> None:
    blocks = [{"type": "context"}, {"type": "image", "slack_file": {"id": "F7"}}, {"type": "image"}]

    assert start_of_message(message(user="UBOT", blocks=blocks), "UBOT").files == ("F7",)
    assert start_of_message(message(user="U2", blocks=blocks), "UBOT").files == ()


@pytest.mark.parametrize(
    ("block_id", "count"),
    [("results:3", 3), ("results:1", 1), ("results:99", 10), ("b1", 1), ("results:-1", 1)],
)
def test_a_button_names_the_job_and_its_block_the_number(block_id: str, count: int) -> None:
    start = start_of_button({"actions": [{"block_id": block_id, "value": "k3f9"}]})

    assert (start.job_id, start.count, start.is_edit) == ("k3f9", count, True)


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
