"""The one status message: true in every state, valid for Slack, harmless whatever was typed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.jobs.job import Delivery, PictureState, Status, SubmissionState
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format, Kind, Size
from bot.ports import JobView
from handlers.messages.status_message import StatusMessage, plainest, status_message
from handlers.messages.status_text import (
    arrival,
    duration,
    elapsed_step,
    price,
    roughly,
    short_id,
    size_text,
)
from handlers.messages.wording import BotNames
from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.markup import pings_of_message
from sandbox.slack.workspace import File
from tests.unit.handlers.delivery_kit import (
    NASTY,
    NOW,
    a_job,
    a_picture,
    a_request,
    a_submission,
    a_view,
    every_view,
)

VOICE = BotNames()
OPEN = replace(a_job(), place=Place("T1", "C1", "1.1"), status_ts="1.1")
LONG = "lorem ipsum dolor " * 500


def said(message: StatusMessage) -> str:
    """Everything that the blocks show, in one string."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.extend(str(node[key]) for key in ("text", "alt_text") if isinstance(node.get(key), str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(message.blocks)
    return " ".join(" ".join(found).split())


def check_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    ready = File("F", "n", "t", "U", 0, b"", 0, ready=True, mimetype="image/png", filetype="png")
    return BlockCheck(surface="message", find_file=lambda _: ready, needs_share=False).blocks(blocks)


@pytest.mark.parametrize("prompt", ["a fox", NASTY, "", "\n\n", LONG, "`", "👩‍👩‍👧" * 400])
def test_every_state_is_valid_short_and_pings_only_the_asker(prompt: str) -> None:
    wrong = {
        (name, kind): complaints
        for name, view in every_view(prompt).items()
        for kind, message in (("whole", status_message(view, VOICE)), ("plain", _plain(view)))
        if (complaints := _complaints(message))
    }

    assert wrong == {}


def _plain(view: JobView) -> StatusMessage:
    return plainest(status_message(view, VOICE))


def _complaints(message: StatusMessage) -> list[str]:
    """What Slack or a reader would object to."""
    found = check_blocks(message.blocks)
    if len(message.text) > 4000:
        found.append(f"its text has {len(message.text)} characters")
    if len(said(message)) >= 9000:
        found.append(f"it says {len(said(message))} characters")
    pings = pings_of_message(
        message.text, message.blocks, [], parse="client", link_names=True, groups={"makers": "S1"}
    )
    return found + [f"it pings {who}" for who in set(pings) - {"U0ALICE"}]


def test_raw_text_of_others_is_never_shown() -> None:
    ends: tuple[dict[str, Any], ...] = (
        {"status": Status.FAILED},
        {"status": Status.SUCCEEDED, "delivery": Delivery.UNDELIVERABLE},
        {"status": Status.UNKNOWN},
    )
    leaks = []
    for problem in Problem:
        failure = Failure(problem, "upstream: SECRET vendor words")
        for changes in ends:
            message = status_message(a_view(replace(OPEN, failure=failure, **changes)), VOICE)
            if "SECRET" in message.text + said(message):
                leaks.append((problem, changes))

    assert leaks == []


def test_a_queued_job_says_who_what_how_and_how_much() -> None:
    job = a_job(request=a_request(n=3), notes=("--q was given twice; using high",))

    shown = said(status_message(a_view(job, expected_seconds=118.0), VOICE))

    for wanted in (
        "Queued",
        "usually about 2 min",
        "a lighthouse at dusk",
        "1536×1024 (3:2) · high · 3 pictures · png · about $0.17",
        "Note: --q was given twice; using high",
        "#k3f9q2ab",
    ):
        assert wanted in shown


def test_the_asker_is_named_outright_once_and_not_called_by_the_post_itself() -> None:
    posted, updated = status_message(a_view(), VOICE), status_message(a_view(OPEN), VOICE)

    assert "U0ALICE" not in str(posted.blocks)
    assert str(updated.blocks).count("U0ALICE") == 1
    assert "U0ALICE" not in posted.text + updated.text


