"""The form: what it shows, what it hides in its metadata, and the prices in it."""

from __future__ import annotations

import pytest
from slack_sdk.models.views import View

from bot.domain.money import Money
from bot.domain.requests.request import Quality, Size
from bot.domain.requests.sizes import broken_rule
from handlers.views.form_answers import moment_view
from handlers.views.form_prefill import prefilled
from handlers.views.form_state import Start, size_behind
from handlers.views.request_form import DISPATCHING, FORM, without_pictures
from sandbox.slack.block_kit import BlockCheck
from tests.unit.handlers.views.form_view_kit import (
    STARTS,
    element,
    fields,
    of_job,
    opened,
    pictures,
    sent,
    sheet,
)

EDITS = {"files", "no files", "one", "third", "sheet", "no sheet"}


@pytest.mark.parametrize("name", STARTS)
def test_slack_takes_it_and_the_metadata_comes_back(name: str) -> None:
    view = opened(name)

    View(**view).validate_json()
    assert (
        BlockCheck(surface="modal", find_file=lambda _: None).blocks(without_pictures(view)["blocks"]) == []
    )
    assert view["callback_id"] == FORM
    known = Start.unpacked(view["private_metadata"])
    assert Start.unpacked(known.packed()) == known
    assert all(len(view[key]["text"]) <= 24 for key in ("title", "submit", "close"))
    ids = fields(view)
    assert len(ids) == len(set(ids)) <= 15
    told = {block["block_id"] for block in view["blocks"] if block.get("dispatch_action")}
    assert told == set(DISPATCHING) & set(ids)


@pytest.mark.parametrize("name", STARTS)
def test_no_words_are_in_the_metadata(name: str) -> None:
    metadata = opened(name)["private_metadata"]

    assert "fox" not in metadata
    assert "bluer" not in metadata
    assert len(metadata) < 200


def test_the_longest_metadata_fits() -> None:
    longest = Start(
        "C" * 12, "1" * 20, tuple("F" * 14 for _ in range(9)), "j" * 20, 10, True, True, 10, True,
        "d" * 30, 16, True, "F" * 14, Size(3840, 2160), Money(10**12), Money(10**12), 10,
    )  # fmt: skip

    assert len(longest.packed()) < 1000


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{"])
def test_metadata_of_others_is_no_form(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError
        Start.unpacked(text)


def test_metadata_of_an_older_version_is_read() -> None:
    files = Start.unpacked('{"c":"C1","t":"1.1","f":["F1","F2"],"e":true}')
    job = Start.unpacked('{"j":"k3f9","n":3,"e":true,"a":true}')

    assert (files.sources, files.shown, job.sources, job.count) == (2, None, 1, 3)
    assert Start.unpacked('{"c":"C1"}').sources == 0


def test_fields_depend_on_where_it_starts() -> None:
    having = {block: {name for name in STARTS if block in fields(opened(name))} for block in
              ("where", "which", "mode", "change", "keep", "prompt")}  # fmt: skip

    assert having["where"] == set(STARTS) - {"direct"}
    assert having["which"] == {"sheet", "no sheet"}
    assert having["mode"] == EDITS - {"files", "no files"}
    assert having["change"] == having["keep"] == EDITS
    assert having["prompt"] == set(STARTS) - EDITS
    assert {name for name in STARTS if not element(opened(name), "pictures")["optional"]} == {"no files"}  # type: ignore[index]


def test_what_it_is_about_is_shown() -> None:
    third, all_of_them = opened("third"), opened("sheet")

    src = element(third, "src")
    assert src is not None
    assert src["text"]["text"] == "Picture 3 of 4 · a red fox"
    assert src["accessory"]["slack_file"] == {"id": "F3"}
    assert "accessory" not in (element(all_of_them, "src") or {})
    image = element(all_of_them, "sheet")
    assert image is not None
    assert image["slack_file"] == {"id": "FP0"}
    assert element(opened("no sheet"), "sheet") is None


def test_a_picture_that_slack_does_not_show_is_shown_by_its_preview() -> None:
    start = Start(job_id="J1", which=2, is_edit=True)
    webp = pictures(4, form="webp")

    with_one = prefilled(start, of_job(2, pictures=webp, previews=(sheet(), sheet(2))))
    without = prefilled(start, of_job(2, pictures=webp))

    assert (with_one.start.picture, without.start.picture) == ("FP2", None)


def test_it_begins_with_the_sources_quality_and_the_last_change() -> None:
    third = opened("third")

    begins = {block: sent("third", third)["state"]["values"][block]["value"] for block in fields(third)}
    assert begins["quality"]["selected_option"]["value"] == "low"
    assert begins["size"]["selected_option"]["text"]["text"] == "Same · 1024×1024 (1:1)"
    assert (begins["change"]["value"], begins["keep"]["value"]) == ("bluer", "the moon")
    assert begins["number"]["selected_option"]["value"] == "1", "four was the number of its drafts"


def test_it_begins_with_the_last_choices() -> None:
    values = sent("last time")["state"]["values"]

    chosen = [values[b]["value"]["selected_option"]["value"] for b in ("quality", "number", "format", "size")]
    assert chosen == ["high", "2", "webp", "other"]
    assert values["custom"]["value"]["value"] == "1008x1008"


def test_each_quality_has_its_price_and_the_button_the_sum() -> None:
    view = opened("third", quality=Quality.HIGH, number=2, size="4k", files=1)

    names = [o["text"]["text"] for o in element(view, "quality")["element"]["options"]]  # type: ignore[index]
    assert names == ["Draft · $0.08", "Medium · $0.32", "Final · $1.18"]
    assert view["submit"]["text"] == "Draw · $1.18"
    said = element(view, "sum")
    assert said is not None
    assert said["elements"][0]["text"] == "2 finals · $1.18 · you have $4.10 left"
    assert Start.unpacked(view["private_metadata"]).shown == Money(1_180_000)


def test_every_size_on_offer_is_one_that_the_model_takes() -> None:
    tall = Size(864, 1536)
    for same in (None, Size(1024, 1024), tall):
        options = element(opened("third"), "size")["element"]["options"]  # type: ignore[index]
        values = [option["value"] for option in options]
        assert (values[0], values[-1]) == ("same", "other")
        sizes = [size_behind(value, same) for value in values[1:-1]]
        assert all(size is not None and broken_rule(size) is None for size in sizes)
    large = size_behind("4k", tall)
    assert large is not None
    assert large.height > large.width, "of the same shape"


def test_without_its_pictures_it_stays_so() -> None:
    plain = without_pictures(opened("third"))

    assert "slack_file" not in str(plain)
    assert Start.unpacked(plain["private_metadata"]).picture is None
    assert without_pictures(moment_view()) == moment_view()


def test_a_size_to_type_has_a_field_only_when_it_is_wanted() -> None:
    assert "custom" not in fields(opened("third"))
    assert "custom" in fields(opened("third", size="other"))


def test_a_moment_is_a_view_that_slack_takes() -> None:
    View(**moment_view()).validate_json()
