"""The pictures to look through: what Slack takes, what a row says, what is kept from page to page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.jobs.job import Delivery, Picture, PictureState, Status
from bot.domain.jobs.shown import SHEET, Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.request import Kind, Quality, Size
from bot.ports import JobView
from bot.services.requests.library import PAGE, Page, Search
from handlers.views.library import draw_row, draw_row_of, library_view, packed, search_at, unpacked
from handlers.views.request_form import without_pictures
from sandbox.slack.markup import pings_in_blocks
from tests.unit.handlers.delivery_kit import NASTY, NOW, a_job, a_picture, a_request, a_view
from tests.unit.handlers.messages.block_checks import check_blocks

HERE = Place("T1", "C1", is_private=False)
DIRECT = Place("T1", "D1", is_private=True)


def seen(*pictures: Picture, ident: str = "k3f9q2ab", previews: Any = (), **asked: Any) -> JobView:
    """A delivered job, two days old."""
    request = (
        a_request(size=Size(1024, 1024), prompt="a red fox in snow") if not asked else a_request(**asked)
    )
    job = a_job(
        id=ident,
        request=request,
        status=Status.SUCCEEDED,
        delivery=Delivery.DELIVERED,
        cost=Money(230_000),
        created_at=NOW - timedelta(days=2, hours=3),
    )
    return a_view(job, *(pictures or (a_picture(width=1024),)), previews=list(previews))


def shown(*views: JobView, place: Place = HERE, words: str = "", **more: Any) -> dict[str, Any]:
    """The view, which Slack and its SDK take."""
    page = Page(views, more.pop("number", 0), has_older=more.pop("has_older", False))
    links = more.pop("links", {view.job.id: f"https://x.slack.com/p{at}" for at, view in enumerate(views)})
    made = library_view(place, search_at(place, "U1", words), page, links, **more)
    View(**made).validate_json()
    assert check_blocks(made["blocks"], surface="modal") == []
    ids = [block["block_id"] for block in made["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))
    return made


def texts(view: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]


def labels(view: dict[str, Any]) -> list[str]:
    return [one["text"]["text"] for one in buttons(view)]


def a_pending() -> PendingRequest:
    ask = Ask("key", HERE, "U1", a_request(prompt="history fox"))
    return PendingRequest(
        "d1", PendingKind.CONFIRM, PendingState.PENDING, ask, Money(40_000), "v1", NOW,
        NOW + timedelta(hours=1),
    )  # fmt: skip


def test_a_row_says_what_it_is_and_shows_it() -> None:
    view = shown(seen(a_picture(width=1024, height=1024)))

    assert texts(view) == ["a red fox in snow\n1024×1024 · final · $0.23 · 2 days ago"]
    (row,) = [block for block in view["blocks"] if block["type"] == "section"]
    assert row["accessory"] == {
        "type": "image",
        "slack_file": {"id": "F0"},
        "alt_text": "A red fox in snow. Drawn by AI from these words.",
    }
    jump, reuse = buttons(view)
    assert (jump["text"]["text"], jump["url"]) == ("Jump", "https://x.slack.com/p0")
    assert (reuse["text"]["text"], reuse["action_id"], reuse["value"]) == (
        "Use the words…", "lib_reuse", "k3f9q2ab",
    )  # fmt: skip


def test_several_pictures_are_one_row_with_their_sheet() -> None:
    sheet = Preview("k3f9q2ab", SHEET, PictureState.SHARED, "ab", 9, 800, 800, file_id="FSHEET")
    pictures = [a_picture(index, width=864, height=1536) for index in range(2)]
    view = shown(seen(*pictures, previews=[sheet], n=3, quality=Quality.LOW, size=None))

    assert texts(view) == ["a lighthouse at dusk\n864×1536 · 2 drafts · $0.23 · 2 days ago"]
    (row,) = [block for block in view["blocks"] if block["type"] == "section"]
    assert row["accessory"]["slack_file"] == {"id": "FSHEET"}
    assert row["accessory"]["alt_text"].startswith("Three numbered drafts of")


def test_what_slack_cannot_show_is_shown_by_its_preview_or_not_at_all() -> None:
    webp = a_picture(format="webp", file_id="FWEBP")
    preview = Preview("k3f9q2ab", 1, PictureState.SHARED, "ab", 9, 800, 800, file_id="FPREVIEW")

    view = shown(seen(webp, previews=[preview]))
    assert view["blocks"][1]["accessory"]["slack_file"] == {"id": "FPREVIEW"}
    assert "accessory" not in str(shown(seen(webp)))
    assert "https://pictures.example" not in str(view), "never the provider's link"


def test_no_id_is_shown_and_without_a_link_there_is_no_jump() -> None:
    view = shown(seen(), links={})

    assert labels(view) == ["Use the words…"]
    assert "k3f9" not in "".join([*texts(view), *labels(view), view["title"]["text"]])


def test_the_words_of_a_change_go_to_the_form_of_its_job() -> None:
    changed = seen(kind=Kind.EDIT, sources=1)
    _, reuse = buttons(shown(changed))
    assert (reuse["action_id"], reuse["value"]) == ("pic_words", "k3f9q2ab")


def test_ten_rows_fit_and_whoever_turns_keeps_the_draw_button() -> None:
    rows = [seen(ident=f"job{index}") for index in range(PAGE)]
    first = shown(*rows, words="fox", has_older=True, draw=[draw_row(a_pending())])
    assert [label for label in labels(first) if label not in {"Jump", "Use the words…"}] == [
        "Older", "Draw “history fox” · $0.04",
    ]  # fmt: skip
    middle = shown(*rows, words="fox", has_older=True, number=1, draw=draw_row_of(first))
    assert labels(middle)[-3:] == ["Newer", "Older", "Draw “history fox” · $0.04"]
    newer, older = (next(b for b in buttons(middle) if b["text"]["text"] == t) for t in ("Newer", "Older"))
    assert (newer["value"], older["value"]) == ("0", "2")
    assert labels(shown(*rows, number=2))[-1] == "Newer"
    assert labels(shown(*rows))[-1] == "Use the words…"
    assert draw_row_of(shown(*rows)) == []


@pytest.mark.parametrize(
    ("place", "words", "lead"),
    [
        (HERE, "", ["Yours, and what was made in this channel"]),
        (HERE, "Fox", ["With “Fox” · yours, and what was made in this channel"]),
        (DIRECT, "fox", ["With “fox”"]),
        (DIRECT, "", []),
    ],
)
def test_whose_pictures_they_are_is_said_first(place: Place, words: str, lead: list[str]) -> None:
    blocks = shown(seen(), place=place, words=words)["blocks"]

    assert [e["text"] for block in blocks if block["type"] == "context" for e in block["elements"]] == lead


def test_nothing_found_offers_to_draw_in_one_row() -> None:
    view = shown(words="fox", draw=[draw_row(a_pending())])

    assert texts(view) == ["No pictures with “fox” yet."]
    assert labels(view) == ["Draw something…", "Draw “history fox” · $0.04"]
    assert texts(shown()) == ["No pictures yet."]


@pytest.mark.parametrize(
    ("place", "channel"),
    [(HERE, "C1"), (DIRECT, None), (Place("T1", "U1"), None), (Place("T1", "G1", is_private=True), "G1")],
    ids=["channel", "direct", "home", "private channel"],
)
def test_only_in_a_channel_others_pictures_are_looked_through(place: Place, channel: str | None) -> None:
    assert search_at(place, "U1", "fox") == Search("T1", "U1", channel, "fox")


def test_where_it_was_opened_and_the_words_come_back() -> None:
    for place in (HERE, DIRECT, Place("T1", "U1")):
        view = {"private_metadata": packed(place, "“red” fox")}
        found, words = unpacked(view, "T1")
        assert (found, found.is_private, words) == (place, place.is_private, "“red” fox")
    assert len(packed(HERE, "🦊" * 9000)) <= 3000
    with pytest.raises(ValueError, match="Expecting value"):
        unpacked({}, "T1")


def test_hostile_words_ping_nobody() -> None:
    view = shown(seen(prompt=NASTY), words=NASTY[:60], draw=[])

    assert pings_in_blocks(view["blocks"], groups={"makers": "S1"}) == []


def test_the_same_without_pictures_keeps_all_else() -> None:
    view = shown(seen(), words="fox")
    bare = without_pictures(view)

    assert "slack_file" not in str(bare)
    assert (texts(bare), labels(bare)) == (texts(view), labels(view))
    assert bare["private_metadata"] == view["private_metadata"]


def test_an_old_picture_without_a_size_says_what_was_asked_for() -> None:
    unknown = replace(a_picture(), width=None, height=None)

    assert texts(shown(seen(unknown)))[0].endswith("\n1024×1024 · final · $0.23 · 2 days ago")