def test_the_pictures_call_whoever_typed_the_command_and_nobody_in_a_thread_of_their_own() -> None:
    two = a_view(OPEN, a_picture(0), a_picture(1))

    assert arrival(a_view(OPEN, a_picture())) == "<@U0ALICE>, your picture is ready: `#k3f9q2ab`"
    assert arrival(two) == "<@U0ALICE>, your 2 pictures are ready: `#k3f9q2ab`"
    assert arrival(replace(two, job=replace(OPEN, ask_ts="1.2"))) == "Here they are: `#k3f9q2ab`"
    by_form = a_view(replace(OPEN, parent_id="aa11"), a_picture())
    assert arrival(by_form) == "<@U0ALICE>, your picture is ready: `#k3f9q2ab`"


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(3, "usually"), (47, "40 s · usually"), (61, "1 min · usually"), (149, "2 min · usually about 2 min")],
)
def test_a_running_job_says_how_long_it_takes(seconds: float, wanted: str) -> None:
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW)
    view = a_view(job, now=NOW + timedelta(seconds=seconds), expected_seconds=120.0)

    assert f"Drawing… {wanted}"[:9] in said(status_message(view, VOICE))
    assert wanted in said(status_message(view, VOICE))


def test_a_job_twice_as_slow_as_usual_says_so() -> None:
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW)

    shown = said(status_message(a_view(job, now=NOW + timedelta(seconds=250), expected_seconds=120.0), VOICE))

    assert "4 min · longer than usual" in shown


def test_what_is_ordered_again_says_why_it_waits() -> None:
    waiting = a_submission(0, state=SubmissionState.PLANNED, reorders=1)
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW - timedelta(seconds=40))

    text = said(status_message(a_view(job, submissions=[waiting]), VOICE))
    assert text.startswith("Trying again")
    assert "could not fetch the picture to edit. Nothing was charged. I try again by myself" in text
    assert "Drawing" not in text

    sent = replace(waiting, id="s1", state=SubmissionState.RUNNING)
    for beside in ([sent], [waiting, sent]):
        assert said(status_message(a_view(job, submissions=beside), VOICE)).startswith("Drawing…")


def test_elapsed_time_changes_the_fingerprint_in_steps_only() -> None:
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW)
    prints = [
        status_message(a_view(job, now=NOW + timedelta(seconds=s), expected_seconds=999.0), VOICE).fingerprint
        for s in range(600)
    ]

    assert len(set(prints)) == 6 + (600 - 60) // 30
    assert prints[20:30] == [prints[20]] * 10
    assert prints[90:120] == [prints[90]] * 30


def test_anything_shown_changes_the_fingerprint() -> None:
    prints = {name: status_message(view, VOICE).fingerprint for name, view in every_view().items()}

    assert prints["done"] != prints["queued"]
    assert prints == {name: status_message(view, VOICE).fingerprint for name, view in every_view().items()}


def test_done_shows_pictures_time_price_and_how_to_go_on() -> None:
    job = replace(
        OPEN,
        request=a_request(n=2),
        status=Status.SUCCEEDED,
        delivery=Delivery.DELIVERING,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=72),
        cost=Money(150_000),
        parent_id="aa11",
    )

    message = status_message(a_view(job, a_picture(0), a_picture(1)), VOICE)

    [image] = [b for b in message.blocks if b["type"] == "image"]
    assert image["slack_file"] == {"id": "F0"}
    assert image["title"]["text"] == "1 of 2; all are in the thread"
    assert image["alt_text"].startswith("Picture 1 of 2, made by")
    assert "from the words: a lighthouse at dusk" in image["alt_text"]
    for wanted in (
        "Done",
        "in 1 min 12 s",
        "png · $0.15",
        "edited from #aa11",
    ):
        assert wanted in said(message)
    assert "about" not in said(message)
    assert "reply here" not in said(message)


def test_a_new_picture_says_how_to_change_it_and_what_was_noted_is_not_said_twice() -> None:
    new = replace(OPEN, status=Status.SUCCEEDED, cost=Money(150_000))
    noted = replace(new, parent_id="aa11", notes=("Editing #aa11.",))
    how = "reply here with @Imagine, not /imagine"

    assert how in said(status_message(a_view(new, a_picture()), VOICE))
    assert how not in said(status_message(a_view(new, a_picture()), VOICE, in_place=False))
    assert said(status_message(a_view(noted, a_picture()), VOICE)).count("#aa11") == 1


