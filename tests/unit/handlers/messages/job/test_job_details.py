"""What a job says of itself when it is asked for: true in every state, harmless whatever was typed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, PictureState, Status, SubmissionState
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format, Kind
from handlers.messages.job.job_details import show_notice
from handlers.messages.problems.error_message import Notice
from handlers.messages.wording import BotNames
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
from tests.unit.handlers.messages.block_checks import complaints, said

VOICE = BotNames()
OPEN = replace(a_job(), place=Place("T1", "C1", "1.1"), status_ts="1.1")
LONG = "lorem ipsum dolor " * 500


def said_of(notice: Notice) -> str:
    return said(notice.blocks)


@pytest.mark.parametrize("prompt", ["a fox", NASTY, "", "\n\n", LONG, "`", "👩‍👩‍👧" * 400])
def test_every_state_is_valid_short_and_pings_only_the_asker(prompt: str) -> None:
    notices = {name: show_notice(view, VOICE) for name, view in every_view(prompt).items()}

    wrong = {name: complaints(said.text, said.blocks) for name, said in notices.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


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
            message = show_notice(a_view(replace(OPEN, failure=failure, **changes)), VOICE)
            if "SECRET" in message.text + said_of(message):
                leaks.append((problem, changes))

    assert leaks == []


def test_a_queued_job_says_who_what_how_and_how_much() -> None:
    job = a_job(request=a_request(n=3), notes=("--q was given twice; using high",))

    shown = said_of(show_notice(a_view(job, expected_seconds=118.0), VOICE))

    for wanted in (
        "Queued",
        "usually about 2 min",
        "a lighthouse at dusk",
        "1536×1024 (3:2) · high · 3 pictures · png · about $0.17",
        "Note: --q was given twice; using high",
        "#k3f9q2ab",
    ):
        assert wanted in shown


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(3, "usually"), (47, "40 s · usually"), (61, "1 min · usually"), (149, "2 min · usually about 2 min")],
)
def test_a_running_job_says_how_long_it_takes(seconds: float, wanted: str) -> None:
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW)
    view = a_view(job, now=NOW + timedelta(seconds=seconds), expected_seconds=120.0)

    assert f"Drawing… {wanted}"[:9] in said_of(show_notice(view, VOICE))
    assert wanted in said_of(show_notice(view, VOICE))


def test_a_job_twice_as_slow_as_usual_says_so() -> None:
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW)

    shown = said_of(show_notice(a_view(job, now=NOW + timedelta(seconds=250), expected_seconds=120.0), VOICE))

    assert "4 min · longer than usual" in shown


def test_what_is_ordered_again_says_why_it_waits() -> None:
    waiting = a_submission(0, state=SubmissionState.PLANNED, reorders=1)
    job = replace(OPEN, status=Status.RUNNING, started_at=NOW - timedelta(seconds=40))

    text = said_of(show_notice(a_view(job, submissions=[waiting]), VOICE))
    assert text.startswith("Trying again")
    assert "could not fetch the picture to change. Nothing was charged." in text
    assert "I'll try again within two minutes." in text
    assert "Drawing" not in text

    sent = replace(waiting, id="s1", state=SubmissionState.RUNNING)
    for beside in ([sent], [waiting, sent]):
        assert said_of(show_notice(a_view(job, submissions=beside), VOICE)).startswith("Drawing…")


def test_a_settled_price_is_exact_however_it_became_known() -> None:
    before = replace(OPEN, status=Status.RUNNING, estimate=Money(50_000))
    after = replace(before, status=Status.SUCCEEDED, cost=Money(50_000), cost_is_estimate=True)

    assert "png · about $0.05" in said_of(show_notice(a_view(before), VOICE))
    assert "png · $0.05" in said_of(show_notice(a_view(after, a_picture()), VOICE))


def test_the_real_size_replaces_the_wanted_one() -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, request=a_request(size=None, kind=Kind.EDIT, sources=1))

    assert "edit · 1024×1024 (1:1)" in said_of(
        show_notice(a_view(job, a_picture(width=1024, height=1024)), VOICE)
    )
    assert "edit · size of the original" in said_of(show_notice(a_view(job), VOICE))


def test_the_format_that_came_replaces_the_wanted_one() -> None:
    job = replace(OPEN, status=Status.SUCCEEDED, request=a_request(format=Format.WEBP, n=2))
    came, other, coming = a_picture(format="png"), a_picture(format="webp"), a_picture(format=None)

    for pictures, line in (((), "webp"), ((coming,), "webp"), ((came, coming), "png"), ((other,), "webp"),
                           ((came, other), "png and webp")):  # fmt: skip
        assert f"2 pictures · {line} · " in said_of(show_notice(a_view(job, *pictures), VOICE)), line


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
    return said_of(show_notice(view, VOICE))


def test_partial_success_says_which_one_failed_why_and_what_was_charged() -> None:
    shown = partial(failure=Failure(Problem.MODERATED))

    assert "2 of 3 pictures" in shown
    assert "The third failed: refused by the safety check, not charged. Charged $0.11." in shown


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
    assert "$0.17 stays aside until the charge is known, a day at most" in shown


def test_one_submission_that_brought_too_few_says_so() -> None:
    job = replace(OPEN, request=a_request(n=3), status=Status.SUCCEEDED, cost=Money(5))
    view = a_view(job, a_picture(0), submissions=[a_submission(0, n=3)])

    assert "The second and the third failed: finished without a picture" in said_of(show_notice(view, VOICE))


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"status": Status.UNKNOWN},
            "whether the order went through. $0.17 stays aside",
        ),
        ({"status": Status.TIMED_OUT}, "Still waiting: I'll post it when it comes. $0.17 stays aside"),
        (
            {"status": Status.CANCELLED, "cost": Money(0)},
            "Cancelled. Nothing was charged.",
        ),
        (
            {"status": Status.FAILED, "failure": Failure(Problem.MODERATED), "cost": Money(0)},
            "refused these words. Nothing was charged.",
        ),
        (
            {"status": Status.FAILED, "failure": Failure(Problem.NO_PICTURE)},
            "sent no picture. $0.17 stays aside",
        ),
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
            "never answered this order. Counted as $0.17.",
        ),
        (
            {
                "status": Status.SUCCEEDED,
                "delivery": Delivery.UNDELIVERABLE,
                "failure": Failure(Problem.DELIVERY_REFUSED, "storage_limit_reached"),
                "cost": Money(150_000),
            },
            "storage is full. Charged $0.15.",
        ),
    ],
)
def test_an_end_without_pictures_tells_the_truth_about_money(changes: dict[str, Any], wanted: str) -> None:
    job = replace(OPEN, **changes)
    undelivered = [a_picture(state=PictureState.FETCHED)] if job.status is Status.SUCCEEDED else []

    message = show_notice(a_view(job, *undelivered), VOICE)

    assert wanted in said_of(message)
    assert wanted.split(". ", maxsplit=1)[0] in message.text


def test_only_the_first_notes_are_shown() -> None:
    job = a_job(notes=tuple(f"note {i}" for i in range(12)))

    assert said_of(show_notice(a_view(job), VOICE)).count("Note:") == 5


def test_formats_are_said_as_people_type_them() -> None:
    assert "· webp ·" in said_of(show_notice(a_view(a_job(request=a_request(format=Format.WEBP))), VOICE))
