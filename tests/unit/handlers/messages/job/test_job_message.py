"""The message of a job in every state: skeleton, values, revision; valid for Slack whatever was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import SHEET, Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Quality, Size
from bot.ports import JobView
from handlers.messages.block_kit import Json
from handlers.messages.job.job_message import (
    file_message,
    file_shown,
    image,
    job_message,
    picture_message,
    share_begun,
    share_message,
)
from handlers.messages.job.shown_message import StatusMessage, plainest
from tests.unit.handlers.delivery_kit import (
    NASTY,
    NOW,
    PRICES,
    a_job,
    a_picture,
    a_request,
    a_submission,
    a_view,
    every_view,
)
from tests.unit.handlers.messages.block_checks import complaints, said

ROOT = replace(
    a_job(),
    place=Place("T1", "C1"),
    status_ts="1.1",
    request=a_request(prompt="a red fox in snow", quality=Quality.LOW, size=Size(1024, 1024)),
    estimate=Money(40_000),
)
IN_THREAD = replace(ROOT, place=Place("T1", "C1", "0.5"))
DONE = replace(ROOT, status=Status.SUCCEEDED, delivery=Delivery.DELIVERED, cost=Money(40_000))
LONG = "lorem ipsum dolor " * 500


def four(**changes: Any) -> JobView:
    """Four drafts that are there, with their sheet."""
    job = replace(DONE, request=replace(DONE.request, n=4), **changes)
    pictures = [a_picture(index, width=1024, height=1024) for index in range(4)]
    return a_view(job, *pictures, submissions=[a_submission(0, n=4)], previews=[sheet()])


def sheet(number: int = SHEET, **changes: Any) -> Preview:
    made = Preview("k3f9q2ab", number, PictureState.SHARED, "0" * 64, 10, 1600, 1600, file_id=f"FP{number}")
    return replace(made, **changes)


def one(**changes: Any) -> JobView:
    job = replace(DONE, **changes)
    return a_view(job, a_picture(width=1024, height=1024), submissions=[a_submission(0)])


def shown(view: JobView, **more: Any) -> StatusMessage:
    return job_message(view, PRICES, asker="Alice", **more)


def skeleton(message: StatusMessage) -> list[str]:
    return [block["type"] for block in message.blocks]


def rows(message: StatusMessage) -> list[list[Json]]:
    return [block["elements"] for block in message.blocks if block["type"] == "actions"]


def actions(message: StatusMessage) -> list[list[str]]:
    return [[element["action_id"] for element in row] for row in rows(message)]


def small(message: StatusMessage) -> str:
    (line,) = [block for block in message.blocks if block["type"] == "context"]
    return str(line["elements"][0]["text"])


@pytest.mark.parametrize("prompt", ["a fox", NASTY, "", "\n\n", LONG, "`", "👩‍👩‍👧" * 400])
def test_every_message_is_valid_short_and_calls_only_the_asker(prompt: str) -> None:
    views = every_view(prompt)
    wrong = {}
    for name, view in views.items():
        every = {
            "whole": shown(view),
            "plain": plainest(shown(view)),
            "file": file_message(view, PRICES, asker=prompt[:20]),
            "again": picture_message(view, 1, PRICES, asker="Alice"),
            "share": share_begun(view, 1, asker="Alice", said=prompt[:300]),
            "shared": share_message(view, 1, PRICES, asker="Alice", said=prompt[:300], file_id="F1"),
        }
        for kind, message in every.items():
            found = complaints(message.text, message.blocks)
            found += ["its text is long"] if len(message.text) > 400 else []
            if found:
                wrong[(name, kind)] = found

    assert wrong == {}


def test_names_are_texts_where_nobody_may_be_called() -> None:
    for view in (a_view(ROOT), four(), one()):
        assert "U0ALICE" not in shown(view).text


def test_raw_words_of_others_are_never_shown() -> None:
    ends: tuple[dict[str, Any], ...] = (
        {"status": Status.FAILED},
        {"status": Status.SUCCEEDED, "delivery": Delivery.UNDELIVERABLE},
        {"status": Status.UNKNOWN},
    )
    leaks = []
    for problem in Problem:
        failure = Failure(problem, "upstream: SECRET vendor words")
        for changes in ends:
            message = shown(a_view(replace(ROOT, failure=failure, **changes)))
            if "SECRET" in message.text + said(message.blocks):
                leaks.append((problem, changes))

    assert leaks == []


def test_the_first_post_leaves_the_name_out_and_the_first_edit_adds_it() -> None:
    first, edited = shown(a_view(replace(ROOT, status_ts=None))), shown(a_view(ROOT))

    assert "U0ALICE" not in str(first.blocks)
    assert str(edited.blocks).count("U0ALICE") == 1
    assert edited.blocks[0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U0ALICE"}


def test_a_queued_job_has_its_words_its_place_and_a_free_cancel() -> None:
    message = shown(a_view(ROOT, ahead=2, expected_seconds=60.0))

    assert skeleton(message) == ["rich_text", "context", "actions"]
    assert small(message) == "3rd in line · about 1 min · $0.04"
    [[cancel]] = rows(message)
    assert (cancel["action_id"], cancel["value"]) == ("pic_cancel", "k3f9q2ab.0")
    assert "confirm" not in cancel
    assert message.text == "Drawing for @Alice: “a red fox in snow”"


@pytest.mark.parametrize("status", [Status.SUBMITTING, Status.RUNNING])
def test_while_it_is_drawn_cancelling_is_thought_over(status: Status) -> None:
    job = replace(ROOT, status=status, started_at=NOW, request=replace(ROOT.request, n=4))
    message = shown(a_view(job, expected_seconds=20.0))

    assert small(message) == "Drawing 4 drafts · about 20 s · $0.04"
    [[cancel]] = rows(message)
    assert cancel["action_id"] == "pic_withdraw"
    assert "cannot take an order back: $0.04 may still be charged" in cancel["confirm"]["text"]["text"]


def test_while_pictures_are_posted_there_is_nothing_to_press() -> None:
    view = four(delivery=Delivery.DELIVERING)
    coming = replace(view, pictures=[replace(p, state=PictureState.UPLOADED) for p in view.pictures])

    message = shown(coming)

    assert skeleton(message) == ["rich_text", "context"]
    assert small(message) == "Ready, posting…"


def test_one_picture_has_its_row() -> None:
    message = shown(one())

    assert skeleton(message) == ["image", "rich_text", "context", "actions"]
    assert message.blocks[0]["slack_file"] == {"id": "F0"}
    assert message.blocks[0]["alt_text"] == "A red fox in snow. Drawn by AI from these words."
    assert small(message) == "Draft · 1024×1024 · $0.04"
    [row] = rows(message)
    assert [element["action_id"] for element in row] == [
        "pic_vary", "pic_edit", "pic_finish", "pic_again", "pic_more",
    ]  # fmt: skip
    assert {element["value"] for element in row[:4]} == {"k3f9q2ab.1"}
    assert [option["value"] for option in row[4]["options"]] == [
        f"{what}.k3f9q2ab.1" for what in ("sizes", "details", "alt", "share", "delete")
    ]
    assert message.text == "1 draft for @Alice: “a red fox in snow” · 1024×1024 · $0.04"


def test_several_pictures_have_a_sheet_and_three_rows() -> None:
    message = shown(four())

    assert skeleton(message) == ["image", "rich_text", "context", "actions", "actions", "actions"]
    assert message.blocks[0]["slack_file"] == {"id": "FP0"}
    assert message.blocks[0]["alt_text"] == "Four numbered drafts of: a red fox in snow. Drawn by AI."
    assert small(message) == "4 drafts · 1024×1024 · $0.04 · Vary: four new takes on one, $0.08"
    assert actions(message) == [
        ["use_1", "use_2", "use_3", "use_4"],
        ["vary_1", "vary_2", "vary_3", "vary_4"],
        ["pic_again", "pic_edit", "pic_more"],
    ]
    assert [element["value"] for element in rows(message)[0]] == [f"k3f9q2ab.{n}" for n in range(1, 5)]
    assert rows(message)[2][0]["value"] == "k3f9q2ab.0"
    assert message.text == "4 drafts for @Alice: “a red fox in snow” · 1024×1024 · $0.04"


def test_a_missing_picture_has_no_buttons_and_the_others_keep_their_numbers() -> None:
    view = four(cost=Money(30_000))
    moderated = Failure(Problem.MODERATED)
    submissions = [a_submission(index) for index in range(4)]
    submissions[1] = replace(submissions[1], state=SubmissionState.FAILED, failure=moderated)
    pictures = [a_picture(index * 16, submission_id=f"s{index}") for index in (0, 2, 3)]

    message = shown(replace(view, pictures=pictures, submissions=submissions))

    assert small(message).startswith("3 of 4 drafts · $0.03 · one was refused, not charged")
    assert actions(message)[0] == ["use_1", "use_3", "use_4"]
    assert actions(message)[1] == ["vary_1", "vary_3", "vary_4"]
    assert "Vary: four new takes on one, $0.08" in small(message), "a row that costs says its price"
    assert message.text.startswith("3 drafts for @Alice")


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
@pytest.mark.parametrize("job", [ROOT, IN_THREAD])
def test_what_ended_in_vain_says_only_that(status: Status, job: Any) -> None:
    failure = Failure(Problem.MODERATED if status is Status.FAILED else Problem.CANCELLED)
    message = shown(a_view(replace(job, status=status, failure=failure, cost=Money(0))))

    assert skeleton(message) == ["context"]
    assert small(message) == "@Alice's picture did not work out."
    assert "fox" not in message.text


def test_without_a_name_it_says_so_too() -> None:
    assert small(job_message(a_view(replace(ROOT, status=Status.FAILED)), PRICES)) == (
        "This picture did not work out."
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"status": Status.UNKNOWN}, "No answer from the image service · $0.04 kept aside for up to a day"),
        (
            {"status": Status.FAILED, "failure": Failure(Problem.OUTCOME_UNKNOWN), "cost": Money(40_000)},
            "No answer from the image service · $0.04",
        ),
        (
            {"status": Status.TIMED_OUT},
            "Still waiting for the image service · I'll post it when it comes",
        ),
    ],
)
def test_where_nobody_knows_it_can_be_ordered_again_after_a_second_thought(
    changes: dict[str, Any], line: str
) -> None:
    message = shown(a_view(replace(ROOT, **changes)))

    assert small(message) == line
    [[again]] = rows(message)
    assert (again["action_id"], again["value"]) == ("run_again", "k3f9q2ab")
    assert again["text"]["text"] == "Order again · $0.04"
    assert "charged too: up to $0.08 in all" in again["confirm"]["text"]["text"]
    assert line in message.text


def test_pictures_beside_an_open_order_are_shown_with_both_rows() -> None:
    view = four(status=Status.UNKNOWN, cost=None)
    there = replace(view, pictures=view.pictures[:3], submissions=[
        a_submission(0, n=3), a_submission(1, state=SubmissionState.UNKNOWN,
                                           failure=Failure(Problem.OUTCOME_UNKNOWN)),
    ])  # fmt: skip

    message = shown(there)

    assert [row[0] for row in actions(message)] == ["use_1", "vary_1", "pic_again", "run_again"]
    assert "Order again · $0.01" in str(message.blocks), "only the one without an answer is ordered"


def test_what_was_not_taken_says_so_and_has_no_buttons() -> None:
    view = one(delivery=Delivery.UNDELIVERABLE)
    kept = replace(view, pictures=[a_picture(state=PictureState.FETCHED)])

    message = shown(kept)

    assert skeleton(message) == ["rich_text", "context"]
    assert small(message) == "Ready, but Slack did not take it"


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED, Status.UNKNOWN])
def test_a_stuck_job_says_so_everywhere_and_has_no_buttons(status: Status) -> None:
    message = shown(a_view(replace(ROOT, status=status), stuck=True))

    assert small(message) == "Stopped for the moment · $0.04 kept aside · the operators know"
    assert message.text == f"{small(message)}: “a red fox in snow”"
    assert rows(message) == []


@pytest.mark.parametrize("job", [DONE, replace(DONE, place=Place("T1", "C1", "1.1"))])
def test_the_picture_stands_in_a_root(job: Any) -> None:
    assert skeleton(shown(a_view(job, a_picture(), submissions=[a_submission()])))[0] == "image"


def test_in_a_thread_the_picture_is_in_the_file_message_alone() -> None:
    view = one(place=IN_THREAD.place)

    assert skeleton(shown(view)) == ["rich_text", "context", "actions"]


def test_a_file_message_is_written_before_its_files_are_there() -> None:
    uploaded = replace(
        one(place=IN_THREAD.place, delivery=Delivery.DELIVERING),
        pictures=[a_picture(state=PictureState.UPLOADED, width=1024, height=1024)],
    )

    message = file_message(uploaded, PRICES, asker="Alice")

    assert skeleton(message) == ["rich_text", "context", "actions"]
    assert small(message) == "Draft · 1024×1024 · $0.04"
    assert actions(message) == [["pic_vary", "pic_edit", "pic_finish", "pic_again", "pic_more"]]
    assert str(message.blocks).count("U0ALICE") == 1


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "F0"),
        ({"format": "JPEG"}, "F0"),
        ({"format": "webp"}, None),
        ({"format": None}, None),
        ({"size_bytes": 11 * 1024 * 1024}, None),
        ({"state": PictureState.UPLOADED}, None),
        ({"file_id": None}, None),
    ],
    ids=["png", "jpeg", "webp", "unknown", "too large", "not shared", "no file"],
)
def test_only_what_slack_can_show_stands_in_a_block(changes: dict[str, Any], wanted: str | None) -> None:
    view = replace(one(), pictures=[a_picture(**changes)])

    assert file_shown(view, 1) == wanted
    found = image(view)
    assert (found["slack_file"]["id"] if found else None) == wanted


def test_a_preview_stands_for_what_slack_cannot_show() -> None:
    view = replace(one(), pictures=[a_picture(format="webp")], previews=[sheet(1)])

    assert file_shown(view, 1) == "FP1"
    assert file_shown(replace(view, previews=[sheet(1, state=PictureState.UPLOADED)]), 1) is None


def test_without_a_sheet_the_first_picture_stands_for_all() -> None:
    view = replace(four(), previews=[])

    assert file_shown(view, SHEET) == "F0"
    assert shown(view).blocks[0]["slack_file"] == {"id": "F0"}


def test_hidden_files_are_left_out_alone() -> None:
    assert skeleton(shown(four(), hidden={"FP0"})) == ["rich_text", "context", *["actions"] * 3]
    assert skeleton(shown(four(), hidden={"F0"}))[0] == "image"


def test_one_of_several_is_shown_alone_with_its_own_buttons() -> None:
    message = picture_message(four(), 3, PRICES, asker="Alice")

    assert skeleton(message) == ["image", "rich_text", "context", "actions"]
    assert message.blocks[0]["slack_file"] == {"id": "F2"}
    assert small(message) == "Draft · 1024×1024 · $0.01 · picture 3 of 4"
    assert rows(message)[0][0]["value"] == "k3f9q2ab.3"
    assert message.text.startswith("Picture 3 for @Alice: “a red fox in snow”")


def test_who_shares_a_picture_may_say_a_line() -> None:
    line = "Look at <@U1> this!"
    begun = share_begun(one(), 1, asker="Alice", said=line)
    message = share_message(one(), 1, PRICES, asker="Alice", said=line, file_id="FCOPY")
    bare = share_message(one(), 1, PRICES, asker="Alice", said="", file_id=None)

    assert skeleton(begun) == ["rich_text", "rich_text", "context"]
    assert "user" not in str(begun.blocks[1]), "a post calls people, an edit calls nobody"
    assert skeleton(message) == ["rich_text", "image", "rich_text", "context", "actions"]
    assert message.blocks[1]["slack_file"] == {"id": "FCOPY"}
    assert "Look at" in said(message.blocks[:1])
    assert skeleton(bare) == ["rich_text", "context", "actions"]
    for each in (begun, message, bare):
        assert complaints(each.text, each.blocks) == []


def changed() -> dict[str, JobView]:
    """The same four pictures, each time with something else that is shown."""
    view = four()
    described = [replace(view.pictures[0], alt_text="A fox that sleeps"), *view.pictures[1:]]
    deleted = [replace(view.pictures[0], state=PictureState.LOST, file_id=None), *view.pictures[1:]]
    job = view.job
    return {
        "as it is": view,
        "described": replace(view, pictures=described),
        "deleted": replace(view, pictures=deleted),
        "priced": replace(view, job=replace(job, cost=Money(50_000))),
        "other words": replace(view, job=replace(job, request=replace(job.request, prompt="a cat"))),
        "other sheet": replace(view, previews=[sheet(file_id="FNEW")]),
        "other person": replace(view, job=replace(job, user_id="U0BOB")),
    }


def test_whatever_changes_gives_blocks_a_new_revision_and_nothing_else_does() -> None:
    def revisions(view: JobView) -> set[str]:
        blocks = shown(view).blocks
        return {block["block_id"].rpartition(".")[2] for block in blocks if "block_id" in block}

    every = {name: revisions(view) for name, view in changed().items()}

    assert all(len(found) == 1 and next(iter(found)).startswith("r") for found in every.values())
    assert len(set().union(*every.values())) == len(every)
    assert every == {name: revisions(view) for name, view in changed().items()}, "the same each time"
    prints = {shown(view).fingerprint for view in changed().values()}
    assert len(prints) == len(every)


def test_block_ids_name_what_they_are_about() -> None:
    ids = [block["block_id"].rpartition(".")[0] for block in shown(four()).blocks if "block_id" in block]

    assert ids == ["img.k3f9q2ab.0", "use.k3f9q2ab", "vary.k3f9q2ab", "all.k3f9q2ab"]


def test_time_that_passes_changes_the_message_in_steps_only() -> None:
    job = replace(ROOT, status=Status.RUNNING, started_at=NOW)
    prints = [
        shown(a_view(job, now=NOW + timedelta(seconds=s), expected_seconds=20.0)).fingerprint
        for s in range(300)
    ]

    assert len(set(prints[:41])) == 1
    assert len(set(prints)) <= 1 + 2 + (300 - 60) // 30