def test_a_settled_price_is_exact_however_it_became_known() -> None:
    before = replace(OPEN, status=Status.RUNNING, estimate=Money(50_000))
    after = replace(before, status=Status.SUCCEEDED, cost=Money(50_000), cost_is_estimate=True)

    assert "png · about $0.05" in said(status_message(a_view(before), VOICE))
    assert "png · $0.05" in said(status_message(a_view(after, a_picture()), VOICE))


def test_the_real_size_replaces_the_wanted_one() -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, request=a_request(size=None, kind=Kind.EDIT, sources=1))

    assert "edit · 1024×1024 (1:1)" in said(
        status_message(a_view(job, a_picture(width=1024, height=1024)), VOICE)
    )
    assert "edit · size of the original" in said(status_message(a_view(job), VOICE))


def test_the_format_that_came_replaces_the_wanted_one() -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, request=a_request(format=Format.WEBP, n=2))
    came, other, coming = a_picture(format="png"), a_picture(format="webp"), a_picture(format=None)

    for pictures, line in (((), "webp"), ((coming,), "webp"), ((came, coming), "png"), ((other,), "webp"),
                           ((came, other), "png and webp")):  # fmt: skip
        assert f"2 pictures · {line} · " in said(status_message(a_view(job, *pictures), VOICE)), line


@pytest.mark.parametrize(
    ("picture", "place", "shown"),
    [
        ({}, Place("T1", "C1", "1.1"), True),
        ({"format": "JPEG"}, Place("T1", "C1", "1.1"), True),
        ({"format": "webp"}, Place("T1", "C1", "1.1"), False),
        ({"format": None}, Place("T1", "C1", "1.1"), False),
        ({"state": PictureState.UPLOADED}, Place("T1", "C1", "1.1"), False),
        ({"file_id": None}, Place("T1", "C1", "1.1"), False),
        ({}, Place("T1", "C1", "0.9"), False),
    ],
    ids=["png", "jpeg", "webp", "unknown", "not shared", "no file", "inside a thread"],
)
def test_pictures_are_previewed_where_slack_can_and_only_in_the_channel(
    picture: dict[str, Any], place: Place, *, shown: bool
) -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, place=place)

    message = status_message(a_view(job, a_picture(**picture)), VOICE)

    assert any(b["type"] == "image" for b in message.blocks) is shown


def test_hidden_files_are_left_out_alone() -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, request=a_request(n=2))

    for hidden, shown in (({"F0"}, []), ({"F1"}, ["F0"])):
        message = status_message(a_view(job, a_picture(0), a_picture(1)), VOICE, hidden=hidden)

        assert [b["slack_file"]["id"] for b in message.blocks if b["type"] == "image"] == shown


def partial(*, failure: Failure | None = None, lost: Failure | None = None, **job: Any) -> str:
    request = a_request(n=3)
    submissions = [a_submission(0), a_submission(1), a_submission(2)]
    pictures = [a_picture(i * 16, submission_id=f"s{i}") for i in range(3)]
    if failure is not None:
        submissions[2] = a_submission(2, state=SubmissionState.FAILED, failure=failure)
        pictures = pictures[:2]
    if lost is not None:
        pictures[1] = a_picture(16, submission_id="s1", state=PictureState.LOST, failure=lost)
    changes: dict[str, Any] = {"status": Status.SUCCEEDED, "cost": Money(110_000)} | job
    view = a_view(replace(OPEN, request=request, **changes), *pictures, submissions=submissions)
    return said(status_message(view, VOICE))


def test_partial_success_says_which_one_failed_why_and_what_was_charged() -> None:
    shown = partial(failure=Failure(Problem.MODERATED))

    assert "2 of 3 pictures" in shown
    assert "The third failed: refused by the safety check, not charged. Charged $0.11." in shown
    assert "1 of 2" in shown


def test_a_lost_picture_was_paid_for_and_says_so() -> None:
    shown = partial(lost=Failure(Problem.RESULT_GONE))

    assert "The second failed: gone before it could be fetched, charged all the same." in shown


def test_a_full_success_explains_nothing() -> None:
    assert "failed" not in partial()
    assert "Charged" not in partial()


