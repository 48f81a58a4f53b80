"""The small line under the words, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, Picture, PictureState, Status, SubmissionState
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind, Quality, Size
from bot.ports import JobView
from handlers.messages.job.job_line import line, picture_line
from handlers.messages.money.amounts import drawn as called
from tests.unit.handlers.delivery_kit import NOW, a_job, a_picture, a_request, a_submission, a_view

JOB = replace(
    a_job(),
    place=Place("T1", "C1"),
    status_ts="1.1",
    request=a_request(quality=Quality.LOW, size=Size(1024, 1024)),
    estimate=Money(40_000),
)
RUNNING = replace(JOB, status=Status.RUNNING, started_at=NOW)
DONE = replace(JOB, status=Status.SUCCEEDED, delivery=Delivery.DELIVERED, cost=Money(10_000))


def of(job: Any, *pictures: Picture, vary: str | None = None, **changes: Any) -> str:
    return line(a_view(job, *pictures, **changes), vary)


@pytest.mark.parametrize(
    ("ahead", "wanted"),
    [
        (0, "Starting"),
        (1, "2nd in line"),
        (2, "3rd in line"),
        (3, "4th in line"),
        (10, "11th in line"),
        (11, "12th in line"),
        (12, "13th in line"),
        (20, "21st in line"),
        (21, "22nd in line"),
        (110, "111th in line"),
        (120, "121st in line"),
    ],
)
def test_the_place_in_line(ahead: int, wanted: str) -> None:
    assert of(JOB, ahead=ahead) == f"{wanted} · $0.04"


@pytest.mark.parametrize(
    ("ahead", "seconds", "wanted"),
    [
        (0, 2.0, "about 10 s"),
        (0, 44.0, "about 40 s"),
        (0, 54.0, "about 50 s"),
        (0, 60.0, "about 1 min"),
        (0, 118.0, "about 2 min"),
        (2, 60.0, "about 1 min"),
        (4, 60.0, "about 2 min"),
    ],
)
def test_who_waits_reads_about_how_long(ahead: int, seconds: float, wanted: str) -> None:
    assert f" · {wanted} · $0.04" in of(JOB, ahead=ahead, expected_seconds=seconds)


def test_what_is_drawn_is_called_as_people_call_it() -> None:
    drawn = {
        (Quality.LOW, 1): "Drawing a draft",
        (Quality.LOW, 4): "Drawing 4 drafts",
        (Quality.MEDIUM, 1): "Drawing a medium picture",
        (Quality.MEDIUM, 2): "Drawing 2 medium pictures",
        (Quality.HIGH, 1): "Drawing a final",
        (Quality.HIGH, 3): "Drawing 3 finals",
    }
    for (quality, n), wanted in drawn.items():
        job = replace(RUNNING, request=replace(JOB.request, quality=quality, n=n))
        assert of(job, expected_seconds=20.0) == f"{wanted} · about 20 s · $0.04"
    assert called(replace(JOB.request, n=4), 1) == "1 draft"


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (39, "Drawing a draft · about 20 s · $0.04"),
        (41, "Taking longer than usual · 40 s"),
        (58, "Taking longer than usual · 50 s"),
        (149, "Taking longer than usual · 2 min"),
    ],
)
def test_after_twice_the_usual_time_it_says_so(seconds: int, wanted: str) -> None:
    assert of(RUNNING, now=NOW + timedelta(seconds=seconds), expected_seconds=20.0) == wanted


def test_without_a_usual_time_nothing_is_promised() -> None:
    assert of(RUNNING, now=NOW + timedelta(hours=1)) == "Drawing a draft · $0.04"


def test_what_is_ordered_again_says_why_it_waits() -> None:
    waiting = a_submission(0, state=SubmissionState.PLANNED, reorders=1)

    assert of(RUNNING, submissions=[waiting]).startswith("Trying again by itself within two minutes")
    sent = replace(waiting, id="s1", state=SubmissionState.RUNNING)
    for beside in ([sent], [waiting, sent]):
        assert of(RUNNING, submissions=beside).startswith("Drawing")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"status": Status.UNKNOWN}, "No answer from the image service · $0.04 kept aside for up to a day"),
        ({"status": Status.TIMED_OUT}, "Still waiting for the image service · I'll post it when it comes"),
        ({"status": Status.SUCCEEDED}, "Ready, but none of it could be fetched"),
        ({"status": Status.FAILED}, ""),
        ({"status": Status.CANCELLED}, ""),
        (
            {"status": Status.FAILED, "failure": Failure(Problem.OUTCOME_UNKNOWN), "cost": Money(40_000)},
            "No answer from the image service · $0.04",
        ),
    ],
)
def test_ends_without_pictures(changes: dict[str, Any], wanted: str) -> None:
    assert of(replace(JOB, **changes)) == wanted


def test_pictures_on_their_way() -> None:
    coming = a_picture(state=PictureState.FETCHED)

    assert of(replace(JOB, status=Status.SUCCEEDED), coming) == "Ready, posting…"
    refused = replace(JOB, status=Status.SUCCEEDED, delivery=Delivery.UNDELIVERABLE)
    assert of(refused, coming) == "Ready, but Slack did not take it"


@pytest.mark.parametrize(
    ("cost", "wanted"),
    [(None, "$0.04 kept aside"), (Money(10_000), "$0.01"), (Money(0), "not charged")],
)
def test_a_stuck_job_says_what_it_keeps(cost: Money | None, wanted: str) -> None:
    assert of(replace(JOB, cost=cost), stuck=True) == (
        f"Stopped for the moment · {wanted} · the operators know"
    )


def test_a_finished_picture() -> None:
    came = a_picture(width=1024, height=1536)

    assert of(DONE, came) == "Draft · 1024×1536 · $0.01", "the size that came, not that which was ordered"
    high = replace(DONE, request=replace(DONE.request, quality=Quality.HIGH), cost=Money(220_000))
    assert of(high, came).startswith("Final · ")
    assert of(high, came).endswith(" · $0.22")
    medium = replace(DONE, request=replace(DONE.request, quality=Quality.MEDIUM))
    assert of(medium, came).startswith("Medium · ")


def several(n: int = 4, *, failures: dict[int, Failure] | None = None, lost: tuple[int, ...] = ()) -> JobView:
    """One order a picture; some failed, some lost."""
    submissions, pictures = [], []
    for index in range(n):
        failure = (failures or {}).get(index)
        state = SubmissionState.FAILED if failure else SubmissionState.SUCCEEDED
        submissions.append(a_submission(index, state=state, failure=failure))
        if failure is None:
            picture = a_picture(index * 16, submission_id=f"s{index}", width=1024, height=1024)
            pictures.append(replace(picture, state=PictureState.LOST) if index in lost else picture)
    job = replace(DONE, request=replace(DONE.request, n=n), cost=Money(30_000))
    return a_view(job, *pictures, submissions=submissions)


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        (
            several(failures={2: Failure(Problem.MODERATED)}),
            "3 of 4 drafts · $0.03 · one was refused, not charged",
        ),
        (
            several(failures={1: Failure(Problem.MODERATED), 2: Failure(Problem.MODERATED)}),
            "2 of 4 drafts · $0.03 · two were refused, not charged",
        ),
        (
            several(failures={0: Failure(Problem.PROVIDER_FAILED)}),
            "3 of 4 drafts · $0.03 · one failed, not charged",
        ),
        (
            several(failures={0: Failure(Problem.OUTCOME_UNKNOWN)}),
            "3 of 4 drafts · $0.03 · one is without an answer yet",
        ),
        (several(lost=(3,)), "3 of 4 drafts · $0.03 · one was lost on the way, charged"),
        (
            several(failures={0: Failure(Problem.MODERATED)}, lost=(3,)),
            "2 of 4 drafts · $0.03 · one was refused, not charged · one was lost on the way, charged",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_says_why_and_at_what_cost(view: JobView, wanted: str) -> None:
    assert line(view, None) == wanted


def test_one_order_that_brought_too_few_says_so() -> None:
    job = replace(DONE, request=replace(DONE.request, n=3))
    view = a_view(job, a_picture(0), submissions=[a_submission(0, n=3)])

    assert line(view, None) == "1 of 3 drafts · $0.01 · two did not come"


def test_a_deleted_picture_is_said_to_be_deleted() -> None:
    view = several()
    gone = replace(
        view.pictures[0],
        state=PictureState.LOST,
        failure=Failure(Problem.RESULT_GONE, "deleted by a person"),
        file_id=None,
    )

    said = line(replace(view, pictures=[gone, *view.pictures[1:]]), None)

    assert "lost on the way" not in said
    assert said == "3 of 4 drafts · $0.03 · one was deleted"


@pytest.mark.parametrize("view", [several(), several(lost=(1,))])
def test_the_price_of_four_new_takes_stands_above_their_row(view: JobView) -> None:
    assert line(view, "$0.08").endswith(" · Vary: four new takes on one, $0.08")


def test_where_a_picture_comes_from() -> None:
    parent = a_job(id="parent", request=a_request(n=4))
    edit = replace(DONE, request=replace(DONE.request, kind=Kind.EDIT, sources=1), parent_id="parent")
    came = a_picture(width=1024, height=1024)

    assert of(replace(edit, parent_picture=3), came, parent=parent).endswith(" · from picture 3 of 4")
    assert of(edit, came, parent=replace(parent, request=a_request())).endswith(" · from the picture above")
    assert "from" not in of(replace(DONE, parent_id="parent"), came, parent=parent), (
        "drawn again, not from it"
    )


def test_a_picture_shown_alone_has_its_share_of_the_price() -> None:
    view = several()

    assert picture_line(view, 3) == "Draft · 1024×1024 · under $0.01 · picture 3 of 4"
    whole = replace(view, job=replace(view.job, cost=Money(40_000)))
    assert picture_line(whole, 1) == "Draft · 1024×1024 · $0.01 · picture 1 of 4"
    parent = a_job(request=a_request(n=4))
    edit = replace(DONE, request=replace(DONE.request, kind=Kind.EDIT), parent_id="x", parent_picture=2)
    assert picture_line(a_view(edit, a_picture(), parent=parent, submissions=[a_submission()]), 1) == (
        "Draft · 1536×1024 · $0.01 · from picture 2 of 4"
    )