def test_pictures_beside_an_unknown_outcome_are_delivered_and_the_rest_is_open() -> None:
    shown = partial(failure=Failure(Problem.OUTCOME_UNKNOWN), status=Status.UNKNOWN, cost=None)

    assert "2 of 3 pictures" in shown
    assert "The third is missing: its order was not answered." in shown
    assert "stays counted against the budget until the charge is known, a day at most" in shown


def test_one_submission_that_brought_too_few_says_so() -> None:
    job = replace(OPEN, request=a_request(n=3), status=Status.SUCCEEDED, cost=Money(5))
    view = a_view(job, a_picture(0), submissions=[a_submission(0, n=3)])

    assert "The second and the third failed: finished without a picture" in said(status_message(view, VOICE))


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"status": Status.UNKNOWN},
            "I do not order twice by myself. About $0.17 stays",
        ),
        ({"status": Status.TIMED_OUT}, "still running at the image service. About $0.17 stays counted"),
        (
            {"status": Status.CANCELLED, "cost": Money(0)},
            "Cancelled. Nothing was charged.",
        ),
        (
            {"status": Status.FAILED, "failure": Failure(Problem.MODERATED), "cost": Money(0)},
            "refused this. Nothing was charged.",
        ),
        ({"status": Status.FAILED, "failure": Failure(Problem.NO_PICTURE)}, "About $0.17 stays counted"),
        (
            {
                "status": Status.FAILED,
                "failure": Failure(Problem.TIMED_OUT),
                "cost": Money(5_000_000),
                "cost_is_estimate": True,
            },
            "sent nothing within a day. Counted as $5.00.",
        ),
        (
            {
                "status": Status.FAILED,
                "failure": Failure(Problem.OUTCOME_UNKNOWN),
                "cost": Money(165_000),
                "cost_is_estimate": True,
            },
            "I never learnt whether the image service took it. Counted as $0.17.",
        ),
        (
            {
                "status": Status.SUCCEEDED,
                "delivery": Delivery.UNDELIVERABLE,
                "failure": Failure(Problem.DELIVERY_REFUSED, "storage_limit_reached"),
                "cost": Money(150_000),
            },
            "storage is full. It is kept, and can be delivered later without paying again. Charged $0.15.",
        ),
    ],
)
def test_an_end_without_pictures_tells_the_truth_about_money(changes: dict[str, Any], wanted: str) -> None:
    job = replace(OPEN, **changes)
    undelivered = [a_picture(state=PictureState.FETCHED)] if job.status is Status.SUCCEEDED else []

    message = status_message(a_view(job, *undelivered), VOICE)

    assert wanted in said(message)
    assert wanted.split(". ", maxsplit=1)[0] in message.text


def test_only_the_first_notes_are_shown() -> None:
    job = a_job(notes=tuple(f"note {i}" for i in range(12)))

    assert said(status_message(a_view(job), VOICE)).count("Note:") == 5


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        (Size(1024, 1024), "1024×1024 (1:1)"),
        (Size(864, 1536), "864×1536 (9:16)"),
        (Size(1536, 656), "1536×656 (21:9)"),
        (Size(1008, 800), "1008×800 (5:4)"),
        (Size(1040, 720), "1040×720"),
    ],
)
def test_sizes_name_their_familiar_ratio(size: Size, wanted: str) -> None:
    assert size_text(size) == wanted


def test_amounts_and_times_read_well() -> None:
    assert price(Money(4_000), exact=False) == "under $0.01"
    assert price(Money(50_000), exact=True) == "$0.05"
    assert [duration(s) for s in (0, 59, 60, 61, 3600, 3900)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 min 1 s",
        "1 h",
        "1 h 5 min",
    ]
    assert [roughly(s) for s in (2, 44, 89, 91, 150)] == [
        "about 10 s",
        "about 40 s",
        "about 90 s",
        "about 2 min",
        "about 2 min",
    ]
    assert [elapsed_step(s) for s in (-1, 9, 10, 59, 60, 89, 90)] == [0, 0, 10, 50, 60, 60, 90]
    assert short_id("k3f9") == "#k3f9"
    assert short_id("0" * 40) == "#00000000…"


def test_formats_are_said_as_people_type_them() -> None:
    assert "· webp ·" in said(status_message(a_view(a_job(request=a_request(format=Format.WEBP))), VOICE))
